"""No gateway gives out anything older than what it was told, whatever the others and Redis do.

The machine of `tests.support.interleavings`, with a second gateway whose messages are late, lost
with the connection, or nonsense, and a board that is slow, forgets, and comes back as it once was.
"""

from collections.abc import Sequence

import pytest

from gateway.replicas.board import Place, Posting
from gateway.replicas.broadcast import Broadcast
from tests.support.board_model import BoardModel, Step
from tests.support.interleavings import interleave
from tests.support.planted_defects import LAGGING, Planted, play
from tests.support.two_gateways import TwoGateways
from tests.support.watched_site import ALL, StaleRead

pytestmark = pytest.mark.untraced


@pytest.mark.timeout(0)
def test_nothing_older_is_read_than_what_was_told() -> None:
    interleave(TwoGateways)


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


PLANTED = [
    Planted(
        TwoGateways, read_before_and_share_after_a_write_elsewhere, make_board=PostedFromAnywhere
    ),
    Planted(TwoGateways, write_what_another_has_shared, make_board=NothingTakenDown),
    Planted(TwoGateways, miss_a_write_elsewhere, make_broadcast=Trusting),
    Planted(TwoGateways, share_without_knowing_of_a_write, make_broadcast=Hasty, regimes=LAGGING),
    Planted(TwoGateways, write_without_telling, make_broadcast=Silent),
    Planted(TwoGateways, write_and_put_the_board_back, make_broadcast=Unforgetting),
    Planted(TwoGateways, ask_before_the_board_was_told, make_broadcast=Impatient),
]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_planted_defect_is_found(planted: Planted[TwoGateways]) -> None:
    play(planted.sound, planted.script)
    with pytest.raises(StaleRead):
        play(planted.defective, planted.script)
