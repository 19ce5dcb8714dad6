"""What a site's memory makes of changes that come late, twice, or as echoes of our own writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from gateway.crm.freshness import Freshness, remembering
from gateway.model.contacts import Contact
from gateway.model.enums import LabelType
from gateway.model.events import (
    Change,
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    LabelChanged,
    LabelDeleted,
)
from gateway.model.labels import Label
from tests.support.clock import ManualClock
from tests.support.webhooks import NOON

KEY = "custom.vip"


def memory() -> Freshness:
    return remembering("a-site", clock=ManualClock())


def is_news(freshness: Freshness, change: Change) -> bool:
    """Apply a change; tell whether it cost any answer its place."""
    before = freshness.store.generations.now()
    freshness.apply(change)
    return freshness.store.generations.now() > before


def ada(revision: int, company: str | None = None) -> ContactChanged:
    return ContactChanged("ada", Contact("ada", revision, company=company))


def vip(name: str = "VIP", *, made: float = 0.0, changed: float = 0.0) -> Label:
    """Make a label; the times are seconds after noon."""
    return Label(
        KEY,
        name,
        "custom",
        LabelType.USER_DEFINED,
        created_at=NOON + timedelta(seconds=made),
        updated_at=NOON + timedelta(seconds=changed),
    )


def created(label: Label) -> LabelChanged:
    return LabelChanged(KEY, label, created=True)


def deleted(seconds: float) -> LabelDeleted:
    return LabelDeleted(KEY, NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("change", "news"),
    [
        (ada(7), False),
        (ada(6, "Engines"), False),
        (ada(7, "Engines"), True),
        (ada(8), True),
        (ContactChanged("ada"), True),
        (ContactDeleted("ada"), True),
        (ContactsMerged("ada", ()), True),
        (ContactsMerged("ada", (), Contact("ada", 7)), False),
        (ContactsMerged("ada", ("grace",), Contact("ada", 7)), True),
    ],
)
def test_a_contact_s_change_is_news_when_it_tells_more_than_we_know(
    change: Change, *, news: bool
) -> None:
    freshness = memory()
    assert is_news(freshness, ada(7))
    assert is_news(freshness, change) is news


def test_a_contact_is_deleted_once_and_does_not_come_back() -> None:
    freshness = memory()
    assert is_news(freshness, ContactDeleted("ada"))
    assert not is_news(freshness, ContactDeleted("ada"))
    assert not is_news(freshness, ada(8))
    assert not is_news(freshness, ContactChanged("ada"))
    assert freshness.contacts.is_gone("ada")


def test_what_is_in_doubt_is_not_settled_by_what_we_knew_before() -> None:
    freshness = memory()
    freshness.apply(ada(7))
    freshness.distrust(ContactChanged("ada"))
    freshness.apply(ada(7))
    assert freshness.contacts.is_unsettled("ada")
    freshness.apply(ada(8))
    assert not freshness.contacts.is_unsettled("ada")


def test_a_label_that_is_gone_comes_back_only_when_it_is_made_again() -> None:
    freshness = memory()
    freshness.apply(created(vip(made=1, changed=1)))
    freshness.apply(LabelDeleted(KEY))
    assert not is_news(freshness, created(vip(made=1, changed=1)))
    assert not is_news(freshness, LabelChanged(KEY, vip("Renamed", made=1, changed=2)))
    assert freshness.labels.is_gone(KEY)
    assert is_news(freshness, created(vip(made=3, changed=3)))
    assert freshness.labels.newest(KEY) == vip(made=3, changed=3)


@pytest.mark.parametrize(
    ("death", "gone"), [(2.0, False), (2.999, False), (3.0, True), (4.0, True)]
)
def test_a_deletion_takes_only_what_was_made_before_it(death: float, *, gone: bool) -> None:
    freshness = memory()
    freshness.apply(created(vip(made=3, changed=3)))
    assert is_news(freshness, deleted(death)) is gone
    assert freshness.labels.is_gone(KEY) is gone


def test_after_a_deletion_nothing_older_than_it_comes_back() -> None:
    freshness = memory()
    freshness.apply(deleted(5))
    freshness.apply(created(vip(made=4, changed=4)))
    assert freshness.labels.is_gone(KEY)
    freshness.apply(LabelDeleted(KEY))
    freshness.apply(created(vip(made=4, changed=4)))
    assert freshness.labels.is_gone(KEY)
    freshness.apply(created(vip(made=6, changed=6)))
    assert freshness.labels.newest(KEY) == vip(made=6, changed=6)


ORDERS: list[Callable[[list[Change]], list[Change]]] = [list, lambda changes: changes[::-1]]


@pytest.mark.parametrize("order", ORDERS)
def test_renames_in_any_order_end_with_the_last(
    order: Callable[[list[Change]], list[Change]],
) -> None:
    freshness = memory()
    renames: list[Change] = [
        LabelChanged(KEY, vip(f"VIP {number}", changed=number)) for number in range(5)
    ]
    for change in order(renames):
        freshness.apply(change)
    assert freshness.labels.newest(KEY) == vip("VIP 4", changed=4)
