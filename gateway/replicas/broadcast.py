"""Tells the other gateways of a site what was found out here, and takes note of what they tell."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Final

import structlog

from gateway.crm.freshness import Freshness
from gateway.crm.news import News, tags_in
from gateway.replicas import board as boards
from gateway.replicas import letters
from gateway.replicas.answers import name_of
from gateway.replicas.board import EVERYTHING, Board, Place
from gateway.replicas.faults import StoreFault
from gateway.replicas.letters import Letter

_MOST_UNTOLD: Final = 1_000
_GREETING: Final = b"here "

log = structlog.get_logger(source=__name__)


class Broadcast:
    """What this gateway has told the others, and up to where it has heard them.

    Whenever it may not have heard everything it begins anew: what it holds is let go of, and what
    it reads is kept to itself, for as long as Wix's index may trail behind a change that it has
    not heard of.
    """

    def __init__(
        self, board: Board, freshness: Freshness, *, origin: str, clock: Callable[[], float]
    ) -> None:
        self._board = board
        self._freshness = freshness
        self._origin = origin
        self._clock = clock
        self._heard: Place | None = None
        self._latest: Place | None = None
        """The last place that was ever heard of."""
        self._settled_at = 0.0
        self._untold: deque[News] = deque()
        self._telling: asyncio.Task[None] | None = None
        self._behind = False
        """Whether the others were not told something, so that they may hold what is untrue."""

    @property
    def in_touch(self) -> bool:
        """Whether all that the others tell is heard, and they were told everything."""
        return self._heard is not None and not self._behind

    @property
    def place(self) -> Place | None:
        """From where answers may be posted; None when what is read here may lack a change."""
        return self._heard if self.in_touch and self._clock() >= self._settled_at else None

    def tell(self, news: News) -> None:
        """Have the others told, in the background and in order."""
        if len(self._untold) >= _MOST_UNTOLD:
            self._give_up()
            return
        self._untold.append(news)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_all(), context=Context())

    async def all_told(self) -> None:
        """Return once the others were told everything, or cannot be."""
        if self._telling is not None:
            await asyncio.wait({self._telling})

    async def begin(self) -> None:
        """Find out where the others are; listening has just begun.

        Raises:
            StoreFault: The board is of no use.
        """
        await self._board.greet(_GREETING + self._origin.encode())

    def lose_touch(self) -> None:
        """Take note that nobody is heard any more, and nobody here left waiting in silence."""
        if self._heard is not None:
            self._heard = None
            self._freshness.hear_no_more()

    async def check(self) -> bool:
        """Make up for what was not told; say whether everything that was told has been heard.

        Raises:
            StoreFault: The board is of no use.
        """
        if self._behind:
            await self._make_up()
            return True
        before = self._heard
        if before is None:
            return False
        return await self._board.place() == before or self._heard != before

    def hear(self, data: bytes) -> None:
        """Take note of a message, whatever it is."""
        message = boards.read(data)
        if message is None:
            log.warning("a message of the other gateways cannot be read")
            self._freshness.hear_nothing()
        elif message.body == EVERYTHING:
            self._begin_anew(message.place)
        elif message.body.startswith(_GREETING):
            self._greeted(message.place, own=message.body == _GREETING + self._origin.encode())
        else:
            self._told(message.place, letters.read(message.body))

    def _greeted(self, place: Place, *, own: bool) -> None:
        if self._heard == place or (self._heard is None and not own):
            return
        last = self._latest
        if self._heard is None and last == place:
            # Nothing was told while nobody listened here.
            self._heard = place
            return
        if last is not None and (last.epoch != place.epoch or last.number > place.number):
            # The board has forgotten, or was put back to an earlier state, untrue answers included.
            self._behind = True
        self._begin_anew(place)

    def _told(self, place: Place, letter: Letter | None) -> None:
        if self._heard is not None:
            follows = place == (self._heard.epoch, self._heard.number + 1)
            if letter is None or not follows:
                log.warning("a message of the other gateways is missing or cannot be read")
                self._begin_anew(place)
            self._heard = self._latest = place
        if letter is None:
            self._freshness.hear_nothing()
        elif letter.sender != self._origin:
            self._freshness.hear(letter.news)

    def _begin_anew(self, place: Place) -> None:
        self._heard = self._latest = place
        self._settled_at = self._clock() + self._freshness.settling
        self._freshness.hear_nothing()

    async def _make_up(self) -> None:
        # Until the others' answer is heard nothing on the board is to be believed.
        self._heard, self._behind = None, False
        try:
            await self._board.begin_anew()
        except StoreFault:
            self._behind = True
            raise

    async def _tell_all(self) -> None:
        while self._untold:
            news = self._untold.popleft()
            if self._behind or not await self._tell(news):
                self._give_up()

    async def _tell(self, news: News) -> bool:
        body = letters.written(Letter(self._origin, news))
        tags = [name_of(tag) for tag in tags_in(news, self._freshness.site)]
        try:
            if body is not None:
                await self._board.tell(body, tags=tags)
        except StoreFault:
            return False
        return body is not None

    def _give_up(self) -> None:
        self._behind = True
        self._untold.clear()
