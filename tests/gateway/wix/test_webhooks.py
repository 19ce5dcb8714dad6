"""The three levels of a webhook become one event."""

from datetime import UTC, datetime
from typing import Any

import pytest

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
from gateway.wix.webhooks import read_event
from tests.support.sandboxes import CONTACTS, LABELS, Site
from tests.support.subscriber import Subscriber, claims_of, subscribed
from tests.support.webhook_reading import ADA, CREATED, PACKAGE, read
from tests.support.webhooks import CONTACT, INSTANCE, NOON, SITE, document, envelope, label

VIP = Label("custom.vip", "VIP", "custom", LabelType.USER_DEFINED)
SIZE = {
    "key": "custom.size",
    "displayName": "Size",
    "dataType": "TEXT",
    "fieldType": "USER_DEFINED",
}
FIELD = ExtendedField("custom.size", "Size", "custom", FieldDataType.TEXT, FieldType.USER_DEFINED)


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
