"""After which failure, and after which pause, a call is made again."""

import random
from dataclasses import dataclass
from typing import Final

from gateway.errors import CircuitOpen, UpstreamFault, UpstreamUnavailable
from gateway.wix.operations import Repeat

_NO_ANSWER: Final = None
"""The status of a connection that failed or was cut off."""

_WORTH_ANOTHER_TRY: Final[dict[Repeat, frozenset[int | None]]] = {
    Repeat.READ: frozenset({_NO_ANSWER, 500, 502, 503, 504}),
    Repeat.WRITE: frozenset({_NO_ANSWER, 503, 504}),
    Repeat.DELETION: frozenset({_NO_ANSWER, 503, 504}),
    Repeat.NEVER: frozenset(),
}


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how fast a call is repeated; which calls may be is no setting."""

    attempts: int = 3
    """Tries in all, the first one included."""
    first_pause: float = 0.1
    """Upper bound of the first pause in seconds; each further bound is twice the one before."""
    longest_pause: float = 2.0
    """Upper bound of any pause in seconds."""


class Retries:
    """Decides on pauses with full jitter, so that many callers do not come back as one wave."""

    def __init__(self, policy: RetryPolicy, rng: random.Random) -> None:
        self._policy = policy
        self._rng = rng

    def pause(self, repeat: Repeat, fault: UpstreamFault, attempt: int) -> float | None:
        """Tell how many seconds to wait before the next try; None when there should be none."""
        if attempt >= self._policy.attempts or isinstance(fault, CircuitOpen):
            return None
        if isinstance(fault, UpstreamUnavailable) and fault.status in _WORTH_ANOTHER_TRY[repeat]:
            return self._rng.uniform(0, self._bound(attempt))
        return None

    def after_throttling(self, repeat: Repeat, retry_after: float | None) -> float | None:
        """Tell the same after a 429 (contract 6.3).

        The call was not carried out, so any may be repeated, for as long as its deadline allows:
        the gate lets one call at a time try whether Wix serves again. A read is only when Wix
        says when: its caller may be served otherwise.
        """
        if retry_after is None and repeat is Repeat.READ:
            return None
        return (retry_after or 0.0) + self._rng.uniform(0, self._policy.first_pause)

    def _bound(self, attempt: int) -> float:
        return min(self._policy.longest_pause, self._policy.first_pause * 2.0 ** (attempt - 1))
