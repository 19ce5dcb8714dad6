"""Records of mutations: whole, bounded, and written whatever the log's level is."""

import io
from dataclasses import replace

import orjson
import pytest

from gateway.telemetry import audit
from gateway.telemetry.audit import Deed
from gateway.telemetry.logs import LogLevel, configure

DEED = Deed(
    subject="key:1f0c",
    credential="key",
    site="shop",
    operation="Rename",
    mutation="renameLabel",
    identities=("custom.vip",),
    outcome="refused",
    codes=("LABEL_NOT_FOUND",),
    request_id="r-1",
)


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_a_record_is_written_whatever_the_level_is(level: LogLevel, stream: io.StringIO) -> None:
    configure(level=level, form="json", stream=stream)
    audit.write(DEED)
    line = orjson.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "mutation",
        "level": "info",
        "source": "gateway.audit",
        "subject": "key:1f0c",
        "credential": "key",
        "site": "shop",
        "operation": "Rename",
        "mutation": "renameLabel",
        "identities": ["custom.vip"],
        "outcome": "refused",
        "codes": ["LABEL_NOT_FOUND"],
        "request_id": "r-1",
    }


@pytest.mark.parametrize(("count", "left_out"), [(100, None), (101, 1)])
def test_a_record_lists_a_hundred_identities(
    count: int, left_out: int | None, stream: io.StringIO
) -> None:
    configure(form="json", stream=stream)
    audit.write(replace(DEED, identities=tuple(f"custom.l{n}" for n in range(count))))
    line = orjson.loads(stream.getvalue())
    assert (len(line["identities"]), line.get("identities_left_out")) == (100, left_out)
