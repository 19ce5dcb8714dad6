"""The three levels of a webhook become one event, or are refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.contacts import Contact
from gateway.model.enums import FieldDataType, FieldType, LabelType
from gateway.model.events import (
    Change,
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    Entity,
    EntityKind,
    Event,
    FieldChanged,
    FieldDeleted,
    LabelChanged,
    LabelDeleted,
)
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label
from gateway.wix.signatures import Malformed
from gateway.wix.webhooks import read_event
from tests.support.sandboxes import CONTACTS, LABELS, Site
from tests.support.subscriber import Subscriber, claims_of, subscribed
from tests.support.webhooks import CONTACT, INSTANCE, NOON, SITE, document, envelope, label

PACKAGE = "wix.contacts.v4"
KINDS = {
    *(f"contact_{slug}" for slug in ("created", "updated", "deleted", "merged")),
    *(f"label_{slug}" for slug in ("created", "updated", "deleted")),
    *(f"extended-field_{slug}" for slug in ("created", "updated", "deleted")),
}
VIP = Label("custom.vip", "VIP", "custom", LabelType.USER_DEFINED)
ADA = {"id": CONTACT, "revision": 7, "info": {"company": "Engines"}}
SIZE = {
    "key": "custom.size",
    "displayName": "Size",
    "dataType": "TEXT",
    "fieldType": "USER_DEFINED",
}
FIELD = ExtendedField("custom.size", "Size", "custom", FieldDataType.TEXT, FieldType.USER_DEFINED)
CREATED = {"createdEvent": {"entity": label()}}


def read(kind: str, body: dict[str, Any], entity_id: str = "custom.vip") -> Event:
    found = read_event(envelope(f"{PACKAGE}.{kind}", document(body, entityId=entity_id)))
    assert found is not None
    return found


def test_an_event_tells_which_it_is_and_what_it_changed() -> None:
    assert read("label_created", CREATED) == Event(
        id="b2a0a0a4-5d1e-4e8e-9a43-4d2f8a0f7c11",
        type="wix.contacts.v4.label_created",
        instance_id=INSTANCE,
        site_id=SITE,
        entity=Entity("label", "custom.vip"),
        sequence=1,
        time=NOON,
        change=LabelChanged("custom.vip", VIP, created=True),
    )


@pytest.mark.parametrize(
    ("kind", "entity_id", "body", "entity", "change"),
    [
        (
            "label_updated",
            "custom.vip",
            {"updatedEvent": {"currentEntity": label()}},
            "label",
            LabelChanged("custom.vip", VIP),
        ),
        (
            "label_deleted",
            "custom.vip",
            {"deletedEvent": {}},
            "label",
            LabelDeleted("custom.vip", NOON),
        ),
        (
            "contact_created",
            CONTACT,
            {"createdEvent": {"entity": ADA}},
            "contact",
            ContactChanged(CONTACT, Contact(CONTACT, 7, company="Engines"), created=True),
        ),
        (
            "contact_updated",
            CONTACT,
            {"updatedEvent": {"currentEntity": ADA, "modifiedFields": {"info": {}}}},
            "contact",
            ContactChanged(CONTACT, Contact(CONTACT, 7, company="Engines")),
        ),
        ("contact_deleted", CONTACT, {"deletedEvent": {}}, "contact", ContactDeleted(CONTACT)),
        (
            "contact_merged",
            CONTACT,
            {"actionEvent": {"body": {"sourceContactIds": ["a", "b"], "targetContact": ADA}}},
            "contact",
            ContactsMerged(CONTACT, ("a", "b"), Contact(CONTACT, 7, company="Engines")),
        ),
        (
            "extended-field_created",
            "custom.size",
            {"createdEvent": {"entity": SIZE}},
            "extended_field",
            FieldChanged("custom.size", FIELD, created=True),
        ),
        (
            "extended-field_updated",
            "custom.size",
            {"updatedEvent": {"currentEntity": SIZE}},
            "extended_field",
            FieldChanged("custom.size", FIELD),
        ),
        (
            "extended-field_deleted",
            "custom.size",
            {"deletedEvent": {}},
            "extended_field",
            FieldDeleted("custom.size", NOON),
        ),
    ],
)
def test_every_kind_of_event_is_a_change_of_its_own(
    kind: str, entity_id: str, body: dict[str, Any], entity: EntityKind, change: Change
) -> None:
    found = read(kind, body, entity_id)
    assert (found.entity, found.change) == (Entity(entity, entity_id), change)


@pytest.mark.parametrize("kind", ["extended-field_deleted", "extended_field_deleted"])
@pytest.mark.parametrize("name", ["extended-field", "extended_field"])
def test_hyphens_and_underscores_are_one(kind: str, name: str) -> None:
    body = {"deletedEvent": {}, "entityFqdn": f"{PACKAGE}.{name}"}
    assert read(kind, body, "custom.size").change == FieldDeleted("custom.size", NOON)


def test_a_merge_may_be_called_merge() -> None:
    assert read("contact_merge", {}, CONTACT).change == ContactsMerged(CONTACT, ())


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


def test_the_account_need_not_be_told() -> None:
    text = envelope(f"{PACKAGE}.label_created", document(CREATED), accountInfo=None, identity="")
    found = read_event(text)
    assert found is not None
    assert (found.site_id, found.instance_id) == (None, INSTANCE)


def test_a_sequence_may_be_as_long_as_64_bits() -> None:
    text = envelope(
        f"{PACKAGE}.label_created", document(CREATED, entityEventSequence="9223372036854775807")
    )
    found = read_event(text)
    assert found is not None
    assert found.sequence == 2**63 - 1


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


async def test_the_sandbox_s_events_are_all_understood() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        await _everything(site)
        await site.sandbox.courier.idle()
    events = [read_event(claims_of(request)["data"]) for request in subscriber.requests]
    assert None not in events
    changes = [type(event.change) for event in events if event]
    assert set(changes) == {
        ContactChanged,
        ContactDeleted,
        ContactsMerged,
        LabelChanged,
        LabelDeleted,
        FieldChanged,
        FieldDeleted,
    }
    first = events[0]
    assert first is not None
    assert first.time == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert [event.site_id for event in events if event] == [SITE] * len(events)


async def _everything(site: Site) -> None:
    """Cause every kind of event there is."""
    ids = []
    for name in ("Ada", "Grace"):
        answer = await site.client.post(CONTACTS, json={"info": {"name": {"first": name}}})
        ids.append(answer.json()["contact"]["id"])
    revision = answer.json()["contact"]["revision"]
    merged = {"sourceContactIds": ids[:1], "targetContactRevision": revision}
    answers = [
        await site.client.post(f"{CONTACTS}/{ids[1]}/merge", json=merged),
        await site.client.delete(f"{CONTACTS}/{ids[1]}"),
    ]
    for path in (LABELS, "/contacts/v4/extended-fields"):
        named = {"displayName": "VIP", "dataType": "TEXT"} if path != LABELS else {}
        made = await site.client.post(path, json=named or {"displayName": "VIP"})
        key = next(iter(made.json().values()))["key"]
        wrapper = "label" if path == LABELS else "field"
        answers += [
            made,
            await site.client.patch(f"{path}/{key}", json={wrapper: {"displayName": "Very"}}),
            await site.client.delete(f"{path}/{key}"),
        ]
    assert [answer.status_code for answer in answers] == [200] * len(answers), answers


ODD = ("id", "entityId", "createdEvent", "updatedEvent", "actionEvent")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)
"""What a level could hold."""


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
