"""``crm-labels jobs watch``."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gateway.cli.jobs import Unwatchable, line, states
from tests.support.servers import ROOT, running_gateway

URL = "http://gateway.test/graphql"
RUNNING = {"type": "DELETE", "status": "RUNNING", "total": 10, "succeeded": 4, "failed": 1}
COMPLETED = {**RUNNING, "status": "COMPLETED", "succeeded": 9}


def stream(*results: dict[str, Any]) -> httpx.Response:
    events = (f"event: next\ndata: {json.dumps(result)}\n\n" for result in results)
    return httpx.Response(200, text=":\n\n" + "".join(events) + "event: complete\ndata: \n\n")


def job(state: dict[str, Any] | None) -> dict[str, Any]:
    return {"data": {"bulkJob": state}}


def error(code: str) -> dict[str, Any]:
    return {"errors": [{"message": "the reason", "extensions": {"code": code}}]}


def follow(*answers: httpx.Response | Exception) -> Iterator[dict[str, Any]]:
    """Follow a job of a gateway that answers so, and pauses for no time."""
    waiting = list(answers)

    def answer(_request: httpx.Request) -> httpx.Response:
        following = waiting.pop(0) if waiting else httpx.ConnectError("nobody is there")
        if isinstance(following, Exception):
            raise following
        return following

    client = httpx.Client(transport=httpx.MockTransport(answer))
    return states(client, URL, "the-job", sleep=lambda _: None)


def test_states_are_told_until_the_job_has_ended() -> None:
    assert list(follow(stream(job(RUNNING), job(COMPLETED)))) == [RUNNING, COMPLETED]


@pytest.mark.parametrize(
    "lost", [httpx.ConnectError("lost"), stream(), stream(error("LISTENING_INTERRUPTED"))]
)
def test_it_connects_again_where_the_gateway_was_lost(lost: httpx.Response | Exception) -> None:
    told = list(follow(stream(job(RUNNING)), lost, stream(job(COMPLETED))))
    assert told == [RUNNING, COMPLETED]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (stream(job(None)), "There is no job the-job."),
        (stream(error("FORBIDDEN")), "the reason"),
        (httpx.Response(401, json=error("UNAUTHENTICATED")), "The gateway answers 401: the reason"),
        (httpx.Response(502, text="<html>"), "The gateway answers 502: no GraphQL"),
        (httpx.ConnectError("nobody"), f"The gateway at {URL} does not answer."),
    ],
)
def test_what_cannot_be_followed_is_said(answer: httpx.Response | Exception, reason: str) -> None:
    with pytest.raises(Unwatchable) as refused:
        list(follow(answer))
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        (
            RUNNING,
            "DELETE [###############...............]  50%  4 of 10, 1 left alone  RUNNING",
        ),
        (
            {**RUNNING, "status": "NEW", "total": None, "succeeded": None, "failed": None},
            "DELETE [..............................]   0%  0 of 0  NEW",
        ),
        (
            {**COMPLETED, "type": None, "total": 0, "succeeded": 0, "failed": 0},
            "JOB [##############################] 100%  0 of 0  COMPLETED",
        ),
    ],
)
def test_progress_is_drawn_as_a_bar(state: dict[str, Any], drawn: str) -> None:
    assert line(state) == drawn


def test_a_job_of_a_gateway_that_is_running_is_followed_to_its_end() -> None:
    start = (
        'mutation { bulkLabelContacts(input: { search: "a", addLabelKeys: ["custom.vip-customer"]'
        " }) { job { id } } }"
    )
    with running_gateway(settings={"GATEWAY_SANDBOX_CONTACTS": "20"}) as server:
        url = f"{server.origin}/graphql"
        answer = httpx.post(url, json={"query": start}, trust_env=False).json()
        job_id = answer["data"]["bulkLabelContacts"]["job"]["id"]
        watched = subprocess.run(
            [sys.executable, "-m", "gateway", "jobs", "watch", job_id, "--url", url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (watched.returncode, watched.stderr) == (0, "")
    assert watched.stdout.splitlines()[-1].endswith("COMPLETED")
