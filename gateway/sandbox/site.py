"""The site at work: the store with the collaborators that every request needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.sandbox import moments
from gateway.sandbox.ports import Clock, NewId, Publish, Settings
from gateway.sandbox.store import Store
from gateway.sandbox.work import Work


@dataclass(frozen=True, slots=True)
class Site:
    """Gives out units of work."""

    store: Store
    publish: Publish
    settings: Settings
    clock: Clock
    new_id: NewId

    def reading(self) -> Work:
        """Look at the site as it is now."""
        now = moments.from_datetime(self.clock())
        return Work(self.store.db, now, self.settings.behaviour, self.new_id)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """Change the site: all of it or nothing, and events only for what was committed."""
        work = self.reading()
        with self.store.transaction():
            yield work
        for event in work.events:
            self.publish(event)
