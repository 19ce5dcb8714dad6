"""Wix's paths into its REST request, translated into paths into our model (contract 6.1)."""

import pytest

from gateway.errors import Violation
from gateway.wix.violations import read_violations, translate_path


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("info.name.first", ("name", "first")),
        ("info.emails.items[0].email", ("emails", "0", "email")),
        ("info.phones.items[2].countryCode", ("phones", "2", "country_code")),
        ("info.addresses.items[1].address.addressLine", ("addresses", "1", "line1")),
        ("info.addresses.items[1].address.addressLine2", ("addresses", "1", "line2")),
        ("info.addresses.items[1].address.postalCode", ("addresses", "1", "postal_code")),
        ("info.addresses.items[1].address.subdivision", ("addresses", "1", "subdivision")),
        (
            "info.addresses.items[1].address.streetAddress.number",
            ("addresses", "1", "street_number"),
        ),
        ("info.addresses.items[0].address.streetAddress.name", ("addresses", "0", "street_name")),
        ("info.jobTitle", ("job_title",)),
        ("info.birthdate", ("birthdate",)),
        ("info.labelKeys.items[2]", ("label_keys", "2")),
        ("labelKeys[0]", ("label_keys", "0")),
        ("labelKeys", ("label_keys",)),
        ("labelKeysToAdd[3]", ("add", "3")),
        ("info.extendedFields.items.custom.x", ("extended_fields", "custom.x")),
        ('info.extendedFields.items["custom.x"]', ("extended_fields", "custom.x")),
        ("info.extendedFields.custom.x", ("extended_fields", "custom.x")),
        ("info.extendedFields", ("extended_fields",)),
        ("displayName", ("display_name",)),
        ("label.displayName", ("display_name",)),
        ("field.displayName", ("display_name",)),
        ("dataType", ("data_type",)),
        ("revision", ("revision",)),
        ("targetContactRevision", ("revision",)),
        ("sourceContactIds[1]", ("source_ids", "1")),
        ("query.paging.limit", ("query", "paging", "limit")),
        ("query.sort", ("query", "sort")),
        ("somethingNew.inside[0]", ("somethingNew", "inside", "0")),
        ("info", ()),
        ("", ()),
    ],
)
def test_a_path_into_the_request_becomes_a_path_into_the_model(
    field: str, path: tuple[str, ...]
) -> None:
    assert translate_path(field) == path


def test_violations_are_read_whatever_they_leave_out() -> None:
    details = {
        "validationError": {
            "fieldViolations": [
                {
                    "field": "displayName",
                    "description": "size must be between 1 and 180, got 0",
                    "violatedRule": "MIN_LENGTH",
                    "data": {"threshold": 1},
                },
                {"field": "info.locale", "violatedRule": "CUSTOM", "ruleName": "LOCALE"},
                {"description": "odd", "violatedRule": "CUSTOM"},
                {},
                None,
            ]
        }
    }
    assert read_violations(details) == (
        Violation(("display_name",), "size must be between 1 and 180, got 0", "MIN_LENGTH"),
        Violation(("locale",), "This value is not accepted.", "LOCALE"),
        Violation((), "odd", "CUSTOM"),
        Violation((), "This value is not accepted."),
    )


@pytest.mark.parametrize(
    "details", [{}, {"validationError": None}, {"validationError": {"fieldViolations": {}}}]
)
def test_no_violations_are_none(details: dict[str, object]) -> None:
    assert read_violations(details) == ()
