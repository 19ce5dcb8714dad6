"""An event loop whose time leaps, but never while a real Redis owes an answer."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from gateway.replicas.connection import Connection
from tests.support.virtual_time import LeapingSelector, VirtualTimeLoop

T = TypeVar("T")

_PATIENCE = 5.0
"""Seconds of real time after which a Redis that should answer is given up."""


class _PatientSelector(LeapingSelector):
    """Really waits for those who are owed an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.connections: list[Connection] = []
        self.frozen = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        owed = not self.frozen and any(each.under_way for each in self.connections)
        if owed and timeout != 0:
            return selectors.DefaultSelector.select(self, _PATIENCE)
        return super().select(timeout)


class RedisTimeLoop(VirtualTimeLoop):
    """Leaps from timer to timer; answers of Redis take no time at all."""

    def __init__(self) -> None:
        self._patient = _PatientSelector()
        super().__init__(self._patient)

    def wait_for(self, connection: Connection) -> None:
        """Wait for the answers to `connection` from now on."""
        self._patient.connections.append(connection)

    def freeze(self, *, frozen: bool) -> None:
        """Take note that Redis is paused, so that time passes without its answers, or goes on."""
        self._patient.frozen = frozen


def redis_loop() -> RedisTimeLoop:
    """Return the running loop."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, RedisTimeLoop):
        raise TypeError("The test does not run in Redis' time.")
    return loop


def in_redis_time(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end on a loop of its own."""
    with asyncio.Runner(loop_factory=RedisTimeLoop) as runner:
        return runner.run(main)
