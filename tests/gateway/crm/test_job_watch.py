"""A job is asked for once for all who watch it, and not oftener than that takes."""

import asyncio
from collections import Counter

import pytest

from gateway.budget.priority import Priority, priority_of
from gateway.crm.job_watch import PAUSE, JobWatch
from gateway.errors import GatewayError, Throttled, UpstreamForbidden
from gateway.model.enums import JobStatus
from gateway.model.jobs import BulkJob
from tests.support.virtual_time import in_virtual_time

RUNNING, COMPLETED = JobStatus.RUNNING, JobStatus.COMPLETED


class Wix:
    """Jobs that have done one contact more whenever somebody asks."""

    def __init__(self, **lengths: int) -> None:
        self._lengths = lengths
        self._done: Counter[str] = Counter()
        self.asked: list[str] = []
        self.priorities: set[Priority] = set()
        self.faults: list[Exception] = []

    async def job(self, job_id: str) -> BulkJob | None:
        self._note(job_id)
        return self._state(job_id) if job_id in self._lengths else None

    async def jobs(self) -> tuple[BulkJob, ...]:
        self._note("all")
        return tuple(map(self._state, self._lengths))

    def _note(self, what: str) -> None:
        self.asked.append(what)
        self.priorities.add(priority_of(writes=False))
        if self.faults:
            raise self.faults.pop()

    def _state(self, job_id: str) -> BulkJob:
        self._done[job_id] = min(self._done[job_id] + 1, self._lengths[job_id])
        done = self._done[job_id]
        return BulkJob(job_id, COMPLETED if done == self._lengths[job_id] else RUNNING, total=done)


async def _watched(watch: JobWatch, job_id: str) -> list[tuple[int | None, JobStatus] | None]:
    return [
        (job.total, job.status) if job is not None else None async for job in watch.progress(job_id)
    ]


def _watch(wix: Wix, *ids: str) -> tuple[list[list[tuple[int | None, JobStatus] | None]], float]:
    async def all_of_them() -> tuple[list[list[tuple[int | None, JobStatus] | None]], float]:
        clock = asyncio.get_running_loop().time
        began, before = clock(), asyncio.all_tasks()
        watch = JobWatch(wix, clock=clock)
        told = await asyncio.gather(*(_watched(watch, job_id) for job_id in ids))
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == before
        return told, clock() - began

    return in_virtual_time(all_of_them())


STATES = [(1, RUNNING), (2, RUNNING), (3, COMPLETED)]


def test_a_job_is_told_until_it_has_ended() -> None:
    wix = Wix(a=3)
    assert _watch(wix, "a") == ([STATES], 2 * PAUSE)
    assert wix.asked == ["a"] * 3
    assert wix.priorities == {Priority.REFRESH}


def test_many_watchers_cost_no_more_than_one() -> None:
    wix = Wix(a=3)
    assert _watch(wix, *["a"] * 50)[0] == [STATES] * 50
    assert wix.asked == ["a"] * 3


def test_several_jobs_share_one_question() -> None:
    wix = Wix(a=3, b=3)
    assert _watch(wix, "a", "b")[0] == [STATES] * 2
    assert wix.asked == ["all"] * 3


def test_a_job_that_is_not_there_is_none() -> None:
    wix = Wix()
    assert _watch(wix, "a") == ([[None]], 0.0)


def test_a_state_that_has_not_changed_is_not_told_again() -> None:
    wix = Wix(a=2)
    wix.faults = [Throttled("The site's calls are used up.")]
    assert _watch(wix, "a") == ([[(1, RUNNING), (2, COMPLETED)]], 3 * PAUSE)


@pytest.mark.parametrize(
    ("met", "told"),
    [(UpstreamForbidden("No."), UpstreamForbidden), (RuntimeError("a bug"), GatewayError)],
)
def test_a_refusal_ends_the_watch_and_so_does_a_fault_of_ours(
    met: Exception, told: type[GatewayError]
) -> None:
    wix = Wix(a=2)
    wix.faults = [met]
    with pytest.raises(told):
        _watch(wix, "a")
