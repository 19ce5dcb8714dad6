"""Calls on many contacts at once, and the jobs that carry them out (contract 3.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.model.changes import ContactInfo
from gateway.model.jobs import BulkJob
from gateway.model.queries import Filter
from gateway.wix import operations
from gateway.wix.calls import write_call
from gateway.wix.client import WixClient
from gateway.wix.query import compile_bulk_filter
from gateway.wix.wire import listed, needed, text, unwrapped
from gateway.wix.wire_definitions import read_job
from gateway.wix.wire_info import write_changes


@dataclass(frozen=True, slots=True)
class BulkApi:
    """Bulk calls of one site; each answers with a job's id and works on in the background.

    Every call raises what `WixClient.send` raises, and FilterRequired for a filter without
    conditions.
    """

    client: WixClient

    async def delete(
        self,
        filter: Filter,  # noqa: A002 - the model's word
    ) -> str:
        """Delete the contacts that match."""
        return await self._start(operations.BULK_DELETE, filter, {})

    async def update(
        self,
        filter: Filter,  # noqa: A002 - the model's word
        info: ContactInfo,
    ) -> str:
        """Change the contacts that match."""
        return await self._start(operations.BULK_UPDATE, filter, {"info": write_changes(info)})

    async def relabel(
        self,
        filter: Filter,  # noqa: A002 - the model's word
        *,
        add: Sequence[str],
        remove: Sequence[str],
    ) -> str:
        """Add and remove up to 100 labels each on the contacts that match. Raises LabelNotFound."""
        keys = {"labelKeysToAdd": [*add], "labelKeysToRemove": [*remove]}
        written = {name: wanted for name, wanted in keys.items() if wanted}
        return await self._start(operations.BULK_RELABEL, filter, written)

    async def job(self, job_id: str) -> BulkJob:
        """Tell how far a job is. Raises NotFound."""
        body = await self.client.send(write_call(operations.GET_JOB, entity=job_id))
        return read_job(unwrapped(body, "job"))

    async def jobs(self) -> tuple[BulkJob, ...]:
        """List the latest jobs, at most 100."""
        body = await self.client.send(write_call(operations.LIST_JOBS))
        return tuple(read_job(job) for job in listed(body.get("jobs")) if isinstance(job, dict))

    async def _start(
        self, operation: operations.Operation, tree: Filter, rest: Mapping[str, Any]
    ) -> str:
        written = {"filter": compile_bulk_filter(tree), **rest}
        body = await self.client.send(write_call(operation, body=written))
        return needed(text(body.get("jobId")), "a job's id")
