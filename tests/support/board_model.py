"""What the board in Redis has to do, in a few lines of Python, with every step held open on demand.

A test compares it with the real one; the interleavings run on it, because they need a clock of
their own and must be able to hold a step open.
"""

import asyncio
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from gateway.replicas.board import EVERYTHING, Place, Posted, Posting, Subject
from gateway.replicas.faults import Absent


@dataclass
class Paper:
    """Everything that is written on the board."""

    place: Place | None = None
    tokens: dict[str, tuple[int, float]] = field(default_factory=dict)
    """By tag: the token, and until when it lasts."""
    answers: dict[str, tuple[tuple[Any, ...], float, Posting]] = field(default_factory=dict)
    """By name: the epoch and the tokens that prove an answer, and when it was posted."""


@dataclass(eq=False)
class Step:
    """Something that the board is asked to do."""

    work: Callable[[], Any]
    done: "asyncio.Future[None]" = field(default_factory=asyncio.Future)
    answer: Any = None
    carried_out: bool = False

    def run(self) -> None:
        """Carry it out, once; the answer stays on its way."""
        if not self.carried_out:
            self.carried_out = True
            self.answer = self.work()

    def deliver(self) -> None:
        """Let the answer arrive."""
        self.run()
        if not self.done.done():
            self.done.set_result(None)

    def fail(self) -> None:
        """Let the wait end without an answer."""
        if not self.done.done():
            self.done.set_exception(Absent("no answer in time"))


class BoardModel:
    """A board, what was told there, and the steps under way."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.paper = Paper()
        self.away = False
        self.slow = False
        """Whether every step is held open until the test lets it go on."""
        self.held: list[Step] = []
        self.messages: list[bytes] = []
        """All that was ever told, in order."""
        self._clock = clock
        self._last_token = 0

    async def find(self, subjects: Sequence[Subject]) -> Sequence[Posted | None]:
        """Find the answers that are still true, in the order of `subjects`."""
        found: Sequence[Posted | None] = await self._do(
            lambda: [self._find(subject) for subject in subjects]
        )
        return found

    async def post(self, postings: Sequence[Posting], *, place: Place) -> None:
        """Put answers there, if the board is still at `place`."""
        await self._do(lambda: self._post(postings, place))

    async def tell(self, body: bytes, *, tags: Sequence[str]) -> None:
        """Make untrue what has one of `tags`, and tell all listeners."""
        await self._do(lambda: self._tell(body, tags))

    async def greet(self, body: bytes) -> None:
        """Tell all listeners something that changes nothing."""
        await self._do(lambda: self._move(self._place(), body))

    async def begin_anew(self) -> None:
        """Make everything untrue, and tell all listeners."""
        await self._do(lambda: self._move(self._new_epoch(), EVERYTHING))

    async def place(self) -> Place | None:
        """Tell how far the board is; None when it has forgotten."""
        place: Place | None = await self._do(lambda: self.paper.place)
        return place

    def copy(self) -> Paper:
        """Take a copy of what is written, as a snapshot on a disk."""
        return deepcopy(self.paper)

    def _find(self, subject: Subject) -> Posted | None:
        proof, at, posting = self.paper.answers.get(subject.name, ((), 0.0, None))
        if posting is None or proof != self._proof(subject):
            return None
        age = self._clock() - at
        return Posted(posting.body, age) if age < posting.seconds else None

    def _proof(self, subject: Subject) -> tuple[Any, ...] | None:
        tokens = [self.paper.tokens.get(tag, (0, 0.0)) for tag in subject.tags]
        if self.paper.place is None or any(until <= self._clock() for _, until in tokens):
            return None
        return (self.paper.place.epoch, *(token for token, _ in tokens))

    def _post(self, postings: Sequence[Posting], place: Place) -> None:
        if self.paper.place != place:
            return
        for posting in postings:
            end = self._clock() + posting.seconds
            for tag in posting.subject.tags:
                token, until = self.paper.tokens.get(tag, (0, 0.0))
                if until <= self._clock():
                    token = self._new_token()
                self.paper.tokens[tag] = token, max(until, end)
            proof = self._proof(posting.subject)
            assert proof is not None
            self.paper.answers[posting.subject.name] = proof, self._clock(), posting

    def _tell(self, body: bytes, tags: Sequence[str]) -> None:
        place = self._place()
        for tag in tags:
            self.paper.tokens.pop(tag, None)
        self._move(Place(place.epoch, place.number + 1), body)

    def _place(self) -> Place:
        if self.paper.place is None:
            self._move(self._new_epoch(), EVERYTHING)
        assert self.paper.place is not None
        return self.paper.place

    def _new_epoch(self) -> Place:
        return Place(f"{self._new_token():x}", 0)

    def _new_token(self) -> int:
        self._last_token += 1
        return self._last_token

    def _move(self, place: Place, body: bytes) -> None:
        self.paper.place = place
        self.messages.append(f"{place.epoch} {place.number} ".encode() + body)

    async def _do(self, work: Callable[[], Any]) -> Any:
        if self.away:
            raise Absent("away")
        if not self.slow:
            return work()
        step = Step(work)
        self.held.append(step)
        try:
            await step.done
        finally:
            self.held.remove(step)
        return step.answer
