"""What is known about one HTTP exchange while it lasts; it rides in the ASGI scope."""

from collections.abc import Callable
from dataclasses import dataclass, field
from re import compile as regex

from starlette.types import Scope

from gateway.model.principal import API_KEY_PREFIX, Principal

_KEY = "crm_labels.exchange"
_SANE = regex(rf"(?!.*{API_KEY_PREFIX})[A-Za-z0-9._-]{{1,64}}\Z")
"""An API key would be of this form as well, and has no place in a log."""


@dataclass(slots=True)
class Exchange:
    """One request and what became of it."""

    request_id: str
    """1 to 64 of ``[A-Za-z0-9._-]``; in the answer's header, in each error and each log line."""
    principal: Principal | None = None
    """On whose behalf, and on which site; None until the request is admitted."""
    status: int | None = None
    """None until an answer has begun, and for a caller who hung up."""
    operation: str | None = None
    """The GraphQL operation's kind, and its name where it has one, e.g. ``query Labels``."""
    estimated: int | None = None
    """Upstream calls that the operation may take; None until there is an operation."""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    """What its answer tells about the caller's windows, whatever the answer is."""


def header(scope: Scope, name: bytes) -> str | None:
    """Read a request header by its lower-case name; repeated ones are joined (RFC 9110, 5.3)."""
    values = [value for key, value in scope["headers"] if key == name]
    if not values:
        return None
    return b", ".join(values).decode("latin-1")


def open_exchange(scope: Scope, new_id: Callable[[], str]) -> Exchange:
    """Begin an exchange, under the caller's ``X-Request-Id`` if that is sane, else a new id."""
    proposed = header(scope, b"x-request-id")
    sane = proposed is not None and _SANE.match(proposed)
    exchange = Exchange(proposed if proposed and sane else new_id())
    scope[_KEY] = exchange
    return exchange


def exchange_of(scope: Scope) -> Exchange:
    """Find the exchange that was opened for this request."""
    exchange: Exchange = scope[_KEY]
    return exchange


def principal_of(scope: Scope) -> Principal:
    """Tell on whose behalf a request is served; it must have been admitted."""
    principal = exchange_of(scope).principal
    if principal is None:
        raise ValueError("The request was not admitted.")
    return principal
