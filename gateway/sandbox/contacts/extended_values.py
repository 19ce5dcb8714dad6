"""Values of extended fields as their definitions take them (contract 4)."""

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from gateway.sandbox import moments
from gateway.sandbox.contacts.documents import Document, extended
from gateway.sandbox.definitions import rows as definitions
from gateway.sandbox.definitions.system_content import COMPUTED_FIELDS
from gateway.sandbox.refusals import application

_PROTOCOL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def settle(db: sqlite3.Connection, info: Mapping[str, Any]) -> Document:
    """Give back a request's info with its extended fields as they are to be stored.

    What the site computes by itself is dropped. ``null`` and empty text pass: they clear.

    Raises:
        Refusal: 400, a field being unknown or a value of another type than its field's.
    """
    if info.get("extendedFields") is None:
        return dict(info)
    wanted = extended(info).items()
    values = {key: _value(db, key, value) for key, value in wanted if key not in COMPUTED_FIELDS}
    return {**info, "extendedFields": {"items": values}}


def _value(db: sqlite3.Connection, key: str, value: Any) -> Any:
    row = definitions.read(db, "field", key)
    if row is None:
        raise _invalid(key, "there is no such field")
    if value in (None, ""):
        return None
    if row["data_type"] == "NUMBER":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _invalid(key, "must be a number")
        return value
    if not isinstance(value, str):
        raise _invalid(key, "must be text")
    if row["data_type"] == "DATE" and not moments.is_date(value):
        raise _invalid(key, "must be a date, YYYY-MM-DD")
    if row["data_type"] == "URL" and not _PROTOCOL.match(value):
        return f"https://{value}"
    return value


def _invalid(key: str, reason: str) -> Exception:
    message = f"Invalid extended field value: {key} {reason}"
    return application(400, "INVALID_EXTENDED_FIELD_VALUE", message, key=key)
