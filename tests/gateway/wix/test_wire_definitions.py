"""Labels, fields, facets and jobs out of Wix's JSON (contract 2.1, 3.2 and 4)."""

from typing import Any

import pytest

from gateway.errors import UpstreamUnavailable
from gateway.model.enums import FacetType, FieldDataType, FieldType, JobStatus, JobType, LabelType
from gateway.model.facets import Facet
from gateway.model.fields import ExtendedField
from gateway.model.jobs import BulkJob, JobError
from gateway.model.labels import Label
from gateway.wix.wire_definitions import read_facet, read_field, read_job, read_label


def test_a_bare_label_gets_name_and_namespace_from_its_key() -> None:
    assert read_label({"key": "contacts.customers"}) == Label(
        key="contacts.customers",
        display_name="contacts.customers",
        namespace="contacts",
        type=LabelType.UNKNOWN,
    )


def test_a_bare_field_gets_name_and_namespace_from_its_key() -> None:
    assert read_field({"key": "custom.tier", "dataType": "EMOJI", "fieldType": None}) == (
        ExtendedField(
            key="custom.tier",
            display_name="custom.tier",
            namespace="custom",
            data_type=FieldDataType.UNKNOWN,
            type=FieldType.UNKNOWN,
        )
    )


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("LABEL", FacetType.LABEL),
        ("LABELS", FacetType.LABEL),
        ("NOT_LABELED", FacetType.NOT_LABELED),
        ("MOOD", FacetType.UNKNOWN),
        (None, FacetType.UNKNOWN),
    ],
)
def test_facet_types_are_read_in_both_spellings(sent: str | None, read: FacetType) -> None:
    assert read_facet({"facetType": sent}) == Facet(type=read)


def test_a_job_that_has_hardly_begun_has_no_figures() -> None:
    body: dict[str, Any] = {"id": "j", "type": "UNKNOWN_TYPE", "errors": [{}, None]}
    assert read_job(body) == BulkJob(
        id="j", status=JobStatus.UNKNOWN, type=JobType.UNKNOWN, errors=(JobError("UNKNOWN", 0),)
    )


@pytest.mark.parametrize("read", [read_label, read_field, read_job])
def test_what_has_no_identity_is_no_answer(read: Any) -> None:
    with pytest.raises(UpstreamUnavailable):
        read({"displayName": "VIP", "id": None, "key": 7})
