"""Scalars whose form would otherwise be ambiguous."""

import re
from datetime import UTC, date, datetime
from typing import Any

import strawberry

_RFC_3339 = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d:\d\d)"
    r"(?:\.(?P<fraction>\d{1,9}))?(?P<offset>[Zz]|[+-]\d\d:\d\d)",
    re.ASCII,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def write_datetime(value: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, to the millisecond or, where needed, microsecond."""
    moment = value.astimezone(UTC).replace(tzinfo=None)
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=precision) + "Z"


def read_datetime(text: Any) -> datetime:
    """Read an RFC 3339 moment into UTC, so that equal moments are equal however written.

    The offset is required; of 0 to 9 fraction digits the first six count.

    Raises:
        ValueError: Anything else, or a moment outside of the years 1 to 9999.
    """
    match = _RFC_3339.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("a DateTime is RFC 3339 text with an offset, e.g. 2026-03-04T09:15:02Z")
    day, time, fraction, offset = match.group("day", "time", "fraction", "offset")
    microseconds = (fraction or "0").ljust(6, "0")[:6]
    try:
        moment = datetime.fromisoformat(f"{day}T{time}.{microseconds}{offset.upper()}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("this is no moment of the calendar") from None


def read_date(text: Any) -> date:
    """Read a calendar day, ``YYYY-MM-DD``.

    Raises:
        ValueError: Anything else.
    """
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("a Date is text, YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("this is no day of the calendar, YYYY-MM-DD") from None


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
