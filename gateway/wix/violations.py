"""Wix's paths into its REST request, translated into paths into our model (contract 6.1)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from gateway.errors import Path, Violation
from gateway.wix.wire import listed, nested, text

_STEP: Final = re.compile(r"[^.\[\]]+")

_WRAPPERS: Final = frozenset({"info", "items", "label", "field", "address", "streetAddress"})
"""Levels of the REST request that the model does not have."""

_RENAMED: Final[Mapping[str, str]] = {
    "addressLine": "line1",
    "addressLine1": "line1",
    "addressLine2": "line2",
    "allowDuplicates": "allow_duplicates",
    "contactId": "id",
    "countryCode": "country_code",
    "dataType": "data_type",
    "displayName": "display_name",
    "jobTitle": "job_title",
    "labelKeys": "label_keys",
    "labelKeysToAdd": "add",
    "labelKeysToRemove": "remove",
    "postalCode": "postal_code",
    "sourceContactIds": "source_ids",
    "targetContactId": "target_id",
    "targetContactRevision": "revision",
}

_STREET: Final[Mapping[str, str]] = {"number": "street_number", "name": "street_name"}


def translate_path(field: str) -> Path:
    """Translate one path, e.g. ``info.emails.items[0].email`` to ``("emails", "0", "email")``.

    Paths into a query are only cut into their steps: they have no counterpart in the model.
    """
    steps = _STEP.findall(field)
    if steps[:1] == ["query"]:
        return tuple(steps)
    if "extendedFields" in steps:
        return _into_extended_fields(field)
    in_street = "streetAddress" in steps
    return tuple(
        _STREET.get(step, step) if in_street else _RENAMED.get(step, step)
        for step in _without_wrappers(steps)
    )


def read_violations(details: Mapping[str, Any]) -> tuple[Violation, ...]:
    """Read ``details.validationError.fieldViolations``; empty when there are none."""
    found = listed(nested(details.get("validationError")).get("fieldViolations"))
    return tuple(_read_violation(entry) for entry in found if isinstance(entry, dict))


def _read_violation(entry: Mapping[str, Any]) -> Violation:
    rule = text(entry.get("violatedRule"))
    if rule == "CUSTOM":
        rule = text(entry.get("ruleName")) or rule
    return Violation(
        path=translate_path(text(entry.get("field")) or ""),
        message=text(entry.get("description")) or "This value is not accepted.",
        rule=rule,
    )


def _without_wrappers(steps: Sequence[str]) -> list[str]:
    return [step for step in steps if step not in _WRAPPERS]


def _into_extended_fields(field: str) -> Path:
    """Keep the field's key in one piece, dots and all."""
    key = field.partition("extendedFields")[2].lstrip(".").removeprefix("items")
    key = key.strip(".[]\"'")
    return ("extended_fields", key) if key else ("extended_fields",)
