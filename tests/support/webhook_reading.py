"""An event of Wix's contacts as the gateway reads it from the three levels of a webhook."""

from typing import Any

from gateway.model.events import Event
from gateway.wix.webhooks import read_event
from tests.support.webhooks import CONTACT, document, envelope, label

PACKAGE = "wix.contacts.v4"
ADA = {"id": CONTACT, "revision": 7, "info": {"company": "Engines"}}
CREATED = {"createdEvent": {"entity": label()}}


def read(kind: str, body: dict[str, Any], entity_id: str = "custom.vip") -> Event:
    """Read a domain event that must be one of ours."""
    found = read_event(envelope(f"{PACKAGE}.{kind}", document(body, entityId=entity_id)))
    assert found is not None
    return found
