"""Weights: near enough to what values hold."""

from datetime import UTC, datetime

import pytest

from gateway.cache.weight import weigh
from gateway.model.contacts import Contact, Email, Name


def contact(**more: object) -> Contact:
    return Contact("id", 1, created_at=datetime(2026, 1, 1, tzinfo=UTC), **more)  # type: ignore[arg-type]


def test_text_weighs_what_it_holds() -> None:
    name = "x" * 1_000
    assert weigh(contact(name=Name(name, None))) - weigh(contact()) in range(1_000, 1_200)


def test_every_entry_of_a_list_weighs() -> None:
    emails = tuple(Email(f"{number}@example.com") for number in range(50))
    assert weigh(contact(emails=emails)) - weigh(contact()) > 50 * 60


@pytest.mark.parametrize("value", [None, True])
def test_what_all_share_weighs_nothing(value: object) -> None:
    assert weigh(value) == 0


def test_maps_weigh_their_keys_and_values() -> None:
    assert weigh({"key": "x" * 500}) > weigh("x" * 500) + weigh("key")
