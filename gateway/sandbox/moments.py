"""Moments as Wix writes them: RFC 3339 text outside, whole microseconds inside (contract 5)."""

import re
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = 1000
_TEXT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<time>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))?(?P<zone>[Zz]|[+-]\d\d:\d\d)?)?",
    re.ASCII,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def from_text(text: str) -> int:
    """Read a timestamp, or a bare date as its midnight, into microseconds since 1970.

    Fractions of up to nine digits are taken and cut to six; no zone means UTC.

    Raises:
        ValueError: The text is no such moment.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"no timestamp: {text!r}")
    fraction = (match["fraction"] or "0").ljust(6, "0")[:6]
    zone = (match["zone"] or "Z").upper()
    moment = datetime.fromisoformat(
        f"{match['day']}T{match['time'] or '00:00:00'}.{fraction}{zone}"
    )
    return (moment - _EPOCH) // _MICROSECOND


def from_datetime(moment: datetime) -> int:
    """Turn a clock's reading into microseconds, cut to the millisecond that Wix keeps."""
    microseconds = (moment - _EPOCH) // _MICROSECOND
    return microseconds - microseconds % _MILLISECOND


def to_text(moment: int) -> str:
    """Write microseconds since 1970 as ``2026-03-04T09:15:02.311Z``."""
    written = (_EPOCH + timedelta(microseconds=moment)).isoformat(timespec="milliseconds")
    return written.replace("+00:00", "Z")


def from_seconds(seconds: float) -> int:
    """Turn a length of time into microseconds."""
    return round(seconds * 1_000_000)


def is_date(text: str) -> bool:
    """Tell whether the text is a day of the calendar, ``YYYY-MM-DD``."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
