"""Refusals in Wix's error envelope (contract 6.1, 6.2)."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with one property of a request."""

    field: str
    """Path in the REST request, ``info.emails.items[0].email``; empty for the whole body."""
    description: str
    rule: str
    """``REQUIRED_FIELD``, ``MAX_LENGTH`` … (contract 6.1)."""
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Write the violation as it stands in ``fieldViolations``."""
        written = {
            "field": self.field,
            "description": self.description,
            "violatedRule": self.rule,
        }
        return {**written, "data": dict(self.data)} if self.data else written


class Refusal(Exception):
    """The request is refused, and nothing of it has been done.

    ``status`` and ``body`` are the HTTP answer; ``code`` is the application code, empty for
    anything but an application error.
    """

    def __init__(self, status: int, body: Mapping[str, Any], code: str = "") -> None:
        super().__init__(f"{status} {code or body['message']}")
        self.status = status
        self.body = body
        self.code = code


def application(status: int, code: str, message: str, **data: Any) -> Refusal:
    """Refuse with an application code."""
    fault = {"code": code, "description": message, "data": data}
    return Refusal(status, {"message": message, "details": {"applicationError": fault}}, code)


def invalid(violations: Sequence[Violation]) -> Refusal:
    """Refuse a request for all that is wrong with its properties."""
    message = "\n".join(f"{each.field} {each.description}".strip() for each in violations)
    fault = {"fieldViolations": [each.document() for each in violations]}
    return Refusal(400, {"message": message, "details": {"validationError": fault}})


def plain(status: int, message: str = "") -> Refusal:
    """Refuse with a message at the most: unknown routes, unreadable bodies."""
    return Refusal(status, {"message": message, "details": {}})


def not_an_object() -> Refusal:
    """Refuse JSON of another kind where an object belongs (contract 0 and 6.1)."""
    return plain(400, "Expected an object")


def not_found(what: str) -> Refusal:
    """Refuse for a label, field or job that is not there (section 9, row 15)."""
    return application(404, "NOT_FOUND", f"{what} not found")


def contact_not_found() -> Refusal:
    """Refuse for a contact that is not there, or only under the id it was merged into."""
    return application(404, "CONTACT_NOT_FOUND", "Contact not found")
