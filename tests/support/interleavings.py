"""A machine that interleaves reads held open, writes, news, evictions and time on one site."""

import os
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from gateway.model.changes import ContactInfo
from gateway.model.contacts import Contact
from gateway.model.events import ContactChanged, ContactDeleted, LabelChanged
from gateway.model.queries import Query
from tests.support.slow_wix import HeldCall, contact, label, version_of
from tests.support.watched_site import (
    ALL,
    AT_EVEN,
    CONTACTS,
    FIRST,
    GONE,
    LABELS,
    LONGEST,
    StaleRead,
    WatchedSite,
)

SOAKING: Final = "SOAK_INTERLEAVINGS" in os.environ
"""Whether there is time to find each defect by chance, too."""
EXAMPLES: Final = int(os.environ.get("SOAK_INTERLEAVINGS", "250"))
"""How many interleavings are tried."""

numbers = st.integers(0, CONTACTS - 1)
picks = st.integers(0, 7)


class Interleavings(WatchedSite):
    """One site, its memory, and everybody who reads and writes there."""

    @initialize(pick=picks, limit_bytes=st.sampled_from([4_000, 1_000_000]))
    def begin(self, pick: int, limit_bytes: int) -> None:
        lag, settling = self.regimes[pick % len(self.regimes)]
        self.open(lag, settling, limit_bytes)

    # Reads

    @rule(asked=st.lists(numbers, min_size=1, max_size=CONTACTS, unique=True))
    def look_up(self, asked: list[int]) -> None:
        ids = [contact(number, 1).id for number in asked]
        floors = {contact_id: self.known[contact_id] for contact_id in ids}

        def check(found: list[Contact | None]) -> None:
            for contact_id, each in zip(ids, found, strict=True):
                self.check_version(contact_id, each.revision if each else GONE, floors)

        self.read(self.contacts.by_ids(ids), check)

    @rule(query=st.sampled_from([ALL, AT_EVEN, FIRST]))
    def list(self, query: Query) -> None:
        floors = dict(self.known)

        def check(page: Any) -> None:
            rows = {row.id: row for row in page.items}
            for contact_id, row in rows.items():
                self.check_version(contact_id, row.revision, floors)
            for contact_id in filter(self.is_contact, floors):
                if self.at_rest(contact_id, floors):
                    self.check_membership(query, contact_id, listed=contact_id in rows)
            at_rest = all(self.at_rest(key, floors) for key in filter(self.is_contact, floors))
            if at_rest and not self.wix.lag:
                self.check_total(query, page.total)

        self.read(self.contacts.find(query), check)

    @rule()
    def name_labels(self) -> None:
        keys = [key for key in self.known if not self.is_contact(key)]
        floors = {key: self.known[key] for key in keys}

        def check(found: Any) -> None:
            for key, each in zip(keys, found, strict=True):
                self.check_version(key, version_of(each), floors)

        self.read(self.labels.by_keys(keys), check)

    @rule()
    def count(self) -> None:
        """Counts are as good as Wix's own, so where its index lags they are not checked."""
        floors = dict(self.known)

        def check(facets: Any) -> None:
            at_rest = all(self.at_rest(key, floors) for key in filter(self.is_contact, floors))
            if at_rest and not self.wix.lag and facets[0].count != len(self.wix.truth):
                raise StaleRead("counts")

        self.read(self.facets.all(), check)

    # Writes, and changes from elsewhere

    @rule(number=numbers)
    def update(self, number: int) -> None:
        contact_id, contacts, learn = contact(number, 1).id, self.contacts, self.learning()

        async def write() -> None:
            changed = await contacts.update(
                contact_id, revision=1, info=ContactInfo(), allow_duplicates=True
            )
            learn(contact_id, changed.revision)

        self.write(write())

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        contact_id, contacts, learn = contact(number, 1).id, self.contacts, self.learning()

        async def write() -> None:
            await contacts.delete(contact_id)
            learn(contact_id, GONE)

        self.write(write())

    @rule(number=st.integers(0, LABELS - 1))
    def rename(self, number: int) -> None:
        key, labels, learn = label(number, 1).key, self.labels, self.learning()

        async def write() -> None:
            renamed = await labels.rename(key, "another")
            learn(key, version_of(renamed))

        self.write(write())

    @rule(number=numbers, told=st.booleans())
    def change_elsewhere(self, number: int, told: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        contact_id = contact(number, 1).id
        if contact_id in self.wix.truth:
            changed = self.wix.bump(contact_id)
            # Where the event holds no value, only Get can tell, and lists wait for the index.
            value = changed if told or self.wix.lag else None
            self.news.append((ContactChanged(contact_id, value), contact_id, changed.revision))

    @rule(number=numbers)
    def delete_elsewhere(self, number: int) -> None:
        contact_id = contact(number, 1).id
        if contact_id in self.wix.truth:
            self.wix.remove(contact_id)
            self.news.append((ContactDeleted(contact_id), contact_id, GONE))

    @rule(number=st.integers(0, LABELS - 1))
    def rename_elsewhere(self, number: int) -> None:
        renamed = self.wix.rename_on(label(number, 1).key)
        self.news.append((LabelChanged(renamed.key, renamed), renamed.key, version_of(renamed)))

    @rule(pick=picks)
    def hear(self, pick: int) -> None:
        """Apply an event; those of one contact may come in any order."""
        if self.news:
            change, key, version = self.news.pop(pick % len(self.news))
            self.inside(lambda: self.fresh.apply(change))
            self.learning()(key, version)

    # What happens to calls, and to what is kept

    @rule(pick=picks)
    def carry_out(self, pick: int) -> None:
        self.with_held(pick, HeldCall.run)

    @rule(pick=picks)
    def answer(self, pick: int) -> None:
        self.with_held(pick, HeldCall.deliver)

    @rule()
    def answer_all(self) -> None:
        """Let everything arrive that is under way; what it leads to stays open."""
        for call in list(self.wix.held):
            call.deliver()
        self.turn()

    @rule(pick=picks)
    def lose(self, pick: int) -> None:
        self.with_held(pick, HeldCall.lose)

    @rule(pick=picks)
    def leave(self, pick: int) -> None:
        if self.reads:
            self.reads.pop(pick % len(self.reads)).task.cancel()
            self.turn()

    @rule()
    def evict(self) -> None:
        if len(self.fresh.store):
            self.fresh.store._entries.popitem()

    @rule(seconds=st.sampled_from([1.0, 5.0, 12.0]))
    def age(self, seconds: float) -> None:
        """Let time pass; an index is never later than the site's memory expects it to be."""
        if self.wix.lag and self.news:
            return
        for call in list(self.wix.held):
            if self.clock() + seconds - call.began > LONGEST:
                call.lose()
        self.turn()
        self.pass_time(seconds)


def interleave(machine: type[Interleavings], *, examples: int = EXAMPLES, **more: Any) -> None:
    """Try interleavings by chance; what is found is raised."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
    run_state_machine_as_test(machine, settings=chosen)
