"""One sandbox for several workers: a thread of the parent serves it, and ends with the parent."""

import asyncio
import socket
import threading
from functools import partial

from gateway.sandbox.access.credentials import API_KEY, SITE_ID
from gateway.sandbox.app import SandboxOptions
from gateway.sandbox.server import serve
from gateway.settings import Settings

_LOOPBACK = "127.0.0.1"
_START_SECONDS = 30.0


def start_sandbox(settings: Settings) -> dict[str, str]:
    """Start a sandbox on a free loopback port, and tell the settings that lead workers to it.

    Raises:
        OSError: It did not start.
    """
    options = SandboxOptions(
        seed=settings.sandbox_seed,
        contacts=settings.sandbox_contacts,
        rate_limit=settings.wix_calls_per_minute,
    )
    port = _free_port()
    listening = threading.Event()
    work = partial(_serve, port, options, listening)
    threading.Thread(target=work, name="sandbox", daemon=True).start()
    if not listening.wait(_START_SECONDS):
        raise OSError(0, "the sandbox did not start")
    return {
        "GATEWAY_WIX_BASE_URL": f"http://{_LOOPBACK}:{port}",
        "GATEWAY_WIX_API_KEY": API_KEY,
        "GATEWAY_WIX_SITE_ID": SITE_ID,
    }


def _serve(port: int, options: SandboxOptions, listening: threading.Event) -> None:
    """Serve; the sandbox greets when its port is open, which is what `listening` waits for."""

    def greeted(_greeting: str) -> None:
        listening.set()

    asyncio.run(serve(host=_LOOPBACK, port=port, options=options, say=greeted))


def _free_port() -> int:
    with socket.create_server((_LOOPBACK, 0)) as held:
        port: int = held.getsockname()[1]
        return port
