"""What a webhook holds that makes no sense is refused, or as good as not there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.events import ContactChanged, LabelChanged
from gateway.wix.signatures import Malformed
from gateway.wix.webhooks import read_event
from tests.support.webhook_reading import ADA, CREATED, PACKAGE, read
from tests.support.webhooks import CONTACT, document, envelope, label

KINDS = {
    *(f"contact_{slug}" for slug in ("created", "updated", "deleted", "merged")),
    *(f"label_{slug}" for slug in ("created", "updated", "deleted")),
    *(f"extended-field_{slug}" for slug in ("created", "updated", "deleted")),
}
ODD = ("id", "entityId", "createdEvent", "updatedEvent", "actionEvent")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)
"""What a level could hold."""


@pytest.mark.parametrize(
    "entity",
    [
        None,
        "text",
        {},
        {**ADA, "id": "somebody-else"},
        {"id": CONTACT},
        {**ADA, "revision": "soon"},
    ],
)
def test_a_contact_that_makes_no_sense_is_as_good_as_none(entity: object) -> None:
    body = {"updatedEvent": {"currentEntity": entity}}
    assert read("contact_updated", body, CONTACT).change == ContactChanged(CONTACT)


@pytest.mark.parametrize("entity", [None, {}, label(key="custom.other"), [label()]])
def test_a_label_that_makes_no_sense_is_as_good_as_none(entity: object) -> None:
    body = {"createdEvent": {"entity": entity}}
    assert read("label_created", body).change == LabelChanged("custom.vip", created=True)


def test_an_entity_in_a_text_is_not_read() -> None:
    body = {"updatedEvent": {"currentEntityAsJson": json.dumps(label())}}
    assert read("label_updated", body).change == LabelChanged("custom.vip")


@pytest.mark.parametrize(
    "kind",
    [
        "wix.contacts.v4.contact_segment_added",
        "wix.contacts.v4.contact_changed",
        "wix.contacts.v4.label",
        "wix.stores.v1.product_created",
        "label_created",
        "",
    ],
)
def test_other_events_are_nothing_to_us(kind: str) -> None:
    assert read_event(envelope(kind, "not even JSON")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        "[" * 100_000,
        json.dumps({"eventType": 5}),
        envelope("wix.contacts.v4.label_created", ""),
        envelope("wix.contacts.v4.label_created", "[]"),
        envelope("wix.contacts.v4.label_created", "[" * 100_000),
        json.dumps({"eventType": "wix.contacts.v4.label_created", "data": document(CREATED)}),
        envelope("wix.contacts.v4.label_created", document(CREATED), instanceId=None),
    ],
)
def test_levels_that_are_not_there_are_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        read_event(text)


@pytest.mark.parametrize("name", ["id", "entityId", "eventTime", "entityEventSequence"])
@pytest.mark.parametrize("value", [None, "", {}, True])
def test_an_event_without_its_marks_is_malformed(name: str, value: object) -> None:
    with pytest.raises(Malformed):
        read_event(envelope(f"{PACKAGE}.label_created", document(CREATED, **{name: value})))


@given(
    st.sampled_from([f"{PACKAGE}.{kind}" for kind in sorted(KINDS)]),
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(ODD, json_values),
    ),
)
def test_a_signed_event_of_any_content_is_an_event_or_malformed(
    kind: str, odd: dict[str, Any]
) -> None:
    try:
        found = read_event(envelope(kind, document({}, **odd)))
    except Malformed:
        assert {"id", "entityId"} & set(odd)
    else:
        assert found is not None
        assert found.type == kind


@given(json_values)
def test_a_signed_text_of_any_content_is_malformed_or_nothing_to_us(value: object) -> None:
    with pytest.raises(Malformed):
        read_event(json.dumps(value))
