"""Requests that are answered without executing anything."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_NO_DETAILS: Mapping[str, Any] = MappingProxyType({})


class Refusal(Exception):
    """The request cannot be executed, and the caller can mend it.

    `in_document` tells the two kinds of the GraphQL-over-HTTP specification apart: a request that
    is no well-formed GraphQL request has its status whatever the media type; a well-formed one
    whose document, operation or variables fail is a 200 under ``application/json`` (section
    6.4.1) and has its status under ``application/graphql-response+json`` (section 6.4.2).
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "BAD_REQUEST",
        status: int = 400,
        in_document: bool = False,
        headers: Mapping[str, str] = _NO_HEADERS,
        errors: tuple[Mapping[str, Any], ...] = (),
        details: Mapping[str, Any] = _NO_DETAILS,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.in_document = in_document
        self.headers = headers
        self.errors = errors
        """The errors, formatted, when graphql-core made them; else one is made of the message."""
        self.details = details
        """More members of each error's ``extensions``."""
