"""``crm-labels keys``: made once, listed without their secret, revoked while the gateway runs."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from typer.testing import Result

from gateway.cli import app
from gateway.edge.auth.key_file import read_records
from tests.support.listening import OverheardRunner
from tests.support.servers import running_gateway

SITE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def run(file: Path, *arguments: str) -> Result:
    command, *rest = arguments
    return OverheardRunner().invoke(app, ["keys", command, "--file", str(file), *rest])


def create(file: Path, *more: str) -> Result:
    return run(file, "create", "--site", SITE, "--scope", "labels:read", *more)


def test_a_key_is_printed_alone_so_that_it_can_be_piped(file: Path) -> None:
    result = create(file, "--scope", "contacts:read", "--expires", "90d")
    (record,) = read_records(file)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"crmk_{record.id}_")
    assert result.stdout.count("\n") == 1
    assert (record.sites, record.scopes) == (
        frozenset({SITE}),
        frozenset({"labels:read", "contacts:read"}),
    )
    assert record.expires_at == record.created_at + 90 * 86_400


def test_the_list_tells_everything_but_the_key(file: Path) -> None:
    key = create(file, "--expires", "2099-01-31").stdout.strip()
    run(file, "create", "--site", "*", "--scope", "fields:read")
    first, second = read_records(file)
    lines = run(file, "list").stdout.splitlines()
    assert lines == [
        f"{first.id}  good   until 2099-01-31T00:00:00Z  {SITE}  labels:read",
        f"{second.id}  good   until never                 *  fields:read",
    ]
    assert key not in "".join(lines)


def test_a_key_without_an_end_is_remarked_on(file: Path) -> None:
    assert "It has no end" in create(file).stderr
    assert "It has no end" not in create(file, "--expires", "4w").stderr


def test_a_revoked_key_is_no_longer_kept(file: Path) -> None:
    create(file)
    create(file)
    first, second = read_records(file)
    result = run(file, "revoke", first.id)
    assert (result.exit_code, result.stdout) == (0, f"Revoked {first.id}.\n")
    assert read_records(file) == (second,)
    again = run(file, "revoke", first.id)
    assert (again.exit_code, again.stderr) == (2, f"There is no key {first.id} in {file}.\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--scope", "galaxy:rule"], "No scope is called galaxy:rule. There are contacts:bulk"),
        (["--expires", "soon"], "soon is neither a span such as 90d nor a time"),
        (["--expires", "0d"], "0d is neither a span such as 90d nor a time"),
        (["--expires", "2020-01-01"], "2020-01-01 is over already."),
        (["--expires", "2020-01-01T00:00:00+02:00"], "is over already."),
        (["--expires", "9999-12-31T23:59:59-12:00"], "is too far away: leave --expires out"),
        (["--site", "one,two"], "No site can be called 'one,two': give each id with a --site"),
        (["--site", ""], "No site can be called ''"),
    ],
)
def test_what_cannot_be_made_is_said_in_words(
    arguments: list[str], reason: str, file: Path
) -> None:
    result = create(file, *arguments)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert not file.exists()


@pytest.mark.parametrize("command", [["list"], ["revoke", "x"]])
def test_a_file_that_is_none_of_ours_is_left_alone(command: list[str], file: Path) -> None:
    file.write_text("[]")
    result = run(file, *command)
    assert (result.exit_code, result.stderr) == (2, "keys.json is no file of API keys.\n")
    assert file.read_text() == "[]"


def test_the_file_may_be_told_by_the_gateway_s_own_setting(file: Path) -> None:
    command = ["keys", "create", "--site", SITE, "--scope", "labels:read"]
    result = OverheardRunner().invoke(app, command, env={"GATEWAY_API_KEYS_FILE": str(file)})
    assert result.exit_code == 0
    assert len(read_records(file)) == 1


def test_a_key_made_and_revoked_while_the_gateway_runs_counts_in_between(file: Path) -> None:
    settings = {"GATEWAY_AUTH": "required", "GATEWAY_API_KEYS_FILE": str(file)}
    with running_gateway(settings=settings) as server, httpx.Client(trust_env=False) as client:

        def status(key: str) -> int:
            headers = {"authorization": f"Bearer {key}"}
            body = {"query": "{ labels(first: 1) { totalCount } }"}
            return client.post(f"{server.origin}/graphql", json=body, headers=headers).status_code

        key = create(file).stdout.strip()
        assert _within_two_seconds(200, lambda: status(key))
        run(file, "revoke", read_records(file)[0].id)
        assert _within_two_seconds(401, lambda: status(key))
        assert key not in server.said()


def _within_two_seconds(status: int, ask: Callable[[], int]) -> bool:
    """Wait for an answer; the file is looked at once a second."""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        if ask() == status:
            return True
        time.sleep(0.05)
    return False
