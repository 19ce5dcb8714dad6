"""Which media type to answer in, by RFC 9110 section 12.5.1 and GraphQL-over-HTTP section 4."""

from collections.abc import Iterator
from functools import lru_cache

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"

ANSWERS = (JSON, GRAPHQL_RESPONSE, EVENT_STREAM)
"""JSON first: whoever says ``*/*`` or nothing is a client from before the specification."""
PAGES = (HTML, *ANSWERS)

_LONGEST_ACCEPT = 2_048
_Range = tuple[str, float, int]


@lru_cache(maxsize=256)
def choose(accept: str, offered: tuple[str, ...]) -> str | None:
    """Choose the offered media type that an Accept header wants most; None when it wants none.

    Higher quality first, then the type that is named rather than meant by a wildcard, then the
    one named earlier, then the one offered earlier.
    """
    ranges = list(_ranges(accept[:_LONGEST_ACCEPT])) or [("*/*", 1.0, 0)]
    best: tuple[float, int, int] | None = None
    chosen = None
    for media_type in offered:
        rank = _rank(media_type, ranges)
        if rank is not None and (best is None or rank > best):
            best, chosen = rank, media_type
    return chosen


def names(accept: str, media_type: str) -> bool:
    """Tell whether an Accept header wants a media type, and not by a wildcard."""
    ranges = _ranges(accept[:_LONGEST_ACCEPT])
    return any(name == media_type and quality > 0 for name, quality, _ in ranges)


def is_json(content_type: str) -> bool:
    """Tell whether a Content-Type header means JSON in UTF-8."""
    essence, *parameters = content_type.lower().split(";")
    if essence.strip() != JSON:
        return False
    pairs = (parameter.strip().partition("=") for parameter in parameters)
    return all(value.strip('" ') == "utf-8" for name, _, value in pairs if name == "charset")


def _rank(media_type: str, ranges: list[_Range]) -> tuple[float, int, int] | None:
    """Rank a type by its most specific range: (quality, specificity, -position)."""
    family = media_type.partition("/")[0] + "/*"
    for specificity, wanted in ((2, media_type), (1, family), (0, "*/*")):
        for name, quality, position in ranges:
            if name == wanted:
                return (quality, specificity, -position) if quality > 0 else None
    return None


def _ranges(accept: str) -> Iterator[_Range]:
    for position, item in enumerate(accept.lower().split(",")):
        name, *parameters = (part.strip() for part in item.split(";"))
        if name:
            yield name, _quality(parameters), position


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return max(0.0, min(1.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
