"""Validation of documents that an attacker may have written: bounded in steps, time, and words."""

import time
from collections.abc import Callable
from typing import Any, Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    ValidationRule,
    specified_rules,
)
from graphql.validation.rules import ASTValidationRule
from graphql.validation.validate import ValidationAbortedError

from gateway.edge.discretion import without_values
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal
from gateway.edge.visiting import validate

_MOST_ERRORS: Final = 20
_LONGEST_MESSAGE: Final = 300
"""Characters of an error's message; names in it are the caller's, and as long as he likes."""

_SUGGESTION: Final = " Did you mean "

_NODES_BETWEEN_LOOKS: Final = 32


class TooSlow(Exception):
    """Validating has taken all the time it may take."""


class Stopwatch:
    """Seconds of the processor's time since the document arrived."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.thread_time) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def look(self) -> None:
        """Go on, or not.

        Raises:
            TooSlow: The time is up.
        """
        if self._clock() > self._end:
            raise TooSlow


def check_valid(
    schema: GraphQLSchema,
    document: DocumentNode,
    limits: Limits,
    stopwatch: Stopwatch,
    *,
    suggest: bool = True,
) -> None:
    """Validate a document; `suggest` tells whether errors may name elements of the schema.

    Raises:
        Refusal: ``GRAPHQL_VALIDATION_FAILED`` with the errors, ``VALIDATION_TOO_COSTLY`` after
            too many steps, ``VALIDATION_TOO_SLOW`` after too long.
    """
    rules = _rules(limits, stopwatch)
    try:
        stopwatch.look()
        errors = validate(
            schema, document, rules, max_errors=_MOST_ERRORS, hide_suggestions=not suggest
        )
    except TooSlow:
        message = "The document takes too long to validate."
        raise Refusal(message, code="VALIDATION_TOO_SLOW", in_document=True) from None
    if not errors:
        return
    if isinstance(errors[-1], ValidationAbortedError) and len(errors) <= _MOST_ERRORS:
        raise _too_costly()
    raise failed(errors[0].message, *errors, suggest=suggest)


def failed(
    message: str,
    *errors: GraphQLError,
    code: str = "GRAPHQL_VALIDATION_FAILED",
    suggest: bool = True,
) -> Refusal:
    """Make the refusal of a document with `errors`, or with one of which `message` is all."""
    formatted = tuple(
        {**error.formatted, "message": _worded(error.message, suggest=suggest)} for error in errors
    )
    worded = _worded(message, suggest=suggest)
    return Refusal(worded, code=code, in_document=True, errors=formatted)


def _rules(limits: Limits, stopwatch: Stopwatch) -> list[type[ASTValidationRule]]:
    class BoundedMerging(OverlappingFieldsCanBeMergedRule):
        """The one rule that is quadratic, within fewer steps than graphql-core gives it."""

        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self.rule_context.remaining_complexity_budget = limits.merge_steps

    class Watched(ValidationRule):
        """Looks at the stopwatch again and again."""

        visited = 0

        def enter(self, *_args: Any) -> None:
            self.visited += 1
            if self.visited % _NODES_BETWEEN_LOOKS == 0:
                stopwatch.look()

    merging = OverlappingFieldsCanBeMergedRule
    return [Watched, *(BoundedMerging if rule is merging else rule for rule in specified_rules)]


def _too_costly() -> Refusal:
    message = "The document takes too many steps to validate; it repeats itself too often."
    return Refusal(message, code="VALIDATION_TOO_COSTLY", in_document=True)


def _worded(message: str, *, suggest: bool) -> str:
    message = without_values(message)
    if not suggest:  # one rule suggests whether it is asked to or not
        message = message.partition(_SUGGESTION)[0]
    if len(message) <= _LONGEST_MESSAGE:
        return message
    return f"{message[:_LONGEST_MESSAGE]}…"
