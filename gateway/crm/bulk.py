"""Changes to all contacts that a filter chooses, done by Wix in the background."""

from collections.abc import Awaitable, Sequence
from typing import Final

from cachetools import LRUCache

from gateway.crm.freshness import Freshness
from gateway.crm.invalidation import ContactsInMotion
from gateway.crm.labels import LabelService
from gateway.crm.limits import LABELS_PER_CALL, require_size
from gateway.crm.unknown_labels import label_lists, naming_unknown_labels
from gateway.errors import FilterRequired, InvalidInput, NotFound
from gateway.model.changes import ContactInfo
from gateway.model.enums import JobStatus, JobType
from gateway.model.jobs import BulkJob
from gateway.model.queries import And, Condition, Filter, Operator
from gateway.wix.bulk import BulkApi

ADDED = ("add",)
REMOVED = ("remove",)

_MOST_WATCHED: Final = 1_000
"""Jobs of ours whose end is waited for."""


class BulkService:
    """Bulk calls and the jobs they start.

    A job is returned as it was accepted, status NEW, for no further upstream call; `job` tells
    how far it is.
    """

    def __init__(self, api: BulkApi, labels: LabelService, freshness: Freshness) -> None:
        self._api = api
        self._labels = labels
        self._freshness = freshness
        self._watched: LRUCache[str, ContactsInMotion] = LRUCache(_MOST_WATCHED)

    async def relabel(
        self, chosen: Filter | None, *, add: Sequence[str], remove: Sequence[str]
    ) -> BulkJob:
        """Put labels on, and take labels off, every chosen contact.

        Raises:
            FilterRequired: There is no condition.
            InvalidInput: Nothing to add or remove, or more than 100 of either.
            LabelNotFound: One of the keys is nobody's.
        """
        if not add and not remove:
            raise InvalidInput("there is no label to put on, and none to take off")
        require_size(add, least=0, most=LABELS_PER_CALL, path=ADDED)
        require_size(remove, least=0, most=LABELS_PER_CALL, path=REMOVED)
        async with naming_unknown_labels(self._labels, {ADDED: add, REMOVED: remove}):
            job_id = await self._started(
                self._api.relabel(_required(chosen), add=add, remove=remove),
                ContactsInMotion(named_in(chosen), (*add, *remove)),
            )
        return _accepted(job_id, _relabel_type(add, remove))

    async def update(self, chosen: Filter | None, info: ContactInfo) -> BulkJob:
        """Change the same properties on every chosen contact.

        Raises:
            FilterRequired: There is no condition.
            CallerFault: What Wix refused (contract 3.2, Update Contact).
        """
        async with naming_unknown_labels(self._labels, label_lists(info)):
            job_id = await self._started(
                self._api.update(_required(chosen), info), ContactsInMotion(named_in(chosen))
            )
        return _accepted(job_id, JobType.UPDATE)

    async def delete(self, chosen: Filter | None) -> BulkJob:
        """Delete every chosen contact for good; members and the like are left alone.

        Raises:
            FilterRequired: There is no condition.
        """
        motion = ContactsInMotion(named_in(chosen))
        job_id = await self._started(self._api.delete(_required(chosen)), motion)
        return _accepted(job_id, JobType.DELETE)

    async def job(self, job_id: str) -> BulkJob | None:
        """Tell how far a job is; None when there is no such job."""
        try:
            job = await self._api.job(job_id)
        except NotFound:
            return None
        self._watch(job)
        return job

    async def jobs(self) -> tuple[BulkJob, ...]:
        """List the site's last bulk jobs, at most 100 (contract 6.4)."""
        jobs = await self._api.jobs()
        for job in jobs:
            self._watch(job)
        return jobs

    async def _started(self, call: Awaitable[str], motion: ContactsInMotion) -> str:
        """Start a job; from now on contacts may change at any moment."""
        async with self._freshness.writing(motion):
            job_id = await call
        self._watched[job_id] = motion
        self._freshness.distrust(motion)
        return job_id

    def _watch(self, job: BulkJob) -> None:
        """When a job of ours is seen to have ended, what was read during it is forgotten."""
        if job.id in self._watched:
            self._freshness.distrust(self._watched[job.id])
            if job.status is JobStatus.COMPLETED:
                del self._watched[job.id]


def _required(chosen: Filter | None) -> Filter:
    """Insist on a condition, so that nobody wipes a site (contract 9, row 32)."""
    if chosen is None:
        raise FilterRequired("a bulk call needs a filter with a condition, or a search")
    return chosen


def named_in(chosen: Filter | None) -> tuple[str, ...] | None:
    """Tell the only contacts that a filter can choose; None when it does not name them."""
    match chosen:
        case Condition("id", Operator.IN, ids) if isinstance(ids, tuple):
            return tuple(contact_id.lower() for contact_id in ids)
        case Condition("id", Operator.EQ, str(contact_id)):
            return (contact_id.lower(),)
        case And(parts):
            return next((ids for part in parts if (ids := named_in(part)) is not None), None)
    return None


def _relabel_type(add: Sequence[str], remove: Sequence[str]) -> JobType:
    if add and remove:
        return JobType.ADD_REMOVE_LABELS
    return JobType.ADD_LABELS if add else JobType.REMOVE_LABELS


def _accepted(job_id: str, job_type: JobType) -> BulkJob:
    return BulkJob(id=job_id, status=JobStatus.NEW, type=job_type)
