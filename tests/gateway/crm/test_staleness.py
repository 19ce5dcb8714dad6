"""No read that begins after a write was answered, or an event applied, gives anything older.

A machine interleaves reads held open, writes, lost answers, changes from elsewhere, evictions and
time, and compares what is read with what had to be known when the read began. Each defect that is
planted is found.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import pytest
from hypothesis import Phase

from gateway.cache.flight import Flight
from gateway.cache.keys import Key, Tag
from gateway.cache.reader import Reader
from gateway.cache.store import Store, Subject
from gateway.crm.invalidation import CONTACT_PAGES
from tests.support.interleavings import Interleavings, interleave
from tests.support.watched_site import ALL, FIRST, StaleRead

pytestmark = pytest.mark.untraced

INTERLEAVINGS = int(os.environ.get("SOAK_INTERLEAVINGS", "250"))
SOAKING = "SOAK_INTERLEAVINGS" in os.environ
"""Whether there is time to find each defect by chance, too."""


@pytest.mark.timeout(0)
def test_nothing_older_is_read_than_what_was_known() -> None:
    interleave(Interleavings, examples=INTERLEAVINGS)


def test_an_older_name_that_is_told_late_does_not_replace_a_newer_one() -> None:
    site = Interleavings()
    site.begin(pick=0, limit_bytes=4_000)
    site.rename(number=0)
    site.rename_elsewhere(number=0)
    site.answer_all()
    site.name_labels()
    site.answer_all()
    site.hear(pick=0)
    site.name_labels()
    site.answer_all()
    site.teardown()


def test_what_get_brings_to_light_makes_pages_untrue() -> None:
    class Remembering(Interleavings):
        regimes: ClassVar = [(0.0, 10.0)]

    run(Remembering, look_up_what_was_told_without_its_value)


def look_up_what_was_told_without_its_value(site: Interleavings) -> None:
    site.change_elsewhere(0, told=False)
    site.hear(0)
    site.list(ALL)
    site.answer_all()
    site.change_elsewhere(0, told=True)
    site.look_up([0])
    site.answer_all()
    site.hear(0)
    site.list(ALL)
    site.answer_all()


WITHOUT_MEMORY = [(0.0, 0.0)]
"""What was written is not remembered beside the store: that would make up for the defect."""


class WithoutGeneration(Store):
    """Keeps what a read brings, whatever has happened since it began."""

    def keep(self, subject: Subject, value: Any, *, since: int) -> None:
        del since
        super().keep(subject, value, since=self.generations.now())


class LateFill(Reader):
    """Lets readers join loads that began before the last change."""

    def _under_way(self, table: Any, subject: Subject) -> Flight[Any] | None:
        found = table.get(subject.key)
        return None if found is None or found.flight.over else found.flight


class MissingTag(Store):
    """Forgets that pages hold contacts."""

    def change(self, tags: Iterable[Tag]) -> None:
        super().change(tag for tag in tags if tag.kind != CONTACT_PAGES)


class Blind(Store):
    """Takes every answer for one that was read before the write that it is put right after."""

    def was_kept_by(self, key: Key, moment: int) -> bool:
        del moment
        return self.find(key) is not None


class CountedTwice(Interleavings):
    """With the fourth."""

    make_store = Blind
    regimes: ClassVar = WITHOUT_MEMORY


class NoGeneration(Interleavings):
    """With the first defect."""

    make_store = WithoutGeneration
    regimes: ClassVar = WITHOUT_MEMORY


class LateFilled(Interleavings):
    """With the second."""

    make_reader = LateFill
    regimes: ClassVar = WITHOUT_MEMORY


class TagMissing(Interleavings):
    """With the third."""

    make_store = MissingTag
    regimes: ClassVar = WITHOUT_MEMORY


class NoOverlay(Interleavings):
    """Believes what an index says that lags."""

    overlaid = False
    regimes: ClassVar = [(6.0, 10.0)]


def keep_what_was_read_before_a_write(site: Interleavings) -> None:
    site.list(ALL)
    site.carry_out(0)
    site.update(0)
    site.answer(1)
    site.answer(0)
    site.list(ALL)
    site.answer_all()


def join_what_was_asked_before_a_write(site: Interleavings) -> None:
    site.list(ALL)
    site.carry_out(0)
    site.update(0)
    site.answer(1)
    site.list(ALL)
    site.answer_all()


def list_again_after_an_event_without_its_value(site: Interleavings) -> None:
    site.list(ALL)
    site.answer_all()
    site.change_elsewhere(0, told=False)
    site.hear(0)
    site.list(ALL)
    site.answer_all()


def list_after_a_write_and_evictions(site: Interleavings) -> None:
    site.update(0)
    site.answer_all()
    for _ in range(10):
        site.evict()
    site.list(ALL)
    site.answer_all()


def count_what_was_counted_already(site: Interleavings) -> None:
    site.look_up([0, 1, 2])
    site.answer_all()
    site.delete(2)
    site.carry_out(0)
    site.list(FIRST)
    site.answer(1)
    site.answer(0)
    site.list(FIRST)
    site.answer_all()


PLANTED = {
    CountedTwice: count_what_was_counted_already,
    NoGeneration: keep_what_was_read_before_a_write,
    LateFilled: join_what_was_asked_before_a_write,
    TagMissing: list_again_after_an_event_without_its_value,
    NoOverlay: list_after_a_write_and_evictions,
}
"""Each defect, and the shortest interleaving that shows it."""


def run(machine: type[Interleavings], script: Callable[[Interleavings], None]) -> None:
    site = machine()
    site.begin(0, 1_000_000)
    try:
        script(site)
    finally:
        site.teardown()


@pytest.mark.timeout(0)
@pytest.mark.parametrize("defective", PLANTED)
def test_a_planted_defect_is_found(defective: type[Interleavings]) -> None:
    script = PLANTED[defective]
    run(Interleavings, script)
    with pytest.raises(StaleRead):
        run(defective, script)
    if SOAKING:
        with pytest.raises(StaleRead):
            interleave(
                defective,
                examples=100_000,
                phases=[Phase.generate],
                database=None,
                report_multiple_bugs=False,
            )
