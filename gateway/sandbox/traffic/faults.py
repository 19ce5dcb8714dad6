"""Faults that were ordered: refusals, latency, cut connections, a lagging index."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from gateway.sandbox.ports import Settings
from gateway.sandbox.traffic.paths import same_route


class Hangup(ConnectionError):
    """The sandbox cuts the connection instead of finishing its answer.

    Raised through the ASGI stack, for the server or the in-process transport to act on.
    ``halfway`` is True when part of the answer has been sent.
    """

    def __init__(self, *, halfway: bool) -> None:
        super().__init__("half of the answer sent" if halfway else "no answer sent")
        self.halfway = halfway


class Kind(StrEnum):
    """What goes wrong."""

    STATUS = "status"
    """An answer with an error status."""
    LATENCY = "latency"
    """The answer comes late."""
    DROP = "drop"
    """The connection closes before the first byte of the answer."""
    HALF_BODY = "half_body"
    """The connection closes after half of the answer's body."""
    INDEX_LAG = "index_lag"
    """Queries see the site as it was some seconds ago; Get by id is never late."""


class When(StrEnum):
    """Which side of the work a fault strikes."""

    BEFORE = "before"
    """Nothing is done: a write did not happen."""
    AFTER = "after"
    """The work is done and only the answer suffers: a write did happen."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One order for something to go wrong."""

    kind: Kind
    route: str = "*"
    """``METHOD template``, a template alone, or ``*`` for every call but those for tokens."""
    when: When = When.BEFORE
    status: int = 503
    retry_after: int | None = None
    """Seconds for the ``Retry-After`` header of a status fault; None for no such header."""
    json: bool = True
    """Whether a status fault answers JSON, else plain text."""
    seconds: float = 0.0
    """Of latency, or of index lag."""
    count: int | None = None
    """How many calls are struck; None for no end."""
    probability: float | None = None
    """The chance of a call to be struck, decided by the seed; None for every call."""


@dataclass(slots=True)
class StandingFault:
    """A fault in force, with the number of calls it has struck."""

    fault: Fault
    struck: int = 0

    @property
    def spent(self) -> bool:
        """Whether its count is used up."""
        return self.fault.count is not None and self.struck >= self.fault.count


class FaultBoard:
    """The faults in force, in the order in which they were added."""

    def __init__(self, dice: Random, settings: Settings) -> None:
        self._dice = dice
        self._settings = settings
        self._usual_lag: float | None = None
        self._standing: list[StandingFault] = []

    @property
    def standing(self) -> tuple[StandingFault, ...]:
        """All faults that can still strike."""
        return tuple(self._standing)

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        self._standing.append(StandingFault(fault))
        if fault.kind is Kind.INDEX_LAG:
            if self._usual_lag is None:
                self._usual_lag = self._settings.behaviour.index_lag
            self._set_lag(fault.seconds)

    def clear(self) -> None:
        """Lift every fault."""
        self._standing.clear()
        if self._usual_lag is not None:
            self._set_lag(self._usual_lag)
            self._usual_lag = None

    def strike(self, route: str, when: When) -> Iterator[Fault]:
        """Yield the faults that strike one call, one by one; what is not drawn is not used up."""
        for standing in self.standing:
            if self._hits(standing, route, when):
                standing.struck += 1
                if standing.spent:
                    self._standing.remove(standing)
                yield standing.fault

    def _set_lag(self, seconds: float) -> None:
        self._settings.behaviour = replace(self._settings.behaviour, index_lag=seconds)

    def _hits(self, standing: StandingFault, route: str, when: When) -> bool:
        fault = standing.fault
        if fault.kind is Kind.INDEX_LAG or fault.when is not when:
            return False
        if standing.spent or not same_route(fault.route, route):
            return False
        return fault.probability is None or self._dice.random() < fault.probability
