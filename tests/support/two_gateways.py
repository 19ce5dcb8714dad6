"""The machine of the interleavings with two gateways of one site, who share a board."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from gateway.cache.periods import Periods
from gateway.crm.contacts import ContactService
from gateway.crm.facets import FacetService
from gateway.crm.freshness import Freshness
from gateway.crm.labels import LabelService
from gateway.crm.news import Happened
from gateway.model.events import ContactChanged, ContactDeleted, LabelChanged
from gateway.replicas import board, letters
from gateway.replicas.broadcast import Broadcast
from gateway.replicas.faults import StoreFault
from gateway.replicas.second_level import SharedAnswers
from tests.support.board_model import BoardModel, Paper, Step
from tests.support.interleavings import Interleavings, picks
from tests.support.slow_wix import version_of
from tests.support.watched_site import GONE

sides = st.integers(0, 1)


@dataclass
class Side:
    """One gateway, and what has to be known there."""

    fresh: Freshness
    labels: LabelService
    contacts: ContactService
    facets: FacetService
    broadcast: Broadcast
    known: dict[str, int]
    heard: int | None = None
    """How many messages have arrived or were missed; None when it does not listen."""


class TwoGateways(Interleavings):
    """One site, two gateways with a memory each, and what they tell one another."""

    make_board: ClassVar[type[BoardModel]] = BoardModel
    make_broadcast: ClassVar[type[Broadcast]] = Broadcast

    def _build(self, limit_bytes: int, periods: Periods) -> None:
        self.board = self.make_board(self.clock)
        self.snapshot = Paper()
        self.sides: list[Side] = []
        for number in range(2):
            super()._build(limit_bytes, periods)
            broadcast = self.make_broadcast(
                self.board, self.fresh, origin=str(number), clock=self.clock
            )
            self.fresh.listener = broadcast.tell
            self.fresh.store.second = SharedAnswers(
                self.board, broadcast, listen=lambda: None, clock=self.clock
            )
            services = (self.fresh, self.labels, self.contacts, self.facets)
            self.sides.append(Side(*services, broadcast, dict(self.known)))
        for number in range(2):
            self.listen(number)
            self.hear_messages(number)
        self.pass_time(100)
        self.turn_to(0)

    @rule(number=sides)
    def turn_to(self, number: int) -> None:
        """Have the next reads and writes meet the other gateway."""
        side = self.sides[number]
        self.fresh, self.labels, self.contacts = side.fresh, side.labels, side.contacts
        self.facets, self.known = side.facets, side.known

    # Messages

    @rule(number=sides)
    def hear_message(self, number: int) -> None:
        side = self.sides[number]
        if side.heard is not None and side.heard < len(self.board.messages):
            data = self.board.messages[side.heard]
            side.heard += 1
            before = side.broadcast.in_touch
            self.inside(lambda: side.broadcast.hear(data))
            since = 0 if side.broadcast.in_touch and not before else side.heard - 1
            self._learn(side, since)

    @rule(number=sides)
    def hear_messages(self, number: int) -> None:
        for _ in self.board.messages:
            self.hear_message(number)

    @rule(number=sides)
    def hear_nonsense(self, number: int) -> None:
        if self.sides[number].heard is not None:
            self.inside(lambda: self.sides[number].broadcast.hear(b"nonsense"))

    @rule(number=sides)
    def cut(self, number: int) -> None:
        """Lose a gateway's subscription, with what was on its way."""
        self.sides[number].heard = None
        self.sides[number].broadcast.lose_touch()

    @rule(number=sides)
    def listen(self, number: int) -> None:
        side = self.sides[number]
        if side.heard is None and not self.board.away:
            side.heard = len(self.board.messages)
            self._attempt(number, side.broadcast.begin)

    @rule(number=sides)
    def check(self, number: int) -> None:
        if self.sides[number].heard is not None:
            self._attempt(number, self.sides[number].broadcast.check)

    # The board

    @rule(slow=st.booleans())
    def hold_steps(self, slow: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        self.board.slow = slow

    @rule(pick=picks, do=st.sampled_from([Step.run, Step.deliver, Step.deliver, Step.fail]))
    def move_on(self, pick: int, do: Callable[[Step], None]) -> None:
        if self.board.held:
            do(self.board.held[pick % len(self.board.held)])
            self.turn()

    @rule(pick=picks)
    def forget(self, pick: int) -> None:
        """Have the board evict something."""
        paper = self.board.paper
        names: list[tuple[dict[str, Any], str]] = [(paper.answers, name) for name in paper.answers]
        names += [(paper.tokens, name) for name in paper.tokens]
        if names:
            held, name = names[pick % len(names)]
            del held[name]

    @rule(forgets=st.booleans())
    def flush(self, forgets: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        """Empty the board, or put it on a disk."""
        if forgets:
            self.board.paper = Paper()
        else:
            self.snapshot = self.board.copy()

    @rule()
    def die(self) -> None:
        """End the board, and everything that was under way there."""
        self.board.away = True
        for step in list(self.board.held):
            step.fail()
        self.turn()
        for number in range(2):
            self.cut(number)

    @rule()
    def come_back(self) -> None:
        """Begin the board again, as it was when it was last put on the disk."""
        if self.board.away:
            self.board.away = False
            self.board.paper = self.snapshot
            self.snapshot = self.board.copy()

    def pass_time(self, seconds: float) -> None:
        """No step takes longer than a fraction of a second."""
        for step in list(self.board.held):
            step.fail()
        self.turn()
        super().pass_time(seconds)

    def _attempt(self, number: int, work: Callable[[], Any]) -> None:
        """Do what ends a subscription when it fails."""

        async def attempt() -> None:
            try:
                going_on = await work()
            except StoreFault:
                going_on = False
            if going_on is False:
                self.cut(number)

        self.write(attempt())

    def _learn(self, side: Side, since: int) -> None:
        """Note what a gateway has to know by the messages from number `since` on.

        Of what it was never told it can only know what Wix knows by now; so not where that lags.
        """
        assert side.heard is not None
        if self.wix.lag:
            since = max(since, side.heard - 1)
        for data in self.board.messages[since : side.heard]:
            message = board.read(data)
            letter = letters.read(message.body) if message else None
            match letter.news if letter else None:
                case Happened(ContactChanged(contact_id, found)) if found is not None:
                    side.known[contact_id] = max(side.known[contact_id], found.revision)
                case Happened(ContactDeleted(contact_id)):
                    side.known[contact_id] = GONE
                case Happened(LabelChanged(key, found)) if found is not None:
                    side.known[key] = max(side.known[key], version_of(found))
