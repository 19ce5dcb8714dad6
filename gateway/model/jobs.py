"""Bulk jobs (contract 3.2, Bulk operations and jobs)."""

from dataclasses import dataclass
from datetime import datetime

from gateway.model.enums import JobStatus, JobType


@dataclass(frozen=True, slots=True)
class JobError:
    """One reason for which a job left contacts alone."""

    code: str
    count: int
    message: str | None = None


@dataclass(frozen=True, slots=True)
class BulkJob:
    """Work that Wix does in the background on many contacts."""

    id: str
    status: JobStatus
    type: JobType | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    total: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    errors: tuple[JobError, ...] = ()
