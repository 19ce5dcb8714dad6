"""The answer to those who come while there are too many, which takes as little work as can be."""

from http import HTTPStatus
from typing import Final

from starlette.types import Message

from gateway.edge import answers
from gateway.edge.answers import Style
from gateway.edge.media import JSON
from gateway.edge.overload import RETRY_AFTER, overloaded

_ANSWER: Final = answers.refused(overloaded(), Style(JSON, "none"))
_HEADERS: Final = [
    (b"content-type", JSON.encode()),
    (b"content-length", str(len(_ANSWER.body)).encode()),
    (b"cache-control", b"no-store"),
    (b"retry-after", RETRY_AFTER.encode()),
    (b"x-content-type-options", b"nosniff"),
]

START: Final[Message] = {
    "type": "http.response.start",
    "status": _ANSWER.status,
    "headers": _HEADERS,
}
BODY: Final[Message] = {"type": "http.response.body", "body": _ANSWER.body}

HTTP_1_1: Final = b"\r\n".join(
    [
        f"HTTP/1.1 {_ANSWER.status} {HTTPStatus(_ANSWER.status).phrase}".encode(),
        *(name + b": " + value for name, value in _HEADERS),
        b"",
        _ANSWER.body,
    ]
)
"""The same as it is written to a connection that stays open (RFC 9112)."""
