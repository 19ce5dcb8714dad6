"""No read that begins after a write was answered, or an event applied, gives anything older.

A machine interleaves reads held open, writes, lost answers, changes from elsewhere, evictions and
time, and compares what is read with what had to be known when the read began. Each defect that is
planted is found.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import Phase

from gateway.cache.flight import Flight
from gateway.cache.keys import Key, Tag
from gateway.cache.reader import Reader
from gateway.cache.store import Store, Subject
from gateway.crm.invalidation import CONTACT_PAGES
from tests.support.interleavings import SOAKING, Interleavings, interleave
from tests.support.planted_defects import LAGGING, Planted, play, varied
from tests.support.watched_site import ALL, FIRST, StaleRead

pytestmark = pytest.mark.untraced


@pytest.mark.timeout(0)
def test_nothing_older_is_read_than_what_was_known() -> None:
    interleave(Interleavings)


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
    remembering = varied(Interleavings, regimes=[(0.0, 10.0)])
    play(remembering, look_up_what_was_told_without_its_value)


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


PLANTED = [
    Planted(Interleavings, count_what_was_counted_already, make_store=Blind),
    Planted(Interleavings, keep_what_was_read_before_a_write, make_store=WithoutGeneration),
    Planted(Interleavings, join_what_was_asked_before_a_write, make_reader=LateFill),
    Planted(Interleavings, list_again_after_an_event_without_its_value, make_store=MissingTag),
    # It believes what an index says that lags.
    Planted(Interleavings, list_after_a_write_and_evictions, regimes=LAGGING, overlaid=False),
]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_planted_defect_is_found(planted: Planted[Interleavings]) -> None:
    play(planted.sound, planted.script)
    with pytest.raises(StaleRead):
        play(planted.defective, planted.script)
    if SOAKING:
        with pytest.raises(StaleRead):
            interleave(
                planted.defective,
                examples=100_000,
                phases=[Phase.generate],
                database=None,
                report_multiple_bugs=False,
            )
