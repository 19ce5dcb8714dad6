"""Single JSON values: read without ever failing (contract 5)."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.wix.operands import timestamp
from gateway.wix.wire import day, flag, items_of, listed, moment, nested, text, whole

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)


@given(
    st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)),  # noqa: DTZ001 - UTC is added
    st.integers(0, 9),
    st.integers(0, 999_999_999),
)
def test_a_timestamp_may_have_0_to_9_fraction_digits(
    whole_second: datetime, digits: int, nanoseconds: int
) -> None:
    second = whole_second.replace(microsecond=0, tzinfo=UTC)
    fraction = f"{nanoseconds:09}"[:digits]
    written = second.strftime("%Y").zfill(4) + second.strftime("-%m-%dT%H:%M:%S")
    expected = second.replace(microsecond=int(fraction.ljust(6, "0")[:6]))
    assert moment(f"{written}{'.' if digits else ''}{fraction}Z") == expected


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_written_and_read_again_is_the_same(value: datetime) -> None:
    assert moment(timestamp(value)) == value


def test_a_timestamp_without_zone_is_utc_and_another_zone_is_kept() -> None:
    assert moment("2026-03-04T09:15:02") == datetime(2026, 3, 4, 9, 15, 2, tzinfo=UTC)
    assert moment("2026-03-04T09:15:02+02:00") == datetime(
        2026, 3, 4, 9, 15, 2, tzinfo=timezone(timedelta(hours=2))
    )


@pytest.mark.parametrize("value", [None, "", "soon", "2026-13-01T00:00:00Z", 1772616000, {}])
def test_what_is_no_timestamp_is_missing(value: object) -> None:
    assert moment(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1985-12-10", date(1985, 12, 10)), ("--12-10", None), ("", None), (None, None), (7, None)],
)
def test_a_day_is_read_or_missing(value: object, expected: date | None) -> None:
    assert day(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, 7),
        ("1000", 1000),
        (str(2**64 - 1), None),
        (str(2**63 - 1), 2**63 - 1),
        ("9" * 5_000, None),
        ("-7", None),
        ("\N{ARABIC-INDIC DIGIT SEVEN}", None),
        ("seven", None),
        (True, None),
        (7.5, None),
        (None, None),
    ],
)
def test_an_integer_may_come_as_text(value: object, expected: int | None) -> None:
    assert whole(value) == expected


@given(JSON)
def test_no_value_makes_a_reader_fail(value: Any) -> None:
    assert text(value) == (value if isinstance(value, str) else None)
    assert flag(value) is (value is True)
    assert listed(value) == (value if isinstance(value, list) else [])
    assert nested(value) == (value if isinstance(value, dict) else {})
    assert isinstance(items_of(value), list)
    assert moment(value) is None or isinstance(value, str)
    assert day(value) is None or isinstance(value, str)
    assert whole(value) is None or isinstance(value, int | str)
