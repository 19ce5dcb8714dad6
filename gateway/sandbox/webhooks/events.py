"""Events as subscribers see them: stamped, numbered, wrapped in three levels (contract 7.3)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.sandbox.access.credentials import ACCOUNT_ID, HOME, Place
from gateway.sandbox.ports import Clock, DomainEvent, NewId

_PACKAGE = "wix.contacts.v4"
_OWNER_ID = "55555555-5555-4555-8555-555555555555"

EVENT_TYPES: tuple[str, ...] = (
    *(
        f"{_PACKAGE}.{entity}_{slug}"
        for entity in ("label", "contact", "extended-field")
        for slug in ("created", "updated", "deleted")
    ),
    f"{_PACKAGE}.contact_merged",
)
"""All event types; those of extended fields with a hyphen (contract 9, row 30)."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told about which events, and how untidily."""

    url: str
    events: frozenset[str] | None = None
    """Event types; None for all."""
    duplicates: bool = False
    """Deliver every event twice."""
    disorder: bool = False
    """Let events wait for a random time, so that they overtake each other."""

    def wants(self, event_type: str) -> bool:
        """Tell whether events of this type are delivered."""
        return self.events is None or event_type in self.events


@dataclass(frozen=True, slots=True)
class StampedEvent:
    """One event with everything that makes it unique."""

    event_id: str
    event_type: str
    entity_id: str
    document: Mapping[str, Any]
    """The domain event, the innermost of the three levels."""
    place: Place = HOME
    """The site it happened on."""

    def envelope(self) -> str:
        """Make the text that is signed: each level is JSON in a string of the level above."""
        identity = {"identityType": "WIX_USER", "wixUserId": _OWNER_ID}
        return json.dumps(
            {
                "eventType": self.event_type,
                "instanceId": self.place.instance_id,
                "data": json.dumps(self.document),
                "identity": json.dumps(identity),
                "accountInfo": {"accountId": ACCOUNT_ID, "siteId": self.place.site_id},
            }
        )


class Stamper:
    """Gives events their id, their time, and their place in their entity's sequence.

    Subscribers drop ids they know and numbers that fall back, and they outlive resets and
    restarts of the sandbox. So ``new_id`` must never repeat itself, and a sequence goes on with
    the milliseconds since 1970 where these are larger than one more than its last number.
    """

    def __init__(self, clock: Clock, new_id: NewId, place: Place = HOME) -> None:
        self._clock = clock
        self._new_id = new_id
        self._place = place
        self._last: dict[tuple[str, str], int] = {}

    def stamp(self, event: DomainEvent) -> StampedEvent:
        """Stamp one event; call it in the order in which things happened."""
        event_id = self._new_id()
        now = self._clock()
        document = {
            "id": event_id,
            "entityFqdn": f"{_PACKAGE}.{event.entity}",
            "slug": event.slug,
            "entityId": event.entity_id,
            **event.body,
            "eventTime": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "triggeredByAnonymizeRequest": False,
            "originatedFrom": event.originated_from,
            "entityEventSequence": str(self._next_in_sequence(event, now)),
        }
        kind = _event_type(event)
        return StampedEvent(event_id, kind, event.entity_id, document, self._place)

    def _next_in_sequence(self, event: DomainEvent, now: datetime) -> int:
        entity = (event.entity, event.entity_id)
        number = max(self._last.get(entity, 0) + 1, int(now.timestamp() * 1_000))
        self._last[entity] = number
        return number


def _event_type(event: DomainEvent) -> str:
    return f"{_PACKAGE}.{event.entity.replace('_', '-')}_{event.slug}"
