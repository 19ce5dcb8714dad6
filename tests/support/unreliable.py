"""A connection to a real Redis whose messages get lost on the way there, or back, or come late."""

import asyncio
import random
from enum import Enum, auto
from typing import Any

from gateway.replicas.connection import Argument, Connection, Script
from gateway.replicas.faults import Absent


class Path(Enum):
    """What happens to a message."""

    GOOD = auto()
    CUT = auto()
    """It never arrives."""
    DEAF = auto()
    """It arrives, but its answer does not."""
    LATE = auto()
    """It arrives long after its sender has given it up."""


class UnreliableConnection(Connection):
    """Is what it is, until `path` is changed."""

    def __init__(self, url: str, *, rng: random.Random) -> None:
        super().__init__(url, site="site", rng=rng)
        self.path = Path.GOOD
        self._dice = rng
        self._late: set[asyncio.Task[Any]] = set()

    async def run(self, script: Script, keys: list[str], *arguments: Argument) -> Any:
        """Run a script, as far as the path allows."""
        path = self.path
        if path is Path.LATE:
            task = asyncio.create_task(self._run_late(script, keys, *arguments))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        if path in {Path.GOOD, Path.DEAF}:
            answer = await super().run(script, keys, *arguments)
            if path is Path.GOOD:
                return answer
        raise Absent("the test says so")

    async def aclose(self) -> None:
        """Close the connection; what is late never arrives."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)
        await super().aclose()

    async def _run_late(self, script: Script, keys: list[str], *arguments: Argument) -> None:
        await asyncio.sleep(self._dice.uniform(0.0, 30.0))
        await asyncio.gather(super().run(script, keys, *arguments), return_exceptions=True)
