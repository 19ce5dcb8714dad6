"""Bulk calls whose lost answers are settled by the list of jobs."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.crm.settlement.claims import Claims
from gateway.crm.settlement.outcomes import Done, Finding, Open, Settlement
from gateway.model.changes import ContactInfo
from gateway.model.enums import JobType
from gateway.model.jobs import BulkJob
from gateway.model.queries import Filter
from gateway.wix.bulk import BulkApi

DELETION = frozenset({JobType.DELETE})
UPDATE = frozenset({JobType.UPDATE})
RELABELLING = frozenset({JobType.ADD_LABELS, JobType.REMOVE_LABELS, JobType.ADD_REMOVE_LABELS})


@dataclass(frozen=True)
class SettledBulk(BulkApi):
    """Bulk calls of one site; never sent twice, and raising what `Settlement.settle` raises.

    A job does not tell its filter, so that of two programs that begin the same kind of job on one
    site within seconds, one with a lost answer may be told the other's job.
    """

    settlement: Settlement
    claims: Claims = field(default_factory=Claims)

    async def delete(
        self,
        filter: Filter,  # noqa: A002 - the model's word
    ) -> str:
        """Delete the contacts that match."""
        start = super().delete
        return await self._settled("bulkDeleteContacts", DELETION, lambda: start(filter))

    async def update(
        self,
        filter: Filter,  # noqa: A002 - the model's word
        info: ContactInfo,
    ) -> str:
        """Change the contacts that match."""
        start = super().update
        return await self._settled("bulkUpdateContacts", UPDATE, lambda: start(filter, info))

    async def relabel(
        self,
        filter: Filter,  # noqa: A002 - the model's word
        *,
        add: Sequence[str],
        remove: Sequence[str],
    ) -> str:
        """Add and remove up to 100 labels each on the contacts that match."""
        start = super().relabel
        return await self._settled(
            "bulkLabelContacts", RELABELLING, lambda: start(filter, add=add, remove=remove)
        )

    async def _settled(
        self, what: str, kind: frozenset[JobType], start: Callable[[], Awaitable[str]]
    ) -> str:
        since = self.settlement.from_now_on()

        async def write() -> str:
            with self.claims.awaiting(kind):
                job_id = await start()
            self.claims.take(job_id)
            return job_id

        async def look() -> Finding[str]:
            jobs = [job for job in await self.jobs() if _began(job, kind, since)]
            # They are listed newest first.
            mine = self.claims.first_free([job.id for job in reversed(jobs)], kind)
            return Done(mine) if mine else Open.UNDECIDED

        return await self.settlement.settle(what, write, look)


def _began(job: BulkJob, kind: frozenset[JobType], since: datetime) -> bool:
    return job.type in kind and job.started_at is not None and job.started_at >= since
