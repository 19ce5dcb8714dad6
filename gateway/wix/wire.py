"""Single JSON values, read without ever failing: what is not of its type counts as missing."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar

from gateway.errors import UpstreamUnavailable
from gateway.model.paging import Page

T = TypeVar("T")

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
"""Stands in for a missing object."""


def text(value: object) -> str | None:
    """Read text."""
    return value if isinstance(value, str) else None


def whole(value: object) -> int | None:
    """Read an integer; 64-bit quantities come as decimal text (contract 5)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:  # noqa: PLR2004 - the digits of 2 ** 64
        return int(value)
    return None


def flag(value: object) -> bool:
    """Read a boolean; false when missing."""
    return value is True


def nested(value: object) -> Mapping[str, Any]:
    """Read an object; empty when missing."""
    return value if isinstance(value, dict) else NOTHING


def listed(value: object) -> list[Any]:
    """Read a list; empty when missing."""
    return value if isinstance(value, list) else []


def items_of(value: object) -> list[Any]:
    """Read a wrapped list, ``{"items": […]}``; empty when missing or ``{}`` (contract 3.1)."""
    return listed(value.get("items")) if isinstance(value, dict) else []


def moment(value: object) -> datetime | None:
    """Read a timestamp of 0 to 9 fraction digits (contract 5); digits below 1 µs are cut."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)


def day(value: object) -> date | None:
    """Read a calendar day, ``YYYY-MM-DD``."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def needed(value: T | None, what: str) -> T:
    """Insist on a value without which the answer makes no sense.

    Raises:
        UpstreamUnavailable: It is missing; ``what`` completes "Wix answered without …".
    """
    if value is None:
        raise UpstreamUnavailable(f"Wix answered without {what}.", status=200, in_doubt=True)
    return value


def unwrapped(body: Mapping[str, Any], wrapper: str) -> Mapping[str, Any]:
    """Open an answer's wrapper; some documented examples have none (contract 9, row 4)."""
    inner = body.get(wrapper)
    return inner if isinstance(inner, dict) else body


def read_page(
    body: Mapping[str, Any],
    name: str,
    read: Callable[[Mapping[str, Any]], T],
    *,
    offset: int,
) -> Page[T]:
    """Read one page of entities.

    The counts stand in ``pagingMetadata`` or in ``metadata`` (contract 9, row 3), and the total
    is None when Wix could not count.

    Raises:
        UpstreamUnavailable: The answer holds neither rows nor counts, so it is no page.
    """
    counts = body.get("pagingMetadata") or body.get("metadata")
    rows = body.get(name)
    if not isinstance(rows, list) and not isinstance(counts, dict):
        raise UpstreamUnavailable(f"Wix answered without {name}.", status=200)
    found = nested(counts)
    uncounted = flag(found.get("tooManyToCount")) or flag(found.get("too_many_to_count"))
    start = whole(found.get("offset"))
    return Page(
        items=tuple(read(row) for row in listed(rows) if isinstance(row, dict)),
        offset=offset if start is None else start,
        total=None if uncounted else whole(found.get("total")),
    )
