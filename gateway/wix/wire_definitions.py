"""Labels, extended fields, facets and bulk jobs out of Wix's JSON (contract 2.1, 3.2 and 4)."""

from collections.abc import Mapping
from typing import Any

from gateway.model.enums import FacetType, FieldDataType, FieldType, JobStatus, JobType, LabelType
from gateway.model.facets import Facet
from gateway.model.fields import ExtendedField
from gateway.model.jobs import BulkJob, JobError
from gateway.model.labels import Label
from gateway.wix.wire import listed, moment, needed, text, whole
from gateway.wix.wire_contacts import word

Json = Mapping[str, Any]


def read_label(body: Json) -> Label:
    """Read one label.

    Raises:
        UpstreamUnavailable: It has no key, so it is no label.
    """
    key = needed(text(body.get("key")), "a label's key")
    return Label(
        key=key,
        display_name=text(body.get("displayName")) or key,
        namespace=text(body.get("namespace")) or _namespace_of(key),
        type=word(LabelType, body.get("labelType")) or LabelType.UNKNOWN,
        namespace_display_name=text(body.get("namespaceDisplayName")),
        created_at=moment(body.get("createdDate")),
        updated_at=moment(body.get("updatedDate")),
    )


def read_field(body: Json) -> ExtendedField:
    """Read one extended field's definition.

    Raises:
        UpstreamUnavailable: It has no key, so it is no definition.
    """
    key = needed(text(body.get("key")), "a field's key")
    return ExtendedField(
        key=key,
        display_name=text(body.get("displayName")) or key,
        namespace=text(body.get("namespace")) or _namespace_of(key),
        data_type=word(FieldDataType, body.get("dataType")) or FieldDataType.UNKNOWN,
        type=word(FieldType, body.get("fieldType")) or FieldType.UNKNOWN,
        description=text(body.get("description")),
        created_at=moment(body.get("createdDate")),
        updated_at=moment(body.get("updatedDate")),
    )


def read_facet(body: Json) -> Facet:
    """Read one facet; ``LABELS`` is an old spelling of LABEL (contract 9, row 12)."""
    kind = text(body.get("facetType")) or ""
    return Facet(
        type=FacetType("LABEL" if kind == "LABELS" else kind),
        key=text(body.get("facetKey")),
        namespace=text(body.get("namespace")),
        display_name=text(body.get("facetDisplayName")),
        count=whole(body.get("count")),
    )


def read_job(body: Json) -> BulkJob:
    """Read one bulk job.

    Raises:
        UpstreamUnavailable: It has no id, so it is no job.
    """
    return BulkJob(
        id=needed(text(body.get("id")), "a job's id"),
        status=word(JobStatus, body.get("status")) or JobStatus.UNKNOWN,
        type=word(JobType, body.get("type")),
        started_at=moment(body.get("startedDate")),
        finished_at=moment(body.get("finishedDate")),
        total=whole(body.get("totalItems")),
        succeeded=whole(body.get("successTotal")),
        failed=whole(body.get("failedTotal")),
        errors=tuple(
            _read_job_error(entry)
            for entry in listed(body.get("errors"))
            if isinstance(entry, dict)
        ),
    )


def _read_job_error(body: Json) -> JobError:
    return JobError(
        code=text(body.get("code")) or "UNKNOWN",
        count=whole(body.get("count")) or 0,
        message=text(body.get("message")),
    )


def _namespace_of(key: str) -> str:
    """Tell a key's namespace: what stands before its first dot (contract 2.1)."""
    return key.partition(".")[0]
