"""Starts our programs as a user does, on free loopback ports, and ends them by their process id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

import httpx

from tests.support.listening import LISTENER

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Server:
    """A program of ours that answers at `origin`, such as ``http://127.0.0.1:49152``."""

    origin: str
    process: subprocess.Popen[bytes]
    output: IO[bytes]

    @classmethod
    def start(cls, *arguments: str, port: int, settings: Mapping[str, str]) -> Self:
        """Start ``crm-labels`` with `arguments` on `port`, with no settings but those given."""
        output = TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", *arguments, "--port", str(port)],
            cwd=ROOT,
            env=_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(origin=f"http://127.0.0.1:{port}", process=process, output=output)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.origin.rpartition(":")[2])

    def said(self) -> str:
        """Everything the program has printed so far."""
        # Read without moving the offset, which the program shares and writes at.
        written = self.output.fileno()
        return os.pread(written, os.fstat(written).st_size, 0).decode(errors="replace")

    def wait_for(self, path: str) -> None:
        """Return once `path` answers 200.

        Raises:
            RuntimeError: the program has ended, or half a minute has gone by.

        """
        end = time.monotonic() + START_SECONDS
        while not _answers(self.origin + path):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no answer from {self.process.args!r}:\n{self.said()}")
            time.sleep(POLL_SECONDS)

    def line_with(self, text: str) -> str:
        """Return the printed line that holds `text`, once it is whole.

        Raises:
            RuntimeError: half a minute has gone by without one.

        """
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            for line in self.said().splitlines(keepends=True):
                if text in line and line.endswith("\n"):
                    return line
            time.sleep(POLL_SECONDS)
        raise RuntimeError(f"no line with {text!r}:\n{self.said()}")

    def stop(self) -> None:
        """Interrupt the program as Ctrl-C does; end it and its workers for good if it lingers."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(STOP_SECONDS)
        command = str(self.process.args)
        # What opens a sandbox is in its manual, and in what it says when it starts.
        LISTENER.search(self.said(), command, published="'sandbox'" in command)
        self.output.close()


@contextmanager
def running(
    *arguments: str, ready: str, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run ``crm-labels`` with `arguments` from the moment `ready`, a path, answers 200."""
    server = Server.start(*arguments, port=free_port(), settings=settings or {})
    try:
        server.wait_for(ready)
        yield server
    finally:
        server.stop()


@contextmanager
def running_gateway(*arguments: str, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run ``crm-labels serve``; without settings its Wix is the sandbox inside it."""
    with running("serve", *arguments, ready="/healthz", settings=settings) as server:
        yield server


@contextmanager
def running_sandbox(*arguments: str) -> Iterator[Server]:
    """Run ``crm-labels sandbox``, a Wix on this machine."""
    with running("sandbox", *arguments, ready="/_sandbox") as server:
        yield server


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5.0, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment, without its gateway settings, with the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **settings}
