"""Many who ask over HTTP/1.1, with so little work that those who answer have the processor.

Cores share caches and more: what a test's own program does slows what it measures. So no answer is
read but for its status and its end, and the whole crowd is one task.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable

from tests.support.load import ANSWER_SECONDS, Asked

_TICK = 0.002
"""Seconds between two looks at whether it is time to ask again."""


class _Caller(asyncio.Protocol):
    """One keep-alive connection, on which one request at a time is answered."""

    def __init__(self, answered: "Callable[[_Caller, Asked], None]") -> None:
        self._answered = answered
        self._transport: asyncio.Transport
        self._began = 0.0
        self._head = b""
        self._missing = 0
        self._status = 0
        self._lost = asyncio.Event()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def ask(self, data: bytes) -> None:
        """Send a request."""
        self._began = time.perf_counter()
        self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self._missing == 0:
            self._head, end, data = (self._head + data).partition(b"\r\n\r\n")
            if not end:
                return
            length = self._head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            self._status, self._missing, self._head = int(self._head[9:12]), int(length), b""
        self._missing -= len(data)
        if self._missing == 0:
            self._answered(self, Asked(self._status, time.perf_counter() - self._began))

    def connection_lost(self, _exc: Exception | None) -> None:
        self._lost.set()

    async def close(self) -> None:
        """Hang up."""
        self._transport.close()
        await self._lost.wait()


class Crowd:
    """Connections to one port, all of which ask the same."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._callers: list[_Caller] = []
        self._free: deque[_Caller] = deque()
        self._due: Callable[[float], float] = _nobody
        self._began = 0.0
        self._begun = 0
        self._asked: list[Asked] = []

    async def ask(
        self, port: int, *, callers: int, due: Callable[[float], float], seconds: float
    ) -> list[Asked]:
        """Ask at a port of this machine for some seconds; the last answers are waited for.

        `due` tells how many should have asked in all, after so many seconds; they ask later when
        nobody is free to.

        Raises:
            TimeoutError: The last answers did not come.
        """
        loop = asyncio.get_running_loop()
        try:
            for _ in range(callers):
                made = loop.create_connection(lambda: _Caller(self._note), "127.0.0.1", port)
                self._callers.append((await made)[1])
            self._free.extend(self._callers)
            await self._ask_for(seconds, due)
        finally:
            self._due = _nobody
            await asyncio.gather(*(each.close() for each in self._callers))
        return self._asked

    async def _ask_for(self, seconds: float, due: Callable[[float], float]) -> None:
        self._began, self._due = time.perf_counter(), due
        while time.perf_counter() < self._began + seconds:
            self._ask_what_is_due()
            await asyncio.sleep(_TICK)
        self._due = _nobody
        async with asyncio.timeout(ANSWER_SECONDS):
            while len(self._asked) < self._begun:  # noqa: ASYNC110 - a tick is what is waited for
                await asyncio.sleep(_TICK)

    def _ask_what_is_due(self) -> None:
        due = self._due(time.perf_counter() - self._began)
        while self._free and self._begun < due:
            self._begun += 1
            self._free.popleft().ask(self._data)

    def _note(self, caller: _Caller, asked: Asked) -> None:
        self._asked.append(asked)
        self._free.append(caller)
        self._ask_what_is_due()


async def ask_greedily(port: int, data: bytes, *, lines: int, seconds: float) -> list[Asked]:
    """Ask on each of several connections again as soon as it is answered."""
    return await Crowd(data).ask(port, callers=lines, due=_everybody, seconds=seconds)


async def ask_at_a_pace(
    port: int, data: bytes, *, rate: float, lines: int, seconds: float
) -> list[Asked]:
    """Ask `rate` times a second, whatever the answers are, as long as connections are free."""
    return await Crowd(data).ask(
        port, callers=lines, due=lambda passed: rate * passed, seconds=seconds
    )


def _nobody(_passed: float) -> float:
    return 0.0


def _everybody(_passed: float) -> float:
    return math.inf
