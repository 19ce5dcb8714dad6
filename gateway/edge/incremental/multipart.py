"""Writes an answer's parts into one body (RFC 2046, 5.1; Incremental Delivery over HTTP)."""

from typing import Final

from starlette.types import Send

_DELIMITER: Final = b"---"
"""The boundary is one dash, as the specification's examples have it."""
_HEADERS: Final = b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"


class Multipart:
    """One body of several parts; each is followed at once by the delimiter that shows its end."""

    def __init__(self, send: Send, content_type: str) -> None:
        self._send = send
        self._content_type = content_type
        self.begun = False
        """Whether anything has been written."""
        self.ended = False
        """Whether the last part has been written, or is being written."""

    async def write(self, body: bytes, *, is_last: bool) -> None:
        """Write a part, which is JSON."""
        opening = b"" if self.begun else _DELIMITER
        if not self.begun:
            await self._begin()
        ending = b"--\r\n" if is_last else b""
        text = b"".join((opening, _HEADERS, body, b"\r\n", _DELIMITER, ending))
        self.ended = is_last
        message = {"type": "http.response.body", "body": text, "more_body": not is_last}
        await self._send(message)

    async def _begin(self) -> None:
        headers = [
            (b"content-type", self._content_type.encode()),
            (b"cache-control", b"no-store"),
            (b"vary", b"accept"),
            (b"x-accel-buffering", b"no"),  # lest a proxy waits for more
        ]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        self.begun = True
