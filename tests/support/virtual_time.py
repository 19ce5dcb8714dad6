"""An event loop whose time leaps from one timer to the next, so that minutes pass in no time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tests.support.sandboxes import ManualTime

T = TypeVar("T")


class LeapingSelector(selectors.DefaultSelector):
    """Waits for nothing: it moves the time instead."""

    leap: Callable[[float], None]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("Everybody waits for somebody else.")
        self.leap(timeout)
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs what does no real input or output."""

    def __init__(self, selector: LeapingSelector | None = None) -> None:
        selector = selector or LeapingSelector()
        selector.leap = self._leap
        self._now = 1_000.0
        super().__init__(selector)

    def time(self) -> float:
        """Tell the time, in seconds since nothing in particular."""
        return self._now

    def _leap(self, seconds: float) -> None:
        self._now += max(0.0, seconds)


class LoopTime(ManualTime):
    """The time of the running loop, for those who take a manual one."""

    def wall(self) -> datetime:
        return datetime(2026, 11, 21, 9, 0, tzinfo=UTC) + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def in_virtual_time(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end on a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
