"""DateTime, Date and JSON: what is written, what is taken, what is refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.scalars import read_date, read_datetime, write_datetime

MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(MOMENTS)
def test_a_moment_is_read_back_as_it_was_written(moment: datetime) -> None:
    assert read_datetime(write_datetime(moment)) == moment


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 4, 9, 15, 2, tzinfo=UTC), "2026-03-04T09:15:02.000Z"),
        (datetime(2026, 3, 4, 9, 15, 2, 311_000, UTC), "2026-03-04T09:15:02.311Z"),
        (datetime(2026, 3, 4, 9, 15, 2, 311_001, UTC), "2026-03-04T09:15:02.311001Z"),
        (
            datetime(2026, 3, 4, 1, 0, tzinfo=timezone(timedelta(hours=2))),
            "2026-03-03T23:00:00.000Z",
        ),
    ],
)
def test_a_moment_is_written_in_utc(moment: datetime, written: str) -> None:
    assert write_datetime(moment) == written


@pytest.mark.parametrize("digits", range(10))
def test_zero_to_nine_fraction_digits_are_taken_and_six_count(digits: int) -> None:
    fraction = "123456789"[:digits]
    text = f"2026-03-04T09:15:02.{fraction}Z" if digits else "2026-03-04T09:15:02Z"
    microseconds = int(fraction[:6].ljust(6, "0"))
    assert read_datetime(text) == datetime(2026, 3, 4, 9, 15, 2, microseconds, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04T09:15:02Z",
        "2026-03-04t09:15:02z",
        "2026-03-04 09:15:02Z",
        "2026-03-04T09:15:02+00:00",
        "2026-03-04T11:15:02+02:00",
        "2026-03-03T23:45:02-09:30",
    ],
)
def test_equal_moments_are_equal_however_they_are_written(text: str) -> None:
    assert repr(read_datetime(text)) == repr(datetime(2026, 3, 4, 9, 15, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-04T09:15:02",
        "2026-03-04",
        "2026-03-04T09:15Z",
        "2026-03-04T09:15:02.Z",
        "2026-03-04T09:15:02.1234567890Z",
        "2026-03-04T09:15:02." + "1" * 10_000 + "Z",
        "2026-03-04T09:15:02Z\n",
        "2026-02-30T09:15:02Z",
        "2026-03-04T25:15:02Z",
        "2026-03-04T09:15:60Z",
        "2026-03-04T09:15:02+24:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "20260304T091502Z",
        "2026-W10-3T09:15:02Z",
        "٢٠٢٦-03-04T09:15:02Z",
        "now",
        "",
        1_772_615_702,
        None,
        ["2026-03-04T09:15:02Z"],
    ],
)
def test_anything_but_a_moment_with_its_offset_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"DateTime is RFC 3339|no moment of the calendar"):
        read_datetime(value)


def test_a_day_is_taken() -> None:
    assert read_date("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-29",
        "2026-3-4",
        "20260304",
        "2026-W10-3",
        "2026-03-04T00:00:00Z",
        "",
        20260304,
        None,
    ],
)
def test_anything_but_a_day_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        read_date(value)
