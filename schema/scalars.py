"""Scalars whose form would otherwise be ambiguous."""

import re
from datetime import UTC, date, datetime
from typing import Any

import strawberry

_FRACTION = re.compile(r"\.(\d+)")
MICROSECONDS = 6


def write_datetime(value: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, to the millisecond or, where needed, microsecond."""
    moment = value.astimezone(UTC).replace(tzinfo=None)
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=precision) + "Z"


def read_datetime(text: Any) -> datetime:
    """Read an RFC 3339 moment; the offset is required, 0 to 9 fraction digits are taken.

    Raises:
        ValueError: Anything else.
    """
    if not isinstance(text, str):
        raise ValueError("a DateTime is text, e.g. 2026-03-04T09:15:02Z")  # noqa: TRY004 - GraphQL wants a ValueError
    try:
        moment = datetime.fromisoformat(_FRACTION.sub(_to_microseconds, text, count=1))
    except ValueError:
        raise ValueError(f"{text!r} is no RFC 3339 date and time") from None
    if moment.tzinfo is None or len(text) < len("2026-03-04T09:15Z"):
        raise ValueError(f"{text!r} lacks a time or an offset, e.g. 2026-03-04T09:15:02Z")
    return moment


def read_date(text: Any) -> date:
    """Read a calendar day, ``YYYY-MM-DD``.

    Raises:
        ValueError: Anything else.
    """
    if not isinstance(text, str) or len(text) != len("2026-03-04"):
        raise ValueError("a Date is text, YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar, YYYY-MM-DD") from None


def _to_microseconds(fraction: re.Match[str]) -> str:
    return "." + fraction.group(1)[:MICROSECONDS].ljust(MICROSECONDS, "0")


SCALARS: dict[object, Any] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment as RFC 3339 text; sent in UTC with a Z, taken with any offset.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339",
        serialize=write_datetime,
        parse_value=read_datetime,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day without a time zone, `YYYY-MM-DD`.",
        serialize=date.isoformat,
        parse_value=read_date,
    ),
    strawberry.scalars.JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value; an extended field holds text, a number or a day as text.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
"""Python types and how they look in the graph."""
