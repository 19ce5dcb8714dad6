"""The unit of work: what one request does to the site, at one moment."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.sandbox import moments
from gateway.sandbox.ports import Behaviour, DomainEvent, NewId


@dataclass(frozen=True, slots=True)
class Work:
    """The database with everything that decides how it is read and written.

    What happened is collected in ``events``; ``Site`` publishes them after the commit.
    """

    db: sqlite3.Connection
    now: int
    """Microseconds since 1970, cut to the millisecond."""
    behaviour: Behaviour
    new_id: NewId
    events: list[DomainEvent] = field(default_factory=list)

    @property
    def now_text(self) -> str:
        """The moment as the wire writes it."""
        return moments.to_text(self.now)

    def created(
        self,
        entity: Literal["label", "contact", "extended_field"],
        entity_id: str,
        document: dict[str, Any],
    ) -> None:
        """Note that an entity was created."""
        body = {"createdEvent": {"entity": document}}
        self.events.append(DomainEvent(entity, "created", entity_id, body))

    def updated(
        self,
        entity: Literal["label", "contact", "extended_field"],
        entity_id: str,
        document: dict[str, Any],
        originated_from: str = "",
    ) -> None:
        """Note that an entity was changed."""
        body = {"updatedEvent": {"currentEntity": document}}
        self.events.append(DomainEvent(entity, "updated", entity_id, body, originated_from))

    def deleted(
        self,
        entity: Literal["label", "contact", "extended_field"],
        entity_id: str,
        originated_from: str = "",
    ) -> None:
        """Note that an entity was deleted."""
        body: dict[str, Any] = {"deletedEvent": {}}
        self.events.append(DomainEvent(entity, "deleted", entity_id, body, originated_from))

    def merged(self, target: dict[str, Any], source_ids: list[str]) -> None:
        """Note that contacts were merged into one."""
        action = {
            "targetContactId": target["id"],
            "sourceContactIds": source_ids,
            "targetContact": target,
        }
        body = {"actionEvent": {"body": action}}
        self.events.append(DomainEvent("contact", "merged", target["id"], body))
