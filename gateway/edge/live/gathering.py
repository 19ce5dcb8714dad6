"""The connections of this process that stay open: how many there are, and their common end."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from gateway.edge.refusals import Refusal

KEY: Final = "live"
"""Under this name the application's lifespan hands its `Gathering` to the server's protocols."""

LEFT: Final = 500
"""Connections after whose end memory is tidied up."""


class Gathering:
    """Who is connected for longer than one answer.

    Thousands come and go together, when another process stops or a network fails. Garbage is seldom
    looked for, as operations make none; so `tidy` does once many have left, because each thousand
    would take more memory than the one before.
    """

    def __init__(self, most: int, *, tidy: Callable[[], object] = gc.collect) -> None:
        self._most = most
        self._tidy = tidy
        self._leaving: set[Callable[[], None]] = set()
        self._left = 0
        self._over = False

    def __len__(self) -> int:
        """Tell how many there are."""
        return len(self._leaving)

    @contextmanager
    def joined(self, leave: Callable[[], None]) -> Iterator[None]:
        """Take a connection in for the length of the block; `leave` asks it to end soon.

        Raises:
            Refusal: There are as many as there may be, or the process is about to end.
        """
        if self._over or len(self._leaving) >= self._most:
            raise Refusal(
                "No more connections can stay open here at the moment.",
                code="LIVE_CONNECTIONS_EXHAUSTED",
                status=503,
                headers={"retry-after": "5"},
            )
        self._leaving.add(leave)
        try:
            yield
        finally:
            self._leaving.discard(leave)
            self._note_left()

    def end(self) -> None:
        """Ask everybody to go to another process, and let nobody in any more."""
        if self._over:
            return
        self._over = True
        for leave in tuple(self._leaving):
            leave()

    def _note_left(self) -> None:
        self._left += 1
        if self._left == LEFT:
            self._left = 0
            # Later, when nothing on the way here holds them any more.
            asyncio.get_running_loop().call_soon(self._tidy)
