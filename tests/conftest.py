"""Nothing personal and nothing secret is in what the whole run of the tests writes.

Each test's gateways log through the gateway's own formatters, down to debug, in `LISTENER`; what
programs print, and what answers say beside their data, comes there as well. Whatever is found in
it fails the test; there are no exceptions but two, where secrets are printed on purpose: what a
sandbox says of its own credentials, and what ``crm-labels keys create`` is there to print.
"""

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from gateway.telemetry import logs
from tests.support.listening import LISTENER

pytest_plugins = ["pytester"]

_SCENARIOS = Path(__file__).with_name("scenarios")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage rest where it would double minutes: it is the unit tests' to show."""
    if _SCENARIOS in item.path.parents or item.get_closest_marker("untraced"):
        with _untraced():
            return (yield)
    return (yield)


@contextmanager
def _untraced() -> Iterator[None]:
    """Trace neither this thread nor the programs that it starts."""
    tracer, told = sys.gettrace(), os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
        if told is not None:
            os.environ["COVERAGE_PROCESS_CONFIG"] = told


@pytest.fixture(scope="session", autouse=True)
def _nothing_leaks_in_the_end() -> Iterator[None]:
    """Programs that several tests share end after the last of them."""
    yield
    assert LISTENER.take() == []


@pytest.fixture(autouse=True)
def _nothing_leaks() -> Iterator[None]:
    assert LISTENER.take() == [], "what ran before this test has told it"
    # Cached loggers would not notice that a test listens to them for itself.
    logs.configure(level="debug", form="json", stream=LISTENER)
    structlog.configure(cache_logger_on_first_use=False)
    yield
    assert LISTENER.take() == []
