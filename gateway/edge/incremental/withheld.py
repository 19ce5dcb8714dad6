"""Errors of lists that stand empty because the caller may not see what is in them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from gateway.edge.incremental.parts import Path, step_down


class Withheld:
    """Gives each of the errors out once, with the part of the answer in which its list is.

    `errors` grows while the answer is made.
    """

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        self._errors = errors
        self._read = 0
        self._below: defaultdict[Path, dict[int, GraphQLError]] = defaultdict(dict)
        """Those whose list is below a path, by their number."""

    def within(self, path: Path, data: Any) -> list[GraphQLError]:
        """Take those whose list is in the data that stands at a path."""
        self._read_on()
        found = [
            (number, error)
            for number, error in self._below.get(path, {}).items()
            if step_down(data, tuple(error.path or ())[len(path) :]) is not None
        ]
        for number, error in found:
            self._forget(number, tuple(error.path or ()))
        return [error for _, error in found]

    def _read_on(self) -> None:
        for number in range(self._read, len(self._errors)):
            path = tuple(self._errors[number].path or ())
            for length in range(len(path) + 1):
                self._below[path[:length]][number] = self._errors[number]
        self._read = len(self._errors)

    def _forget(self, number: int, path: Path) -> None:
        for length in range(len(path) + 1):
            del self._below[path[:length]][number]
