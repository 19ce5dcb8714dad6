"""The circuit breaker: callers learn at once that Wix is away, and few calls try whether it is."""

from collections.abc import Callable
from typing import Final

_PATIENCE: Final = 10
"""Failures without any success between them, after which Wix is taken to be away."""

_PROBE_EVERY: Final = 1.0
"""Seconds between two tries while it is."""


class Breaker:
    """Knows whether one site's Wix is there.

    While it is away, one call a second goes through even if the one before still hangs: Wix may
    have come back behind a connection that never will.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._next_try = 0.0

    @property
    def is_open(self) -> bool:
        """Whether Wix is taken to be away."""
        return self._failures >= _PATIENCE

    def wait(self) -> float:
        """Tell for how many seconds calls fail without being made; 0.0 when one may be."""
        return max(0.0, self._next_try - self._clock()) if self.is_open else 0.0

    def sent(self) -> None:
        """Learn that a call is made now."""
        if self.is_open:
            self._next_try = self._clock() + _PROBE_EVERY

    def answered(self) -> None:
        """Learn that Wix has answered, be it with a refusal."""
        self._failures = 0

    def failed(self) -> None:
        """Learn that there was no answer, or one that says that Wix is broken."""
        self._failures += 1
        if self._failures == _PATIENCE:
            self._next_try = self._clock() + _PROBE_EVERY
