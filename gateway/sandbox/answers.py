"""Answers that the layers around the emulated routes give by themselves (contract 6.1, 6.2)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.sandbox.refusals import Refusal, application, plain

_JSON = b"application/json"
_TEXT = b"text/plain; charset=utf-8"

_REFUSALS: Mapping[int, Refusal] = {
    401: application(401, "UNAUTHENTICATED", "Unauthorized"),
    403: application(403, "PERMISSION_DENIED", "Forbidden"),
    429: plain(429, "Too Many Requests"),
}
_PHRASES: Mapping[int, str] = {
    401: "Unauthorized",
    403: "Forbidden",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer, ready to be sent in one or in two pieces."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    async def send_to(self, send: Send) -> None:
        """Send everything."""
        await send(self._start())
        await send({"type": "http.response.body", "body": self.body, "more_body": False})

    async def send_half_to(self, send: Send) -> None:
        """Send the headers, which promise the whole body, but only the first half of it."""
        half = self.body[: len(self.body) // 2]
        await send(self._start())
        await send({"type": "http.response.body", "body": half, "more_body": True})

    def _start(self) -> Message:
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": list(self.headers),
        }


def json_answer(document: Mapping[str, Any], status: int = 200) -> Answer:
    """Answer with a JSON document."""
    return _answer(status, json.dumps(document).encode(), _JSON)


def text_answer(text: str, status: int = 200) -> Answer:
    """Answer with plain text."""
    return _answer(status, text.encode(), _TEXT)


def refusal(status: int, *, as_json: bool = True, retry_after: int | None = None) -> Answer:
    """Refuse as Wix's outer layers do: credentials, throttling, faults of the server.

    ``as_json`` False gives the bare phrase as text, as gateways in front of a service do;
    ``retry_after`` adds the header, in seconds.
    """
    if as_json:
        answer = json_answer(_REFUSALS.get(status, plain(status)).body, status)
    else:
        answer = text_answer(_PHRASES.get(status, f"Error {status}"), status)
    if retry_after is None:
        return answer
    headers = (*answer.headers, (b"retry-after", str(retry_after).encode()))
    return Answer(answer.status, answer.body, headers)


async def capture(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Let an application do its work, but hold its answer back."""
    started: Message = {}
    chunks: list[bytes] = []

    async def hold(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            chunks.append(message.get("body", b""))

    await app(scope, receive, hold)
    return Answer(started["status"], b"".join(chunks), tuple(started.get("headers", ())))


def _answer(status: int, body: bytes, content_type: bytes) -> Answer:
    length = str(len(body)).encode()
    return Answer(status, body, ((b"content-type", content_type), (b"content-length", length)))
