"""Follows bulk jobs for all who watch them: one question at a time for the whole site."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextvars import Context
from typing import Final, Protocol

import structlog

from gateway import deadline
from gateway.budget.priority import refreshing
from gateway.deadline import Deadline
from gateway.errors import GatewayError, Throttled, UpstreamTimeout, UpstreamUnavailable
from gateway.model.enums import JobStatus
from gateway.model.jobs import BulkJob

PAUSE: Final = 2.0
"""Seconds between two questions: thirty calls a minute at the most, whoever watches what."""

_LONGEST_PAUSE: Final = 30.0
_ANSWER_SECONDS: Final = 10.0
_PASSING: Final = (Throttled, UpstreamTimeout, UpstreamUnavailable)
"""Faults after which asking again, later, may help."""

log = structlog.get_logger(source=__name__)


class Jobs(Protocol):
    """Tells how far jobs are, e.g. a `gateway.crm.bulk.BulkService`."""

    async def job(self, job_id: str) -> BulkJob | None:
        """Tell how far one is; None when there is no such job."""

    async def jobs(self) -> tuple[BulkJob, ...]:
        """Tell of the last ones."""


class _Watching:
    """One watcher: he is given the newest state, not each that he was too slow for."""

    def __init__(self) -> None:
        self._newest: BulkJob | GatewayError | None = None
        self._told = asyncio.Event()

    def tell(self, state: BulkJob | GatewayError | None) -> None:
        self._newest = state
        self._told.set()

    async def next(self) -> BulkJob | None:
        await self._told.wait()
        self._told.clear()
        if isinstance(self._newest, GatewayError):
            raise self._newest
        return self._newest


class JobWatch:
    """One site's watched jobs; Wix is asked with the lowest priority, and only while one watches.

    A single job is asked for by itself; several share one list of the site's last jobs.
    """

    def __init__(
        self,
        jobs: Jobs,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._sleep = sleep
        self._watchers: dict[str, set[_Watching]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def progress(self, job_id: str) -> AsyncIterator[BulkJob | None]:
        """Tell how far a job is whenever that has changed, until it has ended.

        None stands for a job that there is not, and is the last that is told.

        Raises:
            GatewayError: Wix refuses to tell.
        """
        watching, before = _Watching(), object()
        self._watchers.setdefault(job_id, set()).add(watching)
        if self._asking is None:
            # Whoever is first: neither his deadline nor his ledger is that of the others.
            self._asking = asyncio.create_task(self._ask_on(), context=Context())
        try:
            while True:
                job = await watching.next()
                if job != before:
                    yield job
                if job is None or job.status is JobStatus.COMPLETED:
                    return
                before = job
        finally:
            self._leave(job_id, watching)

    def _leave(self, job_id: str, watching: _Watching) -> None:
        watchers = self._watchers[job_id]
        watchers.discard(watching)
        if not watchers:
            del self._watchers[job_id]
        if not self._watchers and self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def _ask_on(self) -> None:
        pause = PAUSE
        while True:
            try:
                await self._ask()
                pause = PAUSE
            except _PASSING:
                pause = min(2 * pause, _LONGEST_PAUSE)
            except GatewayError as fault:
                self._tell(dict.fromkeys(self._watchers, fault))
            except Exception:
                # Whatever it was, nobody must be left waiting in silence.
                log.exception("watching jobs failed")
                self._tell(dict.fromkeys(self._watchers, GatewayError("The job is lost sight of.")))
            await self._sleep(pause)

    async def _ask(self) -> None:
        wanted = tuple(self._watchers)
        with refreshing(), deadline.within(Deadline.after(_ANSWER_SECONDS, self._clock)):
            self._tell(await self._states(wanted))

    async def _states(self, wanted: Collection[str]) -> Mapping[str, BulkJob | None]:
        last = {job.id: job for job in await self._jobs.jobs()} if len(wanted) > 1 else {}
        return {
            job_id: last[job_id] if job_id in last else await self._jobs.job(job_id)
            for job_id in wanted
        }

    def _tell(self, states: Mapping[str, BulkJob | GatewayError | None]) -> None:
        for job_id, state in states.items():
            for watching in self._watchers.get(job_id, ()):
                watching.tell(state)
