"""Runs the npm programs of tests/clients, and tells why they cannot run where Node is absent."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import orjson
import pytest

CLIENTS = Path(__file__).parents[1] / "clients"


def run_node(script: str, *arguments: str, seconds: float = 100.0) -> list[dict[str, Any]]:
    """Run a script of tests/clients and return the lines of JSON that it prints.

    Without Node the test that asks is skipped; in CI it fails.

    Raises:
        RuntimeError: the script ended badly; the message is what it wrote to stderr.
        subprocess.TimeoutExpired: it took longer than `seconds`.

    """
    ready()
    node = subprocess.run(
        ["node", script, *arguments],
        cwd=CLIENTS,
        capture_output=True,
        check=False,
        timeout=seconds,
    )
    if node.returncode != 0:
        raise RuntimeError(f"{script} ended with {node.returncode}: {node.stderr.decode()}")
    return [orjson.loads(line) for line in node.stdout.splitlines()]


def ready(package: str = "") -> None:
    """Return if the npm programs of a folder in tests/clients can run; else end the test."""
    if reason := missing(CLIENTS / package):
        give_up(reason, os.environ)


def missing(clients: Path) -> str | None:
    """Say what keeps npm programs in the folder `clients` from running, or None."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (clients / "node_modules").is_dir():
        return f"{clients.name}/node_modules is absent; `npm ci` there makes it"
    return None


def give_up(reason: str, environment: Mapping[str, str]) -> NoReturn:
    """End the running test: skipped on somebody's machine, failed in CI, where nothing is skipped.

    Raises:
        pytest.skip.Exception: outside CI.
        pytest.fail.Exception: in CI, that is with ``CI=true``.

    """
    if environment.get("CI") == "true":
        pytest.fail(f"CI must run this test: {reason}")
    pytest.skip(reason)
