"""Webhooks as Wix sends them, written from contract section 7 alone, and as others forge them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway.model.events import Change, ContactDeleted, Entity, Event

INSTANCE = "33333333-3333-4333-8333-333333333333"
SITE = "11111111-1111-4111-8111-111111111111"
CONTACT = "8f58a52d-fb8b-4a04-87f6-30dfa83f50d6"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@cache
def key(_whose: str) -> RSAKey:
    """Make somebody's key pair; making one takes a while, so each has one for all tests."""
    return RSAKey.generate_key(2_048)


def public_pem(whose: str = "wix") -> str:
    """Write somebody's public key as an app's dashboard shows it."""
    return key(whose).as_pem(private=False).decode()


def label(**changes: Any) -> dict[str, Any]:
    """Write a label as an event carries it."""
    return {
        "namespace": "custom",
        "key": "custom.vip",
        "displayName": "VIP",
        "labelType": "USER_DEFINED",
        **changes,
    }


def document(body: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Write the innermost level: a domain event about the label ``custom.vip``."""
    return {
        "id": "b2a0a0a4-5d1e-4e8e-9a43-4d2f8a0f7c11",
        "entityFqdn": "wix.contacts.v4.label",
        "slug": "created",
        "entityId": "custom.vip",
        **body,
        "eventTime": NOON.isoformat().replace("+00:00", "Z"),
        "triggeredByAnonymizeRequest": False,
        "originatedFrom": "",
        "entityEventSequence": "1",
        **changes,
    }


def envelope(kind: str, data: Mapping[str, Any] | str, **changes: Any) -> str:
    """Write the text that is signed, around a domain event."""
    inner = data if isinstance(data, str) else json.dumps(data)
    return json.dumps(
        {
            "eventType": kind,
            "instanceId": INSTANCE,
            "data": inner,
            "identity": json.dumps({"identityType": "WIX_USER", "wixUserId": INSTANCE}),
            "accountInfo": {"accountId": INSTANCE, "siteId": SITE},
            **changes,
        }
    )


def token(data: object, *, whose: str = "wix", now: datetime = NOON, **claims: Any) -> bytes:
    """Sign a text; claims of the value None are left out."""
    seconds = int(now.timestamp())
    whole = {"data": data, "iat": seconds, "exp": seconds + 3_600} | claims
    stated = {name: value for name, value in whole.items() if value is not None}
    header = {"alg": "RS256", "kid": "any"}
    return jwt.encode(header, stated, key(whose)).encode()


@dataclass
class Recorded:
    """Takes changes as the caches do, and keeps them; fails for as long as it is told to."""

    changes: list[Change] = field(default_factory=list)
    failing: bool = False

    def apply(self, change: Change) -> None:
        if self.failing:
            raise RuntimeError("the cache is broken")
        self.changes.append(change)


_numbers = count()


def event(sequence: int = 1, change: Change | None = None, **changes: Any) -> Event:
    """Make an event of the contact `CONTACT`, with an id of its own unless told."""
    given: dict[str, Any] = {
        "id": f"event-{next(_numbers)}",
        "type": "wix.contacts.v4.contact_deleted",
        "instance_id": INSTANCE,
        "site_id": SITE,
        "entity": Entity("contact", CONTACT),
        "time": NOON,
    }
    return Event(
        **(given | changes), sequence=sequence, change=change or ContactDeleted(f"{sequence}")
    )
