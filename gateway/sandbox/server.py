"""The sandbox on a port of its own, for clients in any language."""

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.control.overview import CONTROL, credentials_of
from gateway.sandbox.traffic.faults import Hangup

_HANG_UP = "sandbox.hang_up"
_GRACE = 1
"""Seconds that open calls have to end after a signal to stop."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

Say = Callable[[str], Any]


class HangingUpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which tells the application how to close the connection."""

    def on_message_begin(self) -> None:
        """Begin a request's scope."""
        super().on_message_begin()
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"] = {_HANG_UP: self.transport.close}


class Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready, and at a signal ends without raising it."""

    def __init__(self, config: uvicorn.Config, say_ready: Callable[[], Any]) -> None:
        super().__init__(config)
        self._say_ready = say_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._say_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGINT and SIGTERM stop the server while the block runs."""
        if threading.current_thread() is not threading.main_thread():
            # Signals are the main thread's; whoever serves from another one ends the task itself.
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in _SIGNALS}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


class HangingUp:
    """Closes the connection when the sandbox hangs up; bytes already sent still go out."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        try:
            await self._sandbox(scope, receive, send)
        except Hangup:
            scope["extensions"][_HANG_UP]()
            # Until the server has noticed, it would complain that there is no answer.
            while (await receive())["type"] != "http.disconnect":
                pass


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 9000,
    options: SandboxOptions,
    say: Say = _print,
) -> None:
    """Serve until SIGINT or SIGTERM; port 0 takes a free one, which the greeting names.

    Raises:
        OSError: The port is taken.

    """
    listener = _listen(host, port)
    sandbox = create_sandbox(options)
    config = uvicorn.Config(
        HangingUp(sandbox),
        http=HangingUpProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    text = greeting(_address(listener), options)
    try:
        await Server(config, lambda: say(text)).serve(sockets=[listener])
    finally:
        await sandbox.aclose()
        listener.close()


def run(*, host: str = "127.0.0.1", port: int = 9000, options: SandboxOptions) -> None:
    """Serve from a command line, until Ctrl-C or SIGTERM."""
    asyncio.run(serve(host=host, port=port, options=options))


def greeting(address: str, options: SandboxOptions) -> str:
    """Tell where the sandbox is, what opens it, and how it is controlled."""
    sown = f"seed {options.seed}, {options.contacts} contacts"
    # A file may have been sown by an earlier run, with another seed.
    site = f"site in {options.database}" if options.database else sown
    rate = f"{options.rate_limit} calls a minute" if options.rate_limit else "no rate limit"
    lines = [
        f"Sandbox at {address}: {site}, {rate}",
        "",
        *(f"  {name:<18} {value}" for name, value in credentials_of(options.place).items()),
        "",
        *(f"  {route:<34} {purpose}" for route, purpose in CONTROL.items()),
    ]
    return "\n".join(lines)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=1_024)
    # asyncio would leave it off for this socket, and every answer would wait 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
