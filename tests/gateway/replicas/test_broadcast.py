"""What is told, what is heard, and when a gateway is in touch; on a model of the board."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from gateway.cache.keys import Key
from gateway.cache.periods import Period, Periods
from gateway.cache.second import Subject
from gateway.crm.freshness import Freshness, remembering
from gateway.crm.news import Happened
from gateway.model.events import ContactDeleted, LabelChanged
from gateway.replicas.broadcast import Broadcast
from gateway.replicas.connection import Connection
from gateway.replicas.faults import StoreFault
from gateway.replicas.listening import Listening
from tests.support.board_model import BoardModel, Paper
from tests.support.clock import ManualClock
from tests.support.redis_server import RedisServer

THING = Subject(Key("site", "thing"), (), Period(60, 60))


@dataclass
class Side:
    """One gateway before the board."""

    board: BoardModel
    clock: ManualClock
    fresh: Freshness
    broadcast: Broadcast
    heard: int = 0

    def hear(self) -> None:
        """Hear all that was told since."""
        for data in self.board.messages[self.heard :]:
            self.broadcast.hear(data)
        self.heard = len(self.board.messages)

    async def listen(self) -> None:
        """Begin to listen, and learn where the board is."""
        self.heard = len(self.board.messages)
        await self.broadcast.begin()
        self.hear()

    def hold(self) -> None:
        """Keep something."""
        self.fresh.store.keep(THING, "held", since=self.fresh.store.generations.now())

    @property
    def holds(self) -> bool:
        """Whether it still does."""
        return self.fresh.store.find(THING.key) is not None


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    clock = ManualClock()
    board = BoardModel(clock)
    fresh = remembering("site", clock=clock, periods=Periods(settling=10), seconds=5)
    side = Side(board, clock, fresh, Broadcast(board, fresh, origin="me", clock=clock))
    await side.listen()
    side.hold()
    yield side
    await side.broadcast.all_told()


def deleted(contact_id: str = "one") -> Happened:
    return Happened(ContactDeleted(contact_id))


async def test_answers_are_posted_once_no_missed_change_can_be_missing_in_them(side: Side) -> None:
    places = []
    for seconds in (0.0, 14.9, 0.1):
        side.clock.advance(seconds)
        places.append(side.broadcast.place is not None)
    assert places == [False, False, True]


async def test_who_listens_again_at_the_same_place_has_missed_nothing(side: Side) -> None:
    side.broadcast.lose_touch()
    assert not side.broadcast.in_touch
    await side.listen()
    assert (side.broadcast.in_touch, side.holds) == (True, True)


async def test_who_listens_again_elsewhere_lets_go_of_everything(side: Side) -> None:
    side.broadcast.lose_touch()
    await side.board.tell(b"news", tags=[])
    await side.listen()
    assert (side.broadcast.in_touch, side.holds) == (True, False)


async def test_after_the_board_was_put_back_it_is_begun_anew(side: Side) -> None:
    before = side.board.copy()
    side.broadcast.tell(deleted())
    await side.broadcast.all_told()
    side.hear()
    side.board.paper = before
    side.broadcast.lose_touch()
    await side.listen()
    assert not side.broadcast.in_touch
    assert await side.broadcast.check()
    side.hear()
    assert side.broadcast.in_touch


async def test_silence_is_not_believed(side: Side) -> None:
    assert await side.broadcast.check()
    await side.board.tell(b"news", tags=[])
    assert not await side.broadcast.check()
    side.board.paper = Paper()
    assert not await side.broadcast.check()


async def test_what_cannot_be_told_is_made_up_for(side: Side) -> None:
    side.board.away = True
    side.broadcast.tell(deleted())
    await side.broadcast.all_told()
    assert not side.broadcast.in_touch
    with pytest.raises(StoreFault):
        await side.broadcast.check()
    side.board.away = False
    assert await side.broadcast.check()
    side.hear()
    assert (side.broadcast.in_touch, side.holds) == (True, False)


async def test_what_cannot_be_written_is_made_up_for(side: Side) -> None:
    side.broadcast.tell(deleted("\ud800"))
    await side.broadcast.all_told()
    assert not side.broadcast.in_touch


async def test_more_than_can_be_told_is_made_up_for(side: Side) -> None:
    side.board.slow = True
    for _ in range(1_002):
        side.broadcast.tell(deleted())
        await asyncio.sleep(0)
    assert not side.broadcast.in_touch
    side.board.held[0].deliver()
    await side.broadcast.all_told()
    assert not side.broadcast.in_touch


async def test_one_does_not_hear_oneself(side: Side) -> None:
    side.fresh.listener = side.broadcast.tell
    side.fresh.apply(LabelChanged("custom.vip"))
    await side.broadcast.all_told()
    side.hold()
    began = side.fresh.store.generations.now()
    side.hear()
    assert (side.fresh.store.generations.now(), side.holds) == (began, True)


async def test_whatever_happens_listening_goes_on(redis: RedisServer) -> None:
    class Stumbling(Broadcast):
        """Stumbles over the first thing it is asked."""

        def __init__(self) -> None:
            self.begun = asyncio.Event()
            self.stumbled = False

        async def begin(self) -> None:
            if not self.stumbled:
                self.stumbled = True
                raise RuntimeError("stumbled")
            self.begun.set()

        def lose_touch(self) -> None:
            pass

        async def check(self) -> bool:
            return True

    rng, broadcast = random.Random(7), Stumbling()  # noqa: S311 - jitter
    connection = Connection(redis.url, site="site", rng=rng)
    listening = Listening(connection, broadcast, channel="news", rng=rng)
    listening.start()
    try:
        await asyncio.wait_for(broadcast.begun.wait(), 5)
    finally:
        await listening.aclose()
        await connection.aclose()
