"""The foreman: has bulk jobs done in time for their events, though nobody calls."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Receive, Scope, Send

from gateway.sandbox.ports import Settings
from gateway.sandbox.routes import Routes

_STEPS_TO_RUNNING = 2
_A_MOMENT_LATER = 0.01
"""Seconds past the moment a job is due, so that no clock's grain makes the look too early."""


class Foreman:
    """Surrounds the routes; without a subscriber the next call is early enough for any job."""

    def __init__(
        self,
        routes: Routes,
        settings: Settings,
        sleep: Callable[[float], Awaitable[None]],
        *,
        watched: Callable[[], bool],
    ) -> None:
        self._routes = routes
        self._settings = settings
        self._sleep = sleep
        self._watched = watched
        self._waiting: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and look after the job that it may have started."""
        await self._routes(scope, receive, send)
        if scope["method"] == "POST" and "/bulk/" in scope["path"] and self._watched():
            task = asyncio.get_running_loop().create_task(self._look_later())
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def idle(self) -> None:
        """Wait until no job is looked after any more."""
        if self._waiting:
            await asyncio.wait(self._waiting)

    async def aclose(self) -> None:
        """Look no more."""
        for task in self._waiting:
            task.cancel()
        await self.idle()

    async def _look_later(self) -> None:
        step = self._settings.behaviour.job_step_seconds
        await self._sleep(_STEPS_TO_RUNNING * step + _A_MOMENT_LATER)
        self._routes.run_due_jobs()
