"""Reading answers: the JSON object, Wix's request id, and how long to wait."""

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson


def read_object(response: httpx.Response) -> dict[str, Any]:
    """Read the body's JSON object; empty when the body is anything else (contract 6.1)."""
    return read_strictly(response) or {}


def read_strictly(response: httpx.Response) -> dict[str, Any] | None:
    """Read the body's JSON object; None when the body is anything else."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def request_id_of(response: httpx.Response) -> str | None:
    """Tell Wix's own id of the call (contract 1.2)."""
    request_id: str | None = response.headers.get("x-wix-request-id")
    return request_id


def retry_after_of(response: httpx.Response) -> float | None:
    """Tell the seconds of ``Retry-After`` (RFC 9110 section 10.2.3); None when absent or garbled.

    A date is counted from the answer's own ``Date``, so that our clock need not agree with Wix's.
    """
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        now = parsedate_to_datetime(response.headers.get("date", ""))
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError):
        return None
