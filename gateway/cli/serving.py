"""``crm-labels serve``: one process or several, over Wix or over one sandbox."""

import os
import socket
from collections.abc import Callable

import uvicorn
from uvicorn.supervisors import Multiprocess

from gateway.cache.periods import NOTHING_KEPT
from gateway.cli.banner import banner
from gateway.cli.shared_sandbox import start_sandbox
from gateway.edge.live.protocols import HandingOverWebSocket
from gateway.edge.patient_protocol import PatientProtocol
from gateway.exposure import LISTENS_ON, refuse_exposure
from gateway.settings import Settings, SettingsError, load

Say = Callable[[str], object]

_BACKLOG = 2_048
_GRACE_SECONDS = 10
"""How long requests under way may take once the server is told to stop."""


def serve_environment(*, host: str, port: int, workers: int, say: Say) -> None:
    """Serve until SIGINT or SIGTERM, with the settings of the environment.

    Raises:
        SettingsError: The settings cannot be used, or would let strangers in.
        OSError: The port is taken, or the address is none of this machine's.
    """
    settings = load()
    listener = _listen_for(settings, host, port)
    say(banner(settings, _address(listener), workers=workers))
    if workers > 1 and settings.in_sandbox:
        # Each worker would have a site of its own, and what one labels the next would not know.
        os.environ.update(start_sandbox(settings))
    if workers > 1:
        os.environ.update(_for_each(workers, settings))
    config = uvicorn.Config(
        "gateway.app:from_environment",
        factory=True,
        workers=workers,
        http=PatientProtocol,
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


def _for_each(workers: int, settings: Settings) -> dict[str, str]:
    """Tell the settings with which so many workers do no more together than one may."""
    if settings.redis_url is not None:
        return {"GATEWAY_REPLICAS": str(max(workers, settings.replicas))}
    # No worker knows of the others' calls, so that each has its share of what Wix allows; nor of
    # the others' writes: what one keeps, another may have changed.
    return {
        "GATEWAY_WIX_CALLS_SHARED_BY": str(settings.wix_calls_shared_by * workers),
        "GATEWAY_CACHE_PERIODS": os.environ.get("GATEWAY_CACHE_PERIODS", NOTHING_KEPT),
        "GATEWAY_CACHE_ON_ERROR_SECONDS": os.environ.get("GATEWAY_CACHE_ON_ERROR_SECONDS", "0"),
    }


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


def _listen_for(settings: Settings, host: str, port: int) -> socket.socket:
    """Listen where the settings allow it, and let the processes to come know where that is."""
    listener = _listen(host, port)
    address = listener.getsockname()[0]
    try:
        refuse_exposure(settings, address)
    except SettingsError:
        listener.close()
        raise
    os.environ[LISTENS_ON] = address
    return listener


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
