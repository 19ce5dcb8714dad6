"""How long an operation takes inside the application, without a socket or a server."""

import asyncio
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp

from gateway.app import create_app
from gateway.sandbox import SandboxOptions, create_sandbox
from gateway.settings import Settings
from gateway.telemetry import logs
from tests.bench.operations import OPERATIONS, assert_answered, body_of
from tests.bench.sample import Sample

BUDGET_SECONDS = 3.0
WARM_UP = 20


async def measure_in_process() -> list[Sample]:
    """Call the application as a server would, one operation at a time, without its log lines."""
    logs.configure(level="warning", form="json", secrets=())
    sandbox = create_sandbox(SandboxOptions(rate_limit=0))
    app = create_app(Settings(), sandbox=sandbox)
    return [
        Sample(f"in process: {name}", await _durations(app, body_of(query)))
        for name, query in OPERATIONS.items()
    ]


async def _durations(app: ASGIApp, body: bytes) -> list[float]:
    for _ in range(WARM_UP):
        assert_answered(await post(app, body))
    durations = []
    end = time.perf_counter() + BUDGET_SECONDS
    while (began := time.perf_counter()) < end:
        await post(app, body)
        durations.append(time.perf_counter() - began)
    return durations


async def post(app: ASGIApp, body: bytes) -> bytes:
    """Return the body of the application's answer to a POST of `body`."""
    request: MutableMapping[str, Any] = {"type": "http.request", "body": body, "more_body": False}
    asked = iter([request])
    gone: asyncio.Future[MutableMapping[str, Any]] = asyncio.get_running_loop().create_future()
    answer = bytearray()

    async def receive() -> MutableMapping[str, Any]:
        for message in asked:
            return message
        return await gone  # which never comes: this caller stays for the answer

    async def send(message: MutableMapping[str, Any]) -> None:
        answer.extend(message.get("body", b""))

    await app(_scope(len(body)), receive, send)
    return bytes(answer)


def _scope(length: int) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", str(length).encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
