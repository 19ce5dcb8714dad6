"""Wix's official SDK drives the sandbox, by API key and as an app."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.support.node import CLIENTS, run_node
from tests.support.servers import running_sandbox

STRATEGIES = ("app", "key")
CHECK = re.compile(r'^check\("(.+?)", async', re.MULTILINE)
CHECKS = sorted(
    name
    for script in (CLIENTS / "sdk").glob("*.mjs")
    for name in CHECK.findall(script.read_text(encoding="utf-8"))
)

Lines = list[dict[str, Any]]


@pytest.fixture(scope="session")
def lines_of() -> Callable[[str], Lines]:
    """Tell what ``sdk/run.mjs`` printed for a strategy; it runs once for all tests that ask."""

    @cache
    def run(strategy: str) -> Lines:
        with running_sandbox("--contacts", "40", "--rate-limit", "0") as sandbox:
            return run_node("sdk/run.mjs", sandbox.origin, strategy)

    return run


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_sdk_accepts_the_sandbox(
    strategy: str, check: str, lines_of: Callable[[str], Lines]
) -> None:
    errors = {line["check"]: line["error"] for line in lines_of(strategy) if "check" in line}
    assert errors[check] is None, errors[check]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_check_in_the_files_is_run(strategy: str, lines_of: Callable[[str], Lines]) -> None:
    assert sorted(line["check"] for line in lines_of(strategy) if "check" in line) == CHECKS


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_method_and_event_of_the_sdk_is_used(
    strategy: str, lines_of: Callable[[str], Lines]
) -> None:
    *_, summary = lines_of(strategy)
    assert summary["used"] == summary["exist"]
