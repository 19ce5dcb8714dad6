"""How often something has happened of late."""

import math
from collections.abc import Callable
from typing import Final

_LEAST_PAST: Final = 0.1
"""The part of the past that must be known, so that a first event is not taken for a habit."""


class Rate:
    """Events per second, each weighing less the longer it is ago: a third after `seconds`."""

    def __init__(self, *, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sum = 0.0
        self._began_at = self._at = clock()

    def count(self) -> None:
        """Note that it happened."""
        self._fade()
        self._sum += 1.0

    def per_second(self) -> float:
        """Tell how often it happens."""
        self._fade()
        past = -math.expm1((self._began_at - self._at) / self._seconds)
        return self._sum / (self._seconds * max(past, _LEAST_PAST))

    def _fade(self) -> None:
        now = self._clock()
        self._sum *= math.exp((self._at - now) / self._seconds)
        self._at = now
