"""Structured logs: one JSON object a line, or colours on a terminal, never a secret."""

import logging
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from gateway.model.principal import API_KEY_PREFIX
from gateway.telemetry.tracebacks import told

LogFormat = Literal["auto", "json", "console"]
LogLevel = Literal["debug", "info", "warning", "error"]

_REDACTED = "[redacted]"
_SECRET_NAMES = ("authorization", "secret", "token", "api_key", "apikey", "password", "cookie")
_CREDENTIAL = re.compile(
    rf"{API_KEY_PREFIX}[A-Za-z0-9_-]+|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
)
"""An API key or a JSON Web Token (RFC 7519), wherever a caller put it: in a path, say."""
_SHORTEST_SECRET = 6  # anything shorter would blacken ordinary words


class Redaction:
    """Blackens what a log line must not hold: by the name it stands under, by value, by form."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)

    def __call__(self, _log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Redact one line, however deep its values nest."""
        return {name: self._named(name, value) for name, value in event.items()}

    def _named(self, name: str, value: Any) -> Any:
        return _REDACTED if value is not None and _means_secret(name) else self._value(value)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, _REDACTED)
            return _CREDENTIAL.sub(_REDACTED, value)
        if isinstance(value, dict):
            return {name: self._named(str(name), inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(inner) for inner in value]
        return value


@lru_cache(maxsize=1_024)
def _means_secret(name: str) -> bool:
    lowered = name.lower()
    return any(word in lowered for word in _SECRET_NAMES)


def configure(
    *,
    level: LogLevel = "info",
    form: LogFormat = "auto",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send structlog's and the standard library's logs to `stream` (default: standard error).

    It changes the whole process, so only a program's entry calls it. Our own lines do not pass
    through the standard library, which would take as long as the answer that they tell about.
    """
    stream = stream or sys.stderr
    console = form == "console" or (form == "auto" and stream.isatty())
    every_line = _every_line(Redaction(secrets), console=console)
    render: Processor = structlog.dev.ConsoleRenderer() if console else _render_json
    structlog.configure(
        processors=[*every_line, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign, *every_line],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    _take_over(handler, level.upper())


def _every_line(redaction: Redaction, *, console: bool) -> list[Processor]:
    """List what happens to every line, whichever library wrote it.

    Tracebacks become text before redaction, so that it sees them too.
    """
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if console else "iso", utc=not console),
        structlog.processors.ExceptionRenderer(told),
        redaction,
    ]


def _foreign(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Name a line's source, and drop the second copy of its message that uvicorn adds.

    Of a fault that nobody caught, asyncio writes the words below its first line.
    """
    event["source"] = event["_record"].name
    if event["_record"].exc_info:
        event["event"] = str(event["event"]).partition("\n")[0]
    event.pop("color_message", None)
    return event


def _render_json(_log: WrappedLogger, _method: str, event: EventDict) -> str:
    return orjson.dumps(event, default=repr).decode()


def _take_over(handler: logging.Handler, level: str) -> None:
    """Make `handler` the only one, for the server's own loggers as well."""
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.NOTSET)  # an earlier server may have left one of its own
        # The server logs requests if anybody would print it; our own line says more.
        logger.propagate = name != "uvicorn.access"
    for name in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
