"""Tells a signed request that comes a second time, or late."""

import heapq
import math
import re
from collections.abc import Callable
from typing import Final, Protocol

SECONDS: Final = 30.0
"""How far a stamp may be from our clock, before or after."""
MOST: Final = 100_000
"""Stamps that are remembered; each takes about 0.2 KB."""

_FORM: Final = re.compile(r"(\d{1,16})\.([A-Za-z0-9_-]{1,64})")
_MILLISECONDS: Final = 1_000.0


class BadStamp(Exception):
    """The request is not the router's own, or no longer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stamps(Protocol):
    """Tells stamps that were here from new ones."""

    async def admit(self, stamp: str) -> None:
        """Take a stamp whose signature holds, once.

        Raises:
            BadStamp: It is none, from another time, or was here.
        """
        ...


class StampsInProcess:
    """The stamps of requests that one process has seen.

    A stamp is a time, in milliseconds since the epoch, a full stop, and a text that no other
    request of that time has. They are kept as long as they could come again. When there are too
    many, the oldest go, and what is as old as they were is refused: a replay never passes.

    `now` tells the time in seconds since the epoch.
    """

    def __init__(
        self, now: Callable[[], float], *, seconds: float = SECONDS, most: int = MOST
    ) -> None:
        self._now = now
        self._seconds = seconds
        self._most = most
        self._seen: set[str] = set()
        self._oldest: list[tuple[float, str]] = []
        self._floor = -math.inf

    async def admit(self, stamp: str) -> None:
        """Take a stamp; see `Stamps`."""
        form = _FORM.fullmatch(stamp)
        if form is None:
            raise BadStamp("it has no stamp, or none of the right form")
        made = int(form[1]) / _MILLISECONDS
        self._forget_stale()
        if made <= self._floor or abs(self._now() - made) > self._seconds:
            raise BadStamp("it is not from now")
        if stamp in self._seen:
            raise BadStamp("it was here before")
        self._seen.add(stamp)
        heapq.heappush(self._oldest, (made, stamp))
        if len(self._oldest) > self._most:
            self._forget_oldest()

    def __len__(self) -> int:
        """Tell how many are remembered."""
        return len(self._seen)

    def _forget_stale(self) -> None:
        while self._oldest and self._oldest[0][0] < self._now() - self._seconds:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        made, stamp = heapq.heappop(self._oldest)
        self._seen.discard(stamp)
        self._floor = made
