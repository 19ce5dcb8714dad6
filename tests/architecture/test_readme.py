"""Everything the README shows is run: its commands, its operations and their answers."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import httpx
import pytest

from gateway import settings
from tests.support.node import give_up
from tests.support.servers import (
    ROOT,
    Server,
    free_port,
    running,
    running_gateway,
    running_sandbox,
)

README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(kind, text) for kind, text in BLOCK.findall(README)]
SANDBOX = {
    "GATEWAY_WIX_API_KEY": "sandbox-key",
    "GATEWAY_WIX_SITE_ID": "11111111-1111-4111-8111-111111111111",
}


def commands() -> list[str]:
    """List the README's command lines, continued lines joined, comments cut."""
    text = "\n".join(block for kind, block in BLOCKS if kind == "console").replace("\\\n", " ")
    return [" ".join(line.split(" #")[0].split()) for line in text.splitlines() if line.strip()]


def operations() -> list[tuple[str, Any]]:
    """Pair each GraphQL block with the JSON block after it."""
    pairs = pairwise(BLOCKS)
    return [
        (document, json.loads(answer))
        for (kind, document), (after, answer) in pairs
        if kind == "graphql" and after == "json"
    ]


def test_the_first_lines_are_the_two_commands() -> None:
    assert commands()[:2] == ["make serve", "make test"]


def test_the_settings_table_is_what_the_settings_say() -> None:
    rows = [f"| `{row.name}` | {row.default} | {row.meaning} |" for row in settings.describe()]
    table = README.split("| setting | default | meaning |\n|---|---|---|\n")[1].split("\n\n")[0]
    assert table.splitlines() == rows


def test_every_operation_gets_the_answer_shown() -> None:
    shown = operations()
    assert len(shown) == len([kind for kind, _ in BLOCKS if kind == "graphql"])
    with running_gateway() as server:
        for document, answer in shown:
            response = httpx.post(f"{server.origin}/graphql", json={"query": document})
            # What it cost depends on what was asked before.
            assert {"data": response.json()["data"]} == answer


def test_the_linked_files_exist() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def run_make_serve(_command: str) -> None:
    port = free_port()
    with TemporaryFile() as output:
        process = subprocess.Popen(
            ["make", "serve", f"ARGS=--port {port}"],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            Server(f"http://127.0.0.1:{port}", process, output).wait_for("/healthz")
        finally:
            # make does not hand an interrupt on: its whole group is meant.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)


def run_make_test(_command: str) -> None:
    """Only rehearsed: this test is itself a part of it."""
    rehearsal = subprocess.run(
        ["make", "--dry-run", "test"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert "pytest" in rehearsal.stdout


def run_curl(command: str) -> None:
    if shutil.which("curl") is None:
        give_up("curl is not installed", os.environ)
    with running_gateway() as server:
        moved = command.replace("http://127.0.0.1:8000", server.origin)
        done = subprocess.run(shlex.split(moved), check=True, capture_output=True, text=True)
    assert len(json.loads(done.stdout)["data"]["labels"]["nodes"]) == 3


def run_serving(command: str) -> None:
    """Run `crm-labels serve` or `sandbox` as written, but for a free port."""
    arguments = shlex.split(re.sub(r"--port \d+", "", command))[1:]
    with running(*arguments, ready="/_sandbox" if "sandbox" in arguments else "/healthz"):
        pass


def run_check(command: str) -> None:
    with running_sandbox() as server:
        environment = os.environ | SANDBOX | {"GATEWAY_WIX_BASE_URL": server.origin}
        done = subprocess.run(
            ours(command), cwd=ROOT, env=environment, check=False, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stdout


def run_export(command: str) -> None:
    """A variable the README sets is a setting."""
    name = command.removeprefix("export ").split("=")[0]
    assert name in {row.name for row in settings.describe()}


def ours(command: str) -> list[str]:
    """Run our program from the environment that runs this test."""
    return [str(Path(sys.executable).parent / "crm-labels"), *shlex.split(command)[1:]]


def run_keys(command: str) -> None:
    """Make and list keys in a folder that goes away."""
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            ours(command), cwd=folder, check=False, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr


RUNNERS: dict[str, Callable[[str], None]] = {
    "make serve": run_make_serve,
    "make test": run_make_test,
    "curl ": run_curl,
    "export ": run_export,
    ".venv/bin/crm-labels check": run_check,
    ".venv/bin/crm-labels keys": run_keys,
    ".venv/bin/crm-labels serve": run_serving,
    ".venv/bin/crm-labels sandbox": run_serving,
}


@pytest.mark.parametrize("command", commands())
def test_every_command_runs(command: str) -> None:
    runner = next(runner for start, runner in RUNNERS.items() if command.startswith(start))
    runner(command)
