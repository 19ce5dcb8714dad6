"""Reading answers (contract 1.2 and 6.1, RFC 9110 section 10.2.3)."""

import httpx
import pytest

from gateway.wix.replies import read_object, read_strictly, request_id_of, retry_after_of


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("60", 60.0),
        (" 7 ", 7.0),
        ("-7", None),
        ("1.5", None),
        ("", None),
        ("soon", None),
        ("Wed, 04 Mar 2026 09:15:32 GMT", 30.0),
        ("Wed, 04 Mar 2026 09:14:00 GMT", 0.0),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(value: str, seconds: float | None) -> None:
    headers = {"retry-after": value, "date": "Wed, 04 Mar 2026 09:15:02 GMT"}
    assert retry_after_of(httpx.Response(429, headers=headers)) == seconds


@pytest.mark.parametrize("date", ["", "today", "Wed, 04 Mar 2026 09:15:02"])
def test_a_date_means_nothing_without_the_answers_own(date: str) -> None:
    headers = {"retry-after": "Wed, 04 Mar 2026 09:15:32 GMT", "date": date}
    assert retry_after_of(httpx.Response(429, headers=headers)) is None


def test_no_retry_after_is_none() -> None:
    assert retry_after_of(httpx.Response(429)) is None


@pytest.mark.parametrize("body", [b"", b"null", b"[1]", b'"x"', b'{"a":', b"\xff"])
def test_anything_but_an_object_is_no_object(body: bytes) -> None:
    response = httpx.Response(200, content=body)
    assert read_strictly(response) is None
    assert read_object(response) == {}


def test_an_object_is_read() -> None:
    response = httpx.Response(200, content=b'{"a":1}', headers={"x-wix-request-id": "r"})
    assert read_strictly(response) == read_object(response) == {"a": 1}
    assert request_id_of(response) == "r"
    assert request_id_of(httpx.Response(200)) is None
