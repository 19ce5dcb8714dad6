"""The memory that the gateways of one site share: what one has read, the others need not."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Final

from gateway.cache.keys import Key
from gateway.cache.second import Shared, Subject
from gateway.replicas import answers, board
from gateway.replicas.answers import is_shared, name_of
from gateway.replicas.board import LARGEST, Board, Place, Posting
from gateway.replicas.broadcast import Broadcast
from gateway.replicas.faults import StoreFault

_MOST_WAITING: Final = 2_000
"""Answers that wait to be posted; what comes on top is not shared."""
_AT_ONCE: Final = 100
"""Answers in one message: more could take longer than Redis is given."""


@dataclass(frozen=True, slots=True)
class _Offer:
    subject: Subject
    value: Any
    place: Place
    """Up to where the others had been heard when it was kept here."""
    since: float


class SharedAnswers:
    """Finds and posts answers on the board, as long as the gateway is in touch with the others."""

    def __init__(
        self,
        board: Board,
        broadcast: Broadcast,
        *,
        listen: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        """Build it; `listen` has the gateway hear the others, and is called before each look."""
        self._board = board
        self._broadcast = broadcast
        self._listen = listen
        self._clock = clock
        self._waiting: dict[Key, _Offer] = {}
        self._posting: asyncio.Task[None] | None = None

    async def find(self, subjects: Sequence[Subject]) -> Mapping[Key, Shared]:
        """Find what is known of some subjects, in a round trip for a hundred; raises nothing."""
        self._listen()
        asked = [subject for subject in subjects if is_shared(subject.key)]
        # What was changed here may still be true on the board, until it is told there.
        await self._broadcast.all_told()
        found: dict[Key, Shared] = {}
        try:
            for start in range(0, len(asked), _AT_ONCE):
                if self._broadcast.in_touch:
                    found.update(await self._found(asked[start : start + _AT_ONCE]))
        except StoreFault:
            """What was found before is true nevertheless."""
        return found

    def keep(self, subject: Subject, value: Any) -> None:
        """Offer an answer that one's own memory has just taken; it is handed on in its own time."""
        place = self._broadcast.place
        if place is None or not is_shared(subject.key) or len(self._waiting) >= _MOST_WAITING:
            return
        self._waiting[subject.key] = _Offer(subject, value, place, self._clock())
        if self._posting is None or self._posting.done():
            self._posting = asyncio.create_task(self._post_all(), context=Context())

    async def aclose(self) -> None:
        """Post no more."""
        self._waiting.clear()
        if self._posting is not None:
            await asyncio.wait({self._posting})

    async def _found(self, asked: Sequence[Subject]) -> Mapping[Key, Shared]:
        posted = await self._board.find([_on_board(subject) for subject in asked])
        found = {
            subject.key: answers.read(subject.key, each.body, seconds=each.seconds)
            for subject, each in zip(asked, posted, strict=True)
            if each is not None
        }
        return {key: shared for key, shared in found.items() if shared is not None}

    async def _post_all(self) -> None:
        while self._waiting:
            place = next(iter(self._waiting.values())).place
            postings = list(self._taken(place))
            try:
                if postings:
                    await self._board.post(postings, place=place)
            except StoreFault:
                self._waiting.clear()

    def _taken(self, place: Place) -> Iterator[Posting]:
        """Take the first that wait and were kept at one place, as much as goes in one message."""
        room = LARGEST
        for key, offer in list(self._waiting.items())[:_AT_ONCE]:
            if offer.place != place or room <= 0:
                return
            del self._waiting[key]
            body = self._written(offer)
            if body is not None and len(body) <= LARGEST:
                room -= len(body)
                yield Posting(_on_board(offer.subject), body, offer.subject.seconds)

    def _written(self, offer: _Offer) -> bytes | None:
        subject = offer.subject
        waited = self._clock() - offer.since
        shared = Shared(offer.value, waited, subject.period, subject.on_error)
        return answers.written(subject.key, shared)


def _on_board(subject: Subject) -> board.Subject:
    return board.Subject(name_of(subject.key), tuple(name_of(tag) for tag in subject.tags))
