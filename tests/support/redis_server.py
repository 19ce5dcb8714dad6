"""Runs a real redis-server that tests may kill, freeze and empty, and ends it by its process id."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.node import give_up

_SECONDS = 10.0
_POLL_SECONDS = 0.01


@dataclass
class RedisServer:
    """A server that keeps nothing on disk, behind a socket in a folder of its own."""

    folder: Path
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The server's address for ``GATEWAY_REDIS_URL``; the same after a restart."""
        return f"unix://{self._socket}"

    @property
    def _socket(self) -> Path:
        return self.folder / "redis.sock"

    def start(self) -> None:
        """Start it, empty, and return once it answers."""
        self._process = subprocess.Popen(
            [
                "redis-server",
                *("--port", "0", "--unixsocket", str(self._socket)),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + _SECONDS
        while not self._answers():
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError("redis-server does not start")
            time.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_SECONDS)
            self._process = None
            self._socket.unlink(missing_ok=True)

    def pause(self) -> None:
        """Freeze it: it takes connections and bytes, and answers nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on; it answers what has gathered."""
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empty it."""
        if (answer := self.ask("FLUSHALL")) != b"+OK\r\n":
            raise RuntimeError(f"redis-server answers {answer!r}")

    def ask(self, *command: str | bytes) -> bytes:
        """Run one command, and return the raw answer (RESP), as far as it comes in one piece."""
        words = [word.encode() if isinstance(word, str) else word for word in command]
        request = b"*%d\r\n" % len(words) + b"".join(
            b"$%d\r\n%b\r\n" % (len(word), word) for word in words
        )
        with closing(socket.socket(socket.AF_UNIX)) as asking:
            asking.settimeout(_SECONDS)
            asking.connect(str(self._socket))
            asking.sendall(request)
            return asking.recv(65_536)

    def names(self, pattern: str = "crm-labels:*") -> list[bytes]:
        """List the keys of that pattern; by itself, all of the gateways'."""
        return self.listed("KEYS", pattern)

    def listed(self, *command: str | bytes) -> list[bytes]:
        """Run one command that answers a list of texts."""
        return self.ask(*command).split(b"\r\n")[2::2]

    def _answers(self) -> bool:
        try:
            return self.ask("PING") == b"+PONG\r\n"
        except OSError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """Run a server of the test's own.

    Where none is installed the test that asks is skipped; in CI it fails.
    """
    if shutil.which("redis-server") is None:
        give_up("redis-server is not installed", os.environ)
    with TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.kill()
