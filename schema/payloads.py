"""Payloads of mutations: what was done, or the refusal as ``userErrors``."""

import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import strawberry

from gateway import errors
from schema import user_errors
from schema.cost.charges import Charge, call
from schema.field import priced
from schema.paths import OWN, in_callers_words
from schema.user_errors import UserErrorCode

P = TypeVar("P")

ONE_CALL = call()

USER_ERRORS = "What the caller can mend; empty on success."


@dataclass(frozen=True, slots=True)
class InputShape:
    """Where in a mutation's input the things a refusal can name are found."""

    info: str | None = None
    """The field that holds the contact's properties; None when they stand at the top."""
    subjects: Mapping[type[errors.CallerFault], str] = field(default_factory=dict)
    """The field a refusal is about when Wix names none, by the refusal's class."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """What stands beside the contact's properties: its name in the model and in the input."""

    def path(self, model_path: errors.Path, given: Any) -> list[str] | None:
        """Translate a path through the model into one through the caller's input."""
        names = in_callers_words(model_path)
        if not names or names[0] in OWN:
            return names
        if model_path[0] in self.beside:
            return [self.beside[model_path[0]], *names[1:]]
        if self.info is None:
            return names
        if names[0] == "extendedFields":
            names[1:] = _extended_field(model_path[1:], _extended_keys(given, self.info))
        return [self.info, *names]

    def subject(self, fault: errors.CallerFault, given: Any) -> list[str] | None:
        """Name the field that a refusal without violations is about."""
        if self.info and isinstance(fault, errors.InvalidExtendedFieldValue):
            # Wix does not say which one; where there is but one, it is that.
            keys = _extended_keys(given, self.info)
            return [
                self.info,
                "extendedFields",
                *_extended_field(keys if len(keys) == 1 else (), keys),
            ]
        name = next(
            (self.subjects[kind] for kind in type(fault).__mro__ if kind in self.subjects), None
        )
        return [name] if name else None


def _extended_keys(given: Any, info: str) -> list[str]:
    """Tell the keys of the extended fields in the input, in its order."""
    fields = getattr(given, info).extended_fields
    return [entry.key for entry in fields.value or ()] if fields else []


def _extended_field(named: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Find the list entry that holds the field's value: the model names fields by key."""
    return [str(keys.index(named[0])), "value"] if named and named[0] in keys else []


def answers(
    kind: type[Any], description: str, shape: InputShape, charge: Charge = ONE_CALL
) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Declare a mutation whose refusals become user errors; every other fault stays top-level."""

    def declare(resolver: Callable[..., Awaitable[Any]]) -> Any:
        @functools.wraps(resolver)
        async def answer(*args: Any, **kwargs: Any) -> Any:
            try:
                return await resolver(*args, **kwargs)
            except errors.CallerFault as fault:
                return refused(kind, to_user_errors(fault, shape, kwargs["input"]))

        return strawberry.field(resolver=answer, description=description, **priced(charge))

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
        return [_typed(fault, fault.message, shape.subject(fault, given), given)]
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
