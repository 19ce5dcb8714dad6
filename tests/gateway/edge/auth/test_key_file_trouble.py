"""A file of API keys that could not be read for a while: nobody is let in, until it can be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.edge.auth.api_keys import BadKey, new_key
from gateway.edge.auth.key_file import WatchedKeys, changing
from tests.support.clock import ManualClock

NOW = 1_800_000_000.0


@contextmanager
def no_more_files() -> Iterator[None]:
    """Leave the process no room to open a file, as a flood of connections does."""
    import resource  # noqa: PLC0415 - not there on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def key(file: Path) -> str:
    made, record = new_key(
        sites=None, scopes=frozenset({"labels:read"}), created_at=NOW, expires_at=None
    )
    with changing(file) as records:
        records.append(record)
    return made


def test_a_file_that_is_not_there_is_told_at_once(file: Path, clock: ManualClock) -> None:
    with capture_logs() as lines:
        watched = WatchedKeys(file, clock=clock, now=clock)
        with pytest.raises(BadKey):
            watched.caller("crmk_any")
    reason = "keys.json is not there: `crm-labels keys create` makes it."
    assert [(line["event"], line["reason"]) for line in lines] == [("no API key counts", reason)]


def test_keys_count_again_as_soon_as_their_file_can_be_read(
    file: Path, key: str, clock: ManualClock
) -> None:
    with no_more_files():
        watched = WatchedKeys(file, clock=clock, now=clock)
        with pytest.raises(BadKey):
            watched.caller(key)
    with pytest.raises(BadKey):
        watched.caller(key)
    clock.advance(1)
    assert watched.caller(key).scopes == {"labels:read"}


def test_why_no_key_counts_is_said_once_for_as_long_as_it_is_so(
    file: Path, key: str, clock: ManualClock
) -> None:
    watched, good = WatchedKeys(file, clock=clock, now=clock), file.read_text()
    with capture_logs() as lines:
        for content in ("{", "{", "[", good, "{"):
            file.write_text(content)
            clock.advance(1)
            if content == good:
                assert watched.caller(key).scopes == {"labels:read"}
                continue
            with pytest.raises(BadKey):
                watched.caller(key)
    told = {
        "event": "no API key counts",
        "log_level": "error",
        "reason": "keys.json is no file of API keys.",
        "source": "gateway.auth",
    }
    assert lines == [told, told]
