"""The command line, started as a user starts it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import orjson
import pytest
from graphql import build_schema

from gateway.cli import app
from gateway.cli.banner import OPERATION
from tests.support.listening import OverheardRunner
from tests.support.servers import Server, running_gateway

COUNT = "{ labels { totalCount } }"
ADD = 'mutation { findOrCreateLabel(input: {displayName: "%s"}) { created } }'
WORKERS = "2"


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Server]:
    with running_gateway("--workers", WORKERS) as server:
        yield server


def ask(server: Server, query: str) -> dict[str, object]:
    """Ask on a connection of its own, so that any worker may answer."""
    answer = httpx.post(f"{server.origin}/graphql", json={"query": query}, trust_env=False)
    body: dict[str, object] = answer.json()
    assert "errors" not in body, body
    return body


def test_the_schema_is_printed() -> None:
    result = OverheardRunner().invoke(app, ["schema"])
    assert result.exit_code == 0
    assert build_schema(result.output, assume_valid_sdl=True).query_type is not None


def test_nothing_has_changed_since_the_committed_schema() -> None:
    result = OverheardRunner().invoke(app, ["schema", "--check", "schema/schema.graphql"])
    assert (result.exit_code, result.output) == (0, "")


def test_a_breaking_change_fails_a_check(tmp_path: Path) -> None:
    old = tmp_path / "old.graphql"
    old.write_text("type Query { labels: Int viewer: String gone: Int }")
    result = OverheardRunner().invoke(app, ["schema", "--check", str(old)])
    assert result.exit_code == 1
    assert "breaking  Field Query.gone was removed." in result.output.splitlines()


@pytest.mark.parametrize("text", [b"type Query {", b"query { viewer }", b"\xff\xfe", b""])
def test_what_is_no_schema_cannot_be_checked(tmp_path: Path, text: bytes) -> None:
    old = tmp_path / "old.graphql"
    old.write_bytes(text)
    result = OverheardRunner().invoke(app, ["schema", "--check", str(old)])
    assert result.exit_code == 2
    assert "Cannot read a schema" in result.output


@pytest.mark.parametrize("command", ["serve", "sandbox", "schema", "check"])
def test_every_command_explains_itself(command: str) -> None:
    result = OverheardRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert command in result.output


@pytest.mark.parametrize("command", ["serve", "sandbox"])
def test_a_port_that_is_taken_is_said_in_words(command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = OverheardRunner().invoke(app, [command, "--port", port])
    assert result.exit_code == 2
    assert f"Cannot listen on 127.0.0.1, port {port}: Address already in use.\n" in result.output


def test_settings_that_cannot_be_used_are_said_in_words() -> None:
    environment = {"GATEWAY_WIX_API_KEY": "key", "GATEWAY_WIX_SITE_ID": ""}
    result = OverheardRunner().invoke(app, ["serve"], env=environment)
    assert result.exit_code == 2
    assert result.output == "Missing beside GATEWAY_WIX_API_KEY: GATEWAY_WIX_SITE_ID.\n"


def test_the_banner_s_operation_has_an_answer(two_workers: Server) -> None:
    assert two_workers.origin in two_workers.said()
    assert "sandbox" in two_workers.said()
    pasted = "\n".join(line.removeprefix("    ") for line in two_workers.said().splitlines())
    assert OPERATION in pasted
    data = ask(two_workers, OPERATION)["data"]
    assert isinstance(data, dict)
    assert len(data["contacts"]["nodes"]) == 3


def test_all_workers_serve_one_site(two_workers: Server) -> None:
    counts = []
    for number in range(8):
        ask(two_workers, ADD % f"Label {number}")
        answers = [str(ask(two_workers, COUNT)["data"]) for _ in range(4)]
        assert len(set(answers)) == 1
        counts.append(answers[0])
    assert len(set(counts)) == 8


def test_workers_and_their_sandbox_end_with_their_parent() -> None:
    with running_gateway("--workers", WORKERS) as server:
        group = server.process.pid
        assert len(_members(group)) >= 3
    assert server.process.returncode == 0
    # Python's own tracker of shared resources ends a moment after the parent it watches.
    end = time.monotonic() + 10
    while _members(group) and time.monotonic() < end:
        time.sleep(0.05)
    assert _members(group) == []


def test_a_served_request_is_logged_with_its_id(two_workers: Server) -> None:
    headers = {"x-request-id": "find-me"}
    body = {"query": "{ viewer { siteId } }"}
    httpx.post(f"{two_workers.origin}/graphql", json=body, headers=headers, trust_env=False)
    line = orjson.loads(two_workers.line_with('"find-me"'))
    assert (line["event"], line["status"], line["upstream_calls"]) == ("request", 200, 0)


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "gateway", "--help"]
    output = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout
    assert b"crm-labels" in output


def _members(group: int) -> list[str]:
    """List the processes of a process group that still run, as Linux tells of them (proc(5))."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name before the last bracket may hold anything, brackets and spaces included.
            state, _parent, its_group = entry.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(f"{entry.parent.name} {state}")
    return found
