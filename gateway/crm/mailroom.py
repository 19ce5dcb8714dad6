"""Hands each event to the inbox of the site it is about; Wix sends those of all to one address."""

from collections.abc import Iterable
from typing import NamedTuple

from gateway.crm.events import Addressee, Inbox, Outcome
from gateway.model.events import Event


class Pigeonhole(NamedTuple):
    """One site's place for events."""

    site_id: str
    addressee: Addressee
    inbox: Inbox


class Mailroom:
    """Takes the events of the sites whose app signs with the same keys.

    Sites of another app have a mailroom of their own: whoever can sign for one app can tell lies
    about its sites, and about no others.
    """

    def __init__(self, pigeonholes: Iterable[Pigeonhole]) -> None:
        self._pigeonholes = tuple(pigeonholes)

    def site_of(self, event: Event) -> str | None:
        """Tell which site an event is about; None where it is none of these."""
        found = self._find(event)
        return found.site_id if found else None

    async def take(self, event: Event) -> Outcome:
        """Let the event's site take it."""
        found = self._find(event)
        return await found.inbox.take(event) if found else Outcome.FOREIGN

    def _find(self, event: Event) -> Pigeonhole | None:
        return next((each for each in self._pigeonholes if each.addressee.is_meant_by(event)), None)
