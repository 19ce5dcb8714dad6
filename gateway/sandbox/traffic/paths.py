"""The names of routes, under which calls are counted and faults are ordered."""

from collections.abc import Iterator

from starlette.types import Scope

from gateway.sandbox.routes import ROUTES as CRM_ROUTES
from gateway.sandbox.routing import Router

UNKNOWN = "(unknown)"
"""The path under which calls of no route are counted."""

OAUTH_ROUTES = ("POST /oauth2/token", "POST /oauth2/token-info", "POST /oauth/access")
ROUTES = (*(f"{route.method} {route.template}" for route in CRM_ROUTES), *OAUTH_ROUTES)
"""Every route as ``METHOD template``, e.g. ``GET /contacts/v4/labels/{key}``."""

_ALIAS = "/_api"
_ROUTER = Router(CRM_ROUTES)


def route_of(scope: Scope) -> str:
    """Name the route that a call takes.

    Both prefixes of the CRM routes count as one. Calls of no route share the name
    ``GET (unknown)``, so that strange paths cannot fill the counters.
    """
    method, path = scope["method"], scope["path"]
    if f"{method} {path}" in OAUTH_ROUTES:
        return f"{method} {path}"
    raw_path = scope.get("raw_path") or path.encode()
    found = _ROUTER.find(method, raw_path)
    return f"{method} {found[0].template}" if found else f"{method} {UNKNOWN}"


def same_route(pattern: str, route: str) -> bool:
    """Tell whether a pattern names a route, however its parameters are called.

    The pattern may leave the method out or write ``*`` for it. ``*`` alone names every route but
    those of tokens: whoever orders one fault for the next call means a call, not its preparation.
    """
    if pattern == "*":
        return route not in OAUTH_ROUTES
    method, _, path = pattern.rpartition(" ")
    of_method, _, of_path = route.partition(" ")
    return method in ("", "*", of_method) and _shape(path) == _shape(of_path)


def _shape(path: str) -> tuple[str, ...]:
    return tuple(_anonymous(path.removeprefix(_ALIAS)))


def _anonymous(path: str) -> Iterator[str]:
    return ("{}" if segment.startswith("{") else segment for segment in path.split("/"))
