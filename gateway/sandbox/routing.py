"""From method and path to the handler that answers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

from gateway.sandbox.request import Request
from gateway.sandbox.work import Work

Handler: TypeAlias = Callable[[Work, Request], Mapping[str, Any]]
"""Answers a request with the JSON object of a 200, or raises a ``Refusal``."""

_ALIAS = b"/_api"


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. ``writes`` decides whether its work is a transaction."""

    method: str
    template: str
    """Segments in braces are parameters: ``/contacts/v4/labels/{key}``."""
    handler: Handler
    writes: bool = False


class Router:
    """Finds routes; among those that fit, the one listed first wins."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes: dict[tuple[str, int], list[tuple[list[str], Route]]] = {}
        for route in routes:
            segments = route.template.split("/")
            self._routes.setdefault((route.method, len(segments)), []).append((segments, route))

    def find(self, method: str, path: bytes) -> tuple[Route, Mapping[str, str]] | None:
        """Find the route of a path as sent, still percent-encoded, and its parameters.

        Decoding comes after splitting, so that an encoded slash stays inside its segment.
        """
        segments = [_decoded(each) for each in path.removeprefix(_ALIAS).split(b"/")]
        for template, route in self._routes.get((method, len(segments)), ()):
            params = _fit(template, segments)
            if params is not None:
                return route, params
        return None


def _decoded(segment: bytes) -> str:
    return unquote_to_bytes(segment).decode("utf-8", "replace")


def _fit(template: list[str], segments: list[str]) -> Mapping[str, str] | None:
    params = {}
    for expected, segment in zip(template, segments, strict=True):
        if expected.startswith("{") and segment:
            params[expected[1:-1]] = segment
        elif expected != segment:
            return None
    return params
