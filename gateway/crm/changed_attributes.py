"""Tells which attributes of a record a change has changed."""

from dataclasses import fields
from typing import Final, TypeVar

from gateway.model.contacts import Contact
from gateway.model.labels import Label

T = TypeVar("T", Contact, Label)

_COUNTERS: Final = frozenset({"revision", "updated_at"})
"""They move with every change, and so say nothing of it."""


def changed_attributes(former: T | None, present: T | None) -> tuple[str, ...] | None:
    """List what differs, in the order of the record; None where one side is not known."""
    if former is None or present is None:
        return None
    return tuple(
        field.name
        for field in fields(present)
        if field.name not in _COUNTERS
        and getattr(former, field.name) != getattr(present, field.name)
    )
