"""``crm-labels serve``: one process or several, over Wix or over one sandbox."""

import os
import socket
from collections.abc import Callable

import uvicorn
from uvicorn.supervisors import Multiprocess

from gateway.cache.periods import NOTHING_KEPT
from gateway.cli.banner import banner
from gateway.cli.shared_sandbox import start_sandbox
from gateway.edge.live.protocols import HandingOverHttp, HandingOverWebSocket
from gateway.settings import load

Say = Callable[[str], object]

_BACKLOG = 2_048
_GRACE_SECONDS = 10
"""How long requests under way may take once the server is told to stop."""


def serve_environment(*, host: str, port: int, workers: int, say: Say) -> None:
    """Serve until SIGINT or SIGTERM, with the settings of the environment.

    Raises:
        SettingsError: The settings cannot be used.
        OSError: The port is taken, or the address is none of this machine's.
    """
    settings = load()
    listener = _listen(host, port)
    say(banner(settings, _address(listener), workers=workers))
    if workers > 1 and settings.in_sandbox:
        # Each worker would have a site of its own, and what one labels the next would not know.
        os.environ.update(start_sandbox(settings))
    if workers > 1:
        # No worker knows of the others' calls, so that each has its share of what Wix allows.
        share = max(1, settings.wix_calls_per_minute // workers)
        os.environ["GATEWAY_WIX_CALLS_PER_MINUTE"] = str(share)
        # Nor of the others' writes: what one keeps, another may have changed.
        os.environ.setdefault("GATEWAY_CACHE_PERIODS", NOTHING_KEPT)
    config = uvicorn.Config(
        "gateway.app:from_environment",
        factory=True,
        workers=workers,
        http=HandingOverHttp,
        ws=HandingOverWebSocket,
        ws_max_size=settings.body_bytes,
        ws_per_message_deflate=False,  # it would cost more memory than all the rest of a connection
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    _run(config, listener)


def _run(config: uvicorn.Config, listener: socket.socket) -> None:
    try:
        if config.workers > 1:
            Multiprocess(config, sockets=[listener]).run()
        else:
            uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        # uvicorn repeats the signal after its clean stop; there is nothing left to do.
        return
    finally:
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    """Bind before anything is said, so that what is said is true."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    listener.set_inheritable(True)
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
