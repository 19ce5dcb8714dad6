"""Payloads of mutations: what was done, or the refusal as ``userErrors``."""

import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway import errors
from schema import user_errors
from schema.user_errors import UserErrorCode

P = TypeVar("P")

USER_ERRORS = "What the caller can mend; empty on success."

OWN_PATHS = ("filter", "search")
"""Roots of paths that are the caller's own already, made where the filter was translated."""


@dataclass(frozen=True, slots=True)
class InputShape:
    """Where in a mutation's input the things a refusal can name are found."""

    info: str | None = None
    """The field that holds the contact's properties; None when they stand at the top."""
    subjects: Mapping[type[errors.CallerFault], str] = field(default_factory=dict)
    """The field a refusal is about when Wix names none, by the refusal's class."""

    def path(self, model_path: errors.Path, given: Any) -> list[str] | None:
        """Translate a path through the model into one through the caller's input."""
        if not model_path:
            return None
        if model_path[0] in OWN_PATHS:
            return list(model_path)
        names = [to_camel_case(step) for step in model_path]
        if self.info is None:
            return names
        if names[0] == "extendedFields":
            names[1:] = _extended_field(model_path, getattr(given, self.info))
        return [self.info, *names]

    def subject(self, fault: errors.CallerFault) -> list[str] | None:
        """Name the field that a refusal without violations is about."""
        name = next(
            (self.subjects[kind] for kind in type(fault).__mro__ if kind in self.subjects), None
        )
        return [name] if name else None


def _extended_field(model_path: errors.Path, info: Any) -> list[str]:
    """Find the list entry that holds the field's value: the model names fields by key."""
    given = info.extended_fields.value if info and info.extended_fields else None
    keys = [entry.key for entry in given or []]
    key = model_path[1] if len(model_path) > 1 else None
    return [str(keys.index(key)), "value"] if key in keys else []


def answers(
    kind: type[Any], description: str, shape: InputShape
) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Declare a mutation whose refusals become user errors; every other fault stays top-level."""

    def declare(resolver: Callable[..., Awaitable[Any]]) -> Any:
        @functools.wraps(resolver)
        async def answer(*args: Any, **kwargs: Any) -> Any:
            try:
                return await resolver(*args, **kwargs)
            except errors.CallerFault as fault:
                return refused(kind, to_user_errors(fault, shape, kwargs["input"]))

        return strawberry.field(resolver=answer, description=description)

    return declare


def payload(kind: Callable[..., P], **fields: Any) -> P:
    """Build the payload of a mutation that was done, around the records it returned."""
    return kind(**fields, user_errors=[])


def refused(kind: type[Any], problems: Iterable[user_errors.UserError]) -> Any:
    """Build the payload of a refused mutation: user errors, everything else null."""
    nothing = dict.fromkeys(field.python_name for field in kind.__strawberry_definition__.fields)
    return kind(**{**nothing, "user_errors": list(problems)})


def to_user_errors(
    fault: errors.CallerFault, shape: InputShape, given: Any
) -> list[user_errors.UserError]:
    """Translate a refusal: one user error per violation, or one for the whole."""
    if not fault.violations:
        return [_typed(fault, fault.message, shape.subject(fault), given)]
    return [
        _typed(fault, violation.message, shape.path(violation.path, given), given)
        for violation in fault.violations
    ]


def _typed(
    fault: errors.CallerFault, message: str, path: list[str] | None, given: Any
) -> user_errors.UserError:
    common: dict[str, Any] = {"message": message, "code": UserErrorCode[fault.code], "field": path}
    if isinstance(fault, errors.RevisionConflict):
        contact_id = getattr(given, "contact_id", None) or given.target_contact_id
        return user_errors.RevisionConflict(**common, contact_id=contact_id.lower())
    if isinstance(fault, errors.DuplicateContact):
        return user_errors.DuplicateContact(**common, duplicate_id=fault.duplicate_id)
    if isinstance(fault, errors.QuotaReached):
        return user_errors.QuotaReached(**common, quota=fault.quota, current=fault.current)
    return user_errors.InvalidInput(**common)
