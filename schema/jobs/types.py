"""BulkJob."""

from datetime import datetime

import strawberry
from strawberry import ID

from gateway.model.enums import JobStatus, JobType
from schema.field import plain


@strawberry.type(description="One reason for which a bulk job left contacts alone.")
class BulkJobError:
    """A job's error."""

    code: str = plain("Wix's name for the reason, e.g. `CANNOT_DELETE_SITE_MEMBERS`.")
    message: str | None = plain("The reason in words; null where Wix sent none.")
    count: int = plain("How many contacts were left alone for it.")


@strawberry.type(description="Work that Wix does in the background on many contacts.")
class BulkJob:
    """A bulk job (contract 3.2)."""

    id: ID = plain("The job's identity, to be asked for with `bulkJob`.")
    type: JobType | None = plain("What the job does; null where Wix did not say.")
    status: JobStatus = plain("How far it is.")
    started_at: datetime | None = plain("When it began; null until then.")
    finished_at: datetime | None = plain("When it ended; null until then.")
    total: int | None = plain("How many contacts it is about; null until they are counted.")
    succeeded: int | None = plain("How many contacts it has changed; null until it runs.")
    failed: int | None = plain("How many contacts it left alone; null until it runs.")
    errors: list[BulkJobError] = plain("Why contacts were left alone; empty when none were.")
