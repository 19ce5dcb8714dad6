"""One gateway's part in the memory that the gateways of a site share."""

import random
import time
import uuid
from collections.abc import Callable

from gateway.crm.freshness import Freshness
from gateway.crm.news import News
from gateway.replicas.board import RedisBoard
from gateway.replicas.broadcast import Broadcast
from gateway.replicas.connection import Connection
from gateway.replicas.listening import Listening
from gateway.replicas.second_level import SharedAnswers


class SharedMemory:
    """Joins a gateway's own memory to what the others know, and keeps both true.

    It listens from the first read or change on: until then there is nothing that could be untrue.
    """

    def __init__(
        self,
        freshness: Freshness,
        connection: Connection,
        *,
        rng: random.Random,
        clock: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        board = RedisBoard(connection, new_token=new_id)
        self._broadcast = Broadcast(board, freshness, origin=new_id(), clock=clock)
        self._listening = Listening(connection, self._broadcast, channel=board.channel, rng=rng)
        self._answers = SharedAnswers(
            board, self._broadcast, listen=self._listening.start, clock=clock
        )
        freshness.store.second = self._answers
        freshness.listener = self._tell

    @property
    def in_touch(self) -> bool:
        """Whether all that the others tell is heard, and they were told everything."""
        return self._broadcast.in_touch

    def start(self) -> None:
        """Listen from now on; it may be asked for again and again."""
        self._listening.start()

    async def aclose(self) -> None:
        """Tell what is still to be told, and share nothing any more."""
        await self._answers.aclose()
        await self._broadcast.all_told()
        await self._listening.aclose()

    def _tell(self, news: News) -> None:
        self._listening.start()
        self._broadcast.tell(news)
