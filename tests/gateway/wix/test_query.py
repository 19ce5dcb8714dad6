"""Orders and slices of queries and lists (contract 2.3, 3.2 and 4)."""

import pytest

from gateway.errors import InvalidInput, Violation
from gateway.model.queries import Order, Query, Slice
from gateway.wix.filterable import CONTACTS, FACETS, FIELDS, LABELS, Entity
from gateway.wix.query import listing, query_body

CONTACT_SORTS = {
    "created_at": "createdDate",
    "last_activity_at": "lastActivity.activityDate",
    "primary_email": "primaryInfo.email",
    "first_name": "info.name.first",
    "last_name": "info.name.last",
    "company": "info.company",
    "job_title": "info.jobTitle",
    "birthdate": "info.birthdate",
    "extended_field:custom.tier": "info.extendedFields.custom.tier",
    "extended_field:emailSubscriptions.effectiveEmail": (
        "info.extendedFields.emailSubscriptions.effectiveEmail"
    ),
}
DEFINITION_SORTS = {
    "display_name": "displayName",
    "created_at": "createdDate",
    "updated_at": "updatedDate",
}
SORTS = [
    (entity, name, wire)
    for entity, sorts in (
        (CONTACTS, CONTACT_SORTS),
        (LABELS, DEFINITION_SORTS),
        (FIELDS, DEFINITION_SORTS),
    )
    for name, wire in sorts.items()
]


@pytest.mark.parametrize(("entity", "name", "wire"), SORTS)
def test_sortable_fields_are_those_of_the_contract(entity: Entity, name: str, wire: str) -> None:
    assert query_body(Query(order=Order(name, descending=True)), entity) == {
        "query": {
            "paging": {"limit": 50, "offset": 0},
            "sort": [{"fieldName": wire, "order": "DESC"}],
        }
    }
    assert listing(Slice(2, 3), Order(name), entity) == {
        "sort.fieldName": wire,
        "sort.order": "ASC",
        "paging.limit": 3,
        "paging.offset": 2,
    }


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        (CONTACTS, "updated_at"),
        (CONTACTS, "primary_phone"),
        (CONTACTS, "extended_field:members.membershipStatus"),
        (LABELS, "key"),
        (FIELDS, "data_type"),
        (FACETS, "count"),
    ],
)
def test_other_fields_cannot_be_sorted_by(entity: Entity, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        query_body(Query(order=Order(name)), entity)
    assert refused.value.violations == (
        Violation(("order", "field"), f"{name} cannot be sorted by"),
    )


def test_a_question_without_conditions_has_no_filter() -> None:
    assert query_body(Query(slice=Slice(5, 10)), LABELS) == {
        "query": {"paging": {"limit": 10, "offset": 5}}
    }
