"""A sliding window over the calls made to one site."""

from collections import deque
from collections.abc import Callable


class CallWindow:
    """Counts the upstream calls of one site over the last minute (contract 6.3).

    It counts, it does not hold anybody back: an honest figure for ``rateLimit``.
    """

    def __init__(self, *, limit: int, seconds: float = 60.0, clock: Callable[[], float]) -> None:
        self.limit = limit
        """Calls that Wix allows per window."""
        self.seconds = seconds
        """Length of the window."""
        self._clock = clock
        self._calls: deque[float] = deque()

    def charge(self) -> None:
        """Count one call, made now."""
        self._calls.append(self._clock())

    def remaining(self) -> int:
        """Tell how many calls the window still holds; never negative."""
        self._forget()
        return max(0, self.limit - len(self._calls))

    def resets_in(self) -> float:
        """Tell after how many seconds the window is empty again; 0.0 when it is empty now."""
        self._forget()
        if not self._calls:
            return 0.0
        return self._calls[-1] + self.seconds - self._clock()

    def _forget(self) -> None:
        oldest = self._clock() - self.seconds
        while self._calls and self._calls[0] <= oldest:
            self._calls.popleft()
