"""News in writing: what is read is what was written, and nonsense is nothing."""

from typing import Any, get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.crm.invalidation import LABELS, ContactsInMotion
from gateway.crm.news import Disproved, Doubted, Happened, News
from gateway.model.enums import LabelType
from gateway.model.events import (
    Change,
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    FieldChanged,
    FieldDeleted,
    LabelChanged,
    LabelDeleted,
)
from gateway.model.labels import Label
from gateway.replicas import letters
from gateway.replicas.letters import Letter
from gateway.replicas.shapes import VERSION
from tests.support.slow_wix import EPOCH, contact

VIP = Label("custom.vip", "VIP", "custom", LabelType.USER_DEFINED, created_at=EPOCH)
CHANGES: tuple[Change, ...] = (
    ContactChanged("one", contact(1, 2), created=True),
    ContactDeleted("one"),
    ContactsMerged("one", ("two", "three"), contact(1, 2)),
    LabelChanged("custom.vip", VIP),
    LabelDeleted("custom.vip", EPOCH),
    FieldChanged("custom.size"),
    FieldDeleted("custom.size"),
)
NEWS: tuple[News, ...] = (
    *map(Happened, CHANGES),
    *map(Doubted, (*CHANGES, ContactsInMotion())),
    Disproved((LABELS,)),
    Disproved((), ContactDeleted("one")),
)


def test_there_is_an_example_of_each_change() -> None:
    assert {type(change) for change in CHANGES} == set(get_args(Change))


@pytest.mark.parametrize("news", NEWS, ids=str)
def test_what_is_read_is_what_was_written(news: News) -> None:
    body = letters.written(Letter("me", news))
    assert body is not None
    assert letters.read(body) == Letter("me", news)


@given(st.sampled_from(NEWS), st.binary(max_size=40), st.integers(0, 400))
def test_nonsense_is_nothing(news: News, junk: bytes, place: int) -> None:
    body = letters.written(Letter("me", news)) or b""
    assert letters.read(junk) is None
    assert letters.read(body[: min(place, body.index(b"\n") - 1)]) is None
    assert isinstance(letters.read(body[:place] + junk + body[place:]), Letter | None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"change": None},
        {"change": "ContactsInMotion"},
        {"change": "Earthquake"},
        {"news": "guessed"},
        {"sender": 7},
        {"lists": "labels"},
        {"version": "another"},
    ],
    ids=str,
)
def test_what_another_gateway_may_write_is_nothing(wrong: dict[str, Any]) -> None:
    head = {
        "sender": "me",
        "news": "happened",
        "change": "ContactDeleted",
        "lists": [],
        "version": VERSION,
    }
    change = b'\n{"contact_id":"one"}'
    assert letters.read(orjson.dumps(head) + change) == Letter("me", Happened(CHANGES[1]))
    assert letters.read(orjson.dumps({**head, **wrong}) + change) is None


def test_what_cannot_be_written_is_not() -> None:
    assert letters.written(Letter("me", Happened(ContactDeleted("\ud800")))) is None
