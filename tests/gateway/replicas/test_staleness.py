"""No gateway gives out anything older than what it was told, whatever the others and Redis do.

The machine of `tests.support.interleavings`, with a second gateway whose messages are late, lost
with the connection, or nonsense, and a board that is slow, forgets, and comes back as it once was.
"""

import os
from collections.abc import Callable, Sequence
from typing import ClassVar

import pytest

from gateway.replicas.board import Place, Posting
from gateway.replicas.broadcast import Broadcast
from tests.support.board_model import BoardModel, Step
from tests.support.interleavings import interleave
from tests.support.two_gateways import TwoGateways
from tests.support.watched_site import ALL, StaleRead

pytestmark = pytest.mark.untraced

INTERLEAVINGS = int(os.environ.get("SOAK_INTERLEAVINGS", "250"))

AT_ONCE = [(0.0, 0.0)]
"""The index does not lag, and so nothing makes up for a defect."""
LAGGING = [(6.0, 10.0)]


@pytest.mark.timeout(0)
def test_nothing_older_is_read_than_what_was_told() -> None:
    interleave(TwoGateways, examples=INTERLEAVINGS)


class PostedFromAnywhere(BoardModel):
    """Takes answers of gateways that have not heard of the last change."""

    async def post(self, postings: Sequence[Posting], *, place: Place) -> None:
        await super().post(postings, place=self.paper.place or place)


class NothingTakenDown(BoardModel):
    """Leaves answers on the board that a change has made untrue."""

    async def tell(self, body: bytes, *, tags: Sequence[str]) -> None:
        del tags
        await super().tell(body, tags=())


class Trusting(Broadcast):
    """Believes to have missed nothing when it begins to listen again."""

    def _begin_anew(self, place: Place) -> None:
        self._heard = self._latest = place


class Hasty(Broadcast):
    """Shares what it reads though it may lack a change that the index does not show yet."""

    @property
    def place(self) -> Place | None:
        return self._heard


class Silent(Broadcast):
    """Forgets that it could not tell something."""

    def _give_up(self) -> None:
        self._untold.clear()


class Unforgetting(Broadcast):
    """Does not mind that the board was put back to an earlier state."""

    def _greeted(self, place: Place, *, own: bool) -> None:
        self._latest = None
        super()._greeted(place, own=own)


class Impatient(Broadcast):
    """Lets the board be asked before it was told of the last change."""

    async def all_told(self) -> None:
        pass


class FromAnywhere(TwoGateways):
    """With the first defect."""

    make_board = PostedFromAnywhere
    regimes: ClassVar = AT_ONCE


class NotTakenDown(TwoGateways):
    """With the second."""

    make_board = NothingTakenDown
    regimes: ClassVar = AT_ONCE


class TrustingAgain(TwoGateways):
    """With the third."""

    make_broadcast = Trusting
    regimes: ClassVar = AT_ONCE


class TooHasty(TwoGateways):
    """With the fourth."""

    make_broadcast = Hasty
    regimes: ClassVar = LAGGING


class TooSilent(TwoGateways):
    """With the fifth."""

    make_broadcast = Silent
    regimes: ClassVar = AT_ONCE


class PutBack(TwoGateways):
    """With the sixth."""

    make_broadcast = Unforgetting
    regimes: ClassVar = AT_ONCE


class TooImpatient(TwoGateways):
    """With the seventh."""

    make_broadcast = Impatient
    regimes: ClassVar = AT_ONCE


def list_everything(site: TwoGateways, *, at: int) -> None:
    site.turn_to(at)
    site.list(ALL)
    site.answer_all()


def update(site: TwoGateways, *, at: int) -> None:
    site.turn_to(at)
    site.update(0)
    site.answer_all()


def read_before_and_share_after_a_write_elsewhere(site: TwoGateways) -> None:
    site.turn_to(0)
    site.list(ALL)
    site.carry_out(0)
    site.turn_to(1)
    site.update(0)
    site.answer(1)
    site.answer(0)
    list_everything(site, at=1)


def write_what_another_has_shared(site: TwoGateways) -> None:
    list_everything(site, at=0)
    update(site, at=1)
    list_everything(site, at=1)


def miss_a_write_elsewhere(site: TwoGateways) -> None:
    list_everything(site, at=0)
    site.cut(0)
    update(site, at=1)
    site.listen(0)
    site.hear_messages(0)
    list_everything(site, at=0)


def share_without_knowing_of_a_write(site: TwoGateways) -> None:
    site.cut(0)
    update(site, at=1)
    site.listen(0)
    site.hear_messages(0)
    list_everything(site, at=0)
    list_everything(site, at=1)


def write_without_telling(site: TwoGateways) -> None:
    list_everything(site, at=0)
    site.hold_steps(slow=True)
    update(site, at=1)
    site.move_on(0, Step.fail)
    site.hold_steps(slow=False)
    list_everything(site, at=1)


def write_and_put_the_board_back(site: TwoGateways) -> None:
    list_everything(site, at=0)
    site.flush(forgets=False)
    update(site, at=1)
    site.hear_messages(1)
    site.die()
    site.come_back()
    site.listen(1)
    site.hear_messages(1)
    list_everything(site, at=1)


def ask_before_the_board_was_told(site: TwoGateways) -> None:
    list_everything(site, at=0)
    site.hold_steps(slow=True)
    update(site, at=1)
    site.list(ALL)
    site.move_on(1, Step.deliver)
    site.hold_steps(slow=False)
    site.move_on(0, Step.deliver)
    site.answer_all()


PLANTED = {
    FromAnywhere: read_before_and_share_after_a_write_elsewhere,
    NotTakenDown: write_what_another_has_shared,
    TrustingAgain: miss_a_write_elsewhere,
    TooHasty: share_without_knowing_of_a_write,
    TooSilent: write_without_telling,
    PutBack: write_and_put_the_board_back,
    TooImpatient: ask_before_the_board_was_told,
}
"""Each defect, and the shortest interleaving that shows it."""


def sound(defective: type[TwoGateways]) -> type[TwoGateways]:
    """Make the machine without the defect, in the defect's regime."""
    return type("Sound", (TwoGateways,), {"regimes": defective.regimes})


def run(machine: type[TwoGateways], script: Callable[[TwoGateways], None]) -> None:
    site = machine()
    site.begin(0, 1_000_000)
    try:
        script(site)
    finally:
        site.teardown()


@pytest.mark.timeout(0)
@pytest.mark.parametrize("defective", PLANTED)
def test_a_planted_defect_is_found(defective: type[TwoGateways]) -> None:
    script = PLANTED[defective]
    run(sound(defective), script)
    with pytest.raises(StaleRead):
        run(defective, script)
