"""A hop before one of our programs, which passes requests on and keeps what was in them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import orjson

SECONDS = 30.0
_PASSED_ON = ("authorization", "content-type", "accept")


@dataclass(frozen=True)
class Heard:
    """One GraphQL request."""

    query: str
    variables: dict[str, Any]
    authorization: str | None

    @property
    def representations(self) -> list[dict[str, Any]]:
        """The references that it asks entities for."""
        references: list[dict[str, Any]] = self.variables.get("representations", [])
        return references


@dataclass
class Wiretap:
    """A hop that answers at `origin`."""

    origin: str
    heard: list[Heard]


@contextmanager
def tapping(origin: str) -> Iterator[Wiretap]:
    """Listen before the program at `origin`, on a port of its own."""
    with (
        httpx.Client(base_url=origin, timeout=SECONDS, trust_env=False) as onward,
        _Hop(onward) as hop,
    ):
        thread = threading.Thread(target=hop.serve_forever)
        thread.start()
        try:
            yield Wiretap(f"http://127.0.0.1:{hop.server_port}", hop.heard)
        finally:
            hop.shutdown()
            thread.join(SECONDS)


class _Hop(ThreadingHTTPServer):
    daemon_threads = True
    """Routers keep connections open, on which nothing more comes."""

    def __init__(self, onward: httpx.Client) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.onward = onward
        self.heard: list[Heard] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Hop

    def do_POST(self) -> None:
        """Pass a request on, and its answer back."""
        body = self.rfile.read(int(self.headers["content-length"]))
        asked = orjson.loads(body)
        self.server.heard.append(
            Heard(asked["query"], asked.get("variables") or {}, self.headers["authorization"])
        )
        passed_on = {name: value for name in _PASSED_ON if (value := self.headers[name])}
        answer = self.server.onward.post(self.path, content=body, headers=passed_on)
        self.send_response(answer.status_code)
        self.send_header("content-type", answer.headers["content-type"])
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_args: object) -> None:
        """Say nothing: the test has what was heard."""
