"""Bulk calls and jobs (contract 3.2, Bulk operations and jobs)."""

from datetime import UTC, datetime

import pytest

from gateway.errors import FilterRequired, LabelNotFound, NotFound, UpstreamUnavailable, Violation
from gateway.model.changes import ContactInfo
from gateway.model.enums import JobStatus, JobType
from gateway.model.jobs import BulkJob, JobError
from gateway.model.queries import And, Condition, Operator
from tests.support.upstream import Upstream, application_error, reply, validation_error

JOB = "8046df3c-1234-4098-a5ab-c91ad8f33c47"
LOVELACES = Condition("last_name", Operator.EQ, "Lovelace")


async def test_a_deletion_has_its_filter_at_the_top() -> None:
    upstream = Upstream.of(reply({"jobId": JOB}))
    assert await upstream.connect().bulk.delete(LOVELACES) == JOB
    assert upstream.asked == [
        ("POST", "/contacts/v4/bulk/contacts/delete", {"filter": {"info.name.last": "Lovelace"}})
    ]


async def test_an_update_touches_what_is_present() -> None:
    upstream = Upstream.of(reply({"jobId": JOB}))
    info = ContactInfo(company="Bulk Ltd", job_title=None)
    assert await upstream.connect().bulk.update(LOVELACES, info) == JOB
    assert upstream.asked == [
        (
            "POST",
            "/contacts/v4/bulk/contacts/update",
            {
                "filter": {"info.name.last": "Lovelace"},
                "info": {"company": "Bulk Ltd", "jobTitle": None},
            },
        )
    ]


async def test_relabelling_names_only_lists_that_are_not_empty() -> None:
    upstream = Upstream.of(reply({"jobId": JOB}))
    assert await upstream.connect().bulk.relabel(LOVELACES, add=["custom.a"], remove=()) == JOB
    assert upstream.asked == [
        (
            "POST",
            "/contacts/v4/bulk/contacts/add-remove-labels",
            {"filter": {"info.name.last": "Lovelace"}, "labelKeysToAdd": ["custom.a"]},
        )
    ]


async def test_bulk_calls_know_no_nin() -> None:
    upstream = Upstream.of(reply({"jobId": JOB}))
    await upstream.connect().bulk.delete(
        Condition("email_subscription", Operator.NOT_IN, ("SUBSCRIBED", "PENDING"))
    )
    field = "info.extendedFields.emailSubscriptions.subscriptionStatus"
    assert [body for _, _, body in upstream.asked] == [
        {"filter": {"$not": {field: {"$in": ["SUBSCRIBED", "PENDING"]}}}}
    ]


async def test_a_filter_without_conditions_is_refused_without_a_call() -> None:
    with pytest.raises(FilterRequired):
        await Upstream.of().connect().bulk.delete(And(()))


async def test_an_unknown_label_is_named_by_its_place() -> None:
    upstream = Upstream.of(
        validation_error({"field": "labelKeysToRemove[1]", "description": "no such label"})
    )
    with pytest.raises(LabelNotFound) as refused:
        await upstream.connect().bulk.relabel(LOVELACES, add=(), remove=["a.b", "c.d"])
    assert refused.value.violations == (Violation(("remove", "1"), "no such label"),)


async def test_an_answer_without_a_job_is_no_answer() -> None:
    with pytest.raises(UpstreamUnavailable, match="without a job's id"):
        await Upstream.of(reply()).connect().bulk.delete(LOVELACES)


async def test_a_job_tells_how_far_it_is() -> None:
    upstream = Upstream.of(
        reply(
            {
                "job": {
                    "id": JOB,
                    "type": "ADD_REMOVE_LABELS",
                    "status": "COMPLETED",
                    "startedDate": "2026-03-04T09:30:00.000Z",
                    "finishedDate": "2026-03-04T09:30:02.120Z",
                    "totalItems": 45,
                    "successTotal": 42,
                    "failedTotal": 3,
                    "errors": [{"count": 3, "code": "CANNOT_DELETE_SITE_MEMBERS", "message": "…"}],
                }
            }
        )
    )
    assert await upstream.connect().bulk.job(JOB) == BulkJob(
        id=JOB,
        status=JobStatus.COMPLETED,
        type=JobType.ADD_REMOVE_LABELS,
        started_at=datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
        finished_at=datetime(2026, 3, 4, 9, 30, 2, 120_000, UTC),
        total=45,
        succeeded=42,
        failed=3,
        errors=(JobError("CANNOT_DELETE_SITE_MEMBERS", 3, "…"),),
    )
    assert upstream.asked == [("GET", f"/contacts/v4/bulk/jobs/{JOB}", None)]


async def test_jobs_are_listed() -> None:
    upstream = Upstream.of(reply({"jobs": [{"id": JOB, "status": "UNKNOWN_STATUS"}, None]}))
    assert await upstream.connect().bulk.jobs() == (BulkJob(JOB, JobStatus.UNKNOWN),)
    assert upstream.asked == [("GET", "/contacts/v4/bulk/jobs", None)]


async def test_an_unknown_job_is_not_found() -> None:
    with pytest.raises(NotFound):
        await Upstream.of(application_error("NOT_FOUND", 404)).connect().bulk.job(JOB)
