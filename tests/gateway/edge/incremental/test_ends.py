"""How an answer in parts ends before its end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.edge.limits import Limits
from tests.support.deferring import DEFERRED, Asking
from tests.support.endpoint import Served, served
from tests.support.parts import CURRENT, DATED, errors_in, parts_of


@pytest.fixture
async def gateway() -> AsyncIterator[Served]:
    async with served() as gateway:
        yield gateway


async def test_nothing_goes_on_when_the_caller_hangs_up_midway(gateway: Served) -> None:
    asking = Asking(gateway, DEFERRED)
    await asking.next()
    await gateway.stage.started.wait()
    asking.line.hung_up.set()
    await asking.serving
    assert (gateway.stage.cancelled, gateway.stage.closed, len(gateway.executions)) == (1, 1, 0)
    assert len(asyncio.all_tasks()) == 1


async def test_nothing_goes_on_when_he_hangs_up_before_the_first_part(gateway: Served) -> None:
    asking = Asking(gateway, "{ first: slow ... @defer { second: slow } }")
    await gateway.stage.started.wait()
    asking.line.hung_up.set()
    await asking.serving
    assert (asking.line.sent, gateway.stage.cancelled) == ([], 2)
    assert len(asyncio.all_tasks()) == 1


BRIEF = Limits(seconds=0.02, grace_seconds=0.01)


@pytest.mark.parametrize("accept", [CURRENT, DATED])
async def test_when_the_time_is_over_the_rest_says_so(accept: str) -> None:
    async with served(BRIEF) as gateway:
        response = await gateway.post(DEFERRED, accept=accept)
        assert (gateway.stage.cancelled, len(gateway.executions)) == (1, 0)
    opening, last = parts_of(response.content)
    assert (opening["hasNext"], last["hasNext"]) == (True, False)
    (error,) = errors_in([last])
    assert error == {
        "message": "The request's time is up.",
        "extensions": {"code": "UPSTREAM_TIMEOUT", "requestId": "made-up"},
    }


async def test_when_the_time_is_over_before_the_first_part_there_are_none() -> None:
    async with served(BRIEF) as gateway:
        response = await gateway.post("{ slow ... @defer { hello } }", accept=CURRENT)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json()["errors"][0]["extensions"]["code"] == "UPSTREAM_TIMEOUT"


async def test_a_fault_before_the_first_part_is_masked(gateway: Served) -> None:
    gateway.stage.refuses = True
    response = await gateway.post(DEFERRED, accept=CURRENT)
    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
