"""The sandbox on a port: cut connections, signals, a file that outlives it."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from threading import Thread

import httpx
import pytest

from gateway.sandbox.app import SandboxOptions
from gateway.sandbox.server import serve
from tests.support.sandboxes import APP, INSTANCE, KEY, LABELS

GREETING = re.compile(r"Sandbox at (http://\S+:[1-9]\d*): ")
ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from gateway.sandbox.app import SandboxOptions
from gateway.sandbox.server import run

run(host=sys.argv[1], port=0, options=SandboxOptions(contacts=3, database=sys.argv[2] or None))
"""


@contextmanager
def _server(
    host: str = "127.0.0.1", database: str = ""
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, host, database],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert process.stdout is not None
    try:
        greeting = process.stdout.readline()
        found = GREETING.match(greeting)
        assert found, greeting or process.communicate(timeout=10)[1]
        yield found[1], process
    finally:
        process.kill()
        process.communicate(timeout=10)


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with _server() as (origin, _):
        yield origin


@pytest.fixture
def client(origin: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=origin, headers=KEY, trust_env=False) as client:
        client.post("/_sandbox/reset")
        yield client


def test_it_answers_over_a_socket(client: httpx.Client) -> None:
    answer = client.get(LABELS)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert len(answer.json()["labels"]) == 26


def test_an_app_gets_a_token_and_uses_it(client: httpx.Client) -> None:
    asked = {**APP, "grant_type": "client_credentials", "instance_id": INSTANCE}
    token = client.post("/oauth2/token", json=asked).json()["access_token"]
    client.headers = httpx.Headers({"authorization": token})
    assert client.get(LABELS).status_code == 200


def test_a_drop_closes_the_connection_without_a_byte(client: httpx.Client) -> None:
    client.post("/_sandbox/faults", json={"kind": "drop", "count": 1})
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        client.get(LABELS)
    assert client.get(LABELS).status_code == 200


def test_half_a_body_is_cut_in_the_middle(client: httpx.Client) -> None:
    whole = client.get(LABELS)
    client.post("/_sandbox/faults", json={"kind": "half_body", "count": 1})
    received: list[bytes] = []
    with (
        client.stream("GET", LABELS) as answer,
        pytest.raises(httpx.RemoteProtocolError, match="without sending complete"),
    ):
        received.extend(answer.iter_raw())
    assert answer.headers["content-length"] == whole.headers["content-length"]
    assert b"".join(received) == whole.content[: len(whole.content) // 2]
    assert client.get(LABELS).status_code == 200


def test_a_dropped_write_with_a_body_leaves_the_server_well(client: httpx.Client) -> None:
    client.post("/_sandbox/faults", json={"kind": "drop", "when": "after", "count": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/contacts/v4/contacts", json={"info": {"name": {"first": "Ada"}}})
    found = client.post("/contacts/v4/contacts/query", json={}).json()
    assert found["pagingMetadata"]["total"] == 4


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_a_signal_with_nothing_to_complain_of(stop: signal.Signals) -> None:
    with _server() as (origin, process):
        with httpx.Client(base_url=origin, headers=KEY, trust_env=False) as client:
            for kind in ("drop", "half_body"):
                client.post("/_sandbox/faults", json={"kind": kind, "count": 1})
                with pytest.raises(httpx.RemoteProtocolError):
                    client.get(LABELS)
        process.send_signal(stop)
        _, complaints = process.communicate(timeout=5)
        assert (process.returncode, complaints) == (0, "")


def test_the_greeting_tells_credentials_and_control_routes() -> None:
    with _server() as (_, process):
        process.terminate()
        assert process.stdout is not None
        greeting = process.stdout.read()
    told = (*KEY.values(), *APP.values(), INSTANCE, "/_sandbox/faults", "/_sandbox/calls")
    assert [each for each in told if each not in greeting] == []


def test_a_file_database_is_served_again_after_a_restart(tmp_path: Path) -> None:
    database = str(tmp_path / "site.db")
    totals = []
    for _ in range(2):
        with (
            _server(database=database) as (origin, process),
            httpx.Client(base_url=origin, headers=KEY, trust_env=False) as client,
        ):
            client.post("/contacts/v4/contacts", json={"info": {"name": {"first": "Ada"}}})
            found = client.post("/contacts/v4/contacts/query", json={}).json()
            totals.append(found["pagingMetadata"]["total"])
            process.terminate()
            process.wait(5)
    assert totals == [4, 5]


def test_it_serves_from_a_thread_until_its_task_is_cancelled() -> None:
    greetings: Queue[str] = Queue()
    loop = asyncio.new_event_loop()
    options = SandboxOptions(contacts=0)
    task = loop.create_task(serve(port=0, options=options, say=greetings.put))

    def work() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = Thread(target=work)
    thread.start()
    greeted = GREETING.match(greetings.get(timeout=10))
    assert greeted
    status = httpx.get(greeted[1] + LABELS, headers=KEY, trust_env=False).status_code
    loop.call_soon_threadsafe(task.cancel)
    thread.join(10)
    loop.close()
    assert (status, thread.is_alive()) == (200, False)


def test_it_listens_on_version_six_too() -> None:
    with (
        _server("::1") as (origin, _),
        httpx.Client(base_url=origin, headers=KEY, trust_env=False) as client,
    ):
        assert client.get(LABELS).status_code == 200
