"""An operation ends by itself, with its caller, or with its time."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from gateway.edge.execution import Executions
from gateway.edge.limits import Limits
from tests.support.endpoint import Line, Served, scope_of, served

READ = orjson.dumps({"query": "{ slow }"})
WRITE = orjson.dumps({"query": "mutation { write }"})


@pytest.fixture
async def gateway() -> AsyncIterator[Served]:
    async with served(concurrent=5_000) as gateway:
        yield gateway


def request(gateway: Served, line: Line) -> asyncio.Task[None]:
    scope = scope_of(content_type="application/json")
    return asyncio.create_task(gateway.front(scope, line.receive, line.send))


async def test_a_query_ends_when_its_caller_hangs_up(gateway: Served) -> None:
    line = Line(READ)
    serving = request(gateway, line)
    await gateway.stage.started.wait()
    line.hung_up.set()
    await serving
    assert line.sent == []
    assert (gateway.stage.cancelled, len(gateway.executions)) == (1, 0)


async def test_a_mutation_runs_on_when_its_caller_hangs_up(gateway: Served) -> None:
    line = Line(WRITE)
    serving = request(gateway, line)
    await gateway.stage.started.wait()
    line.hung_up.set()
    await serving
    assert (line.sent, len(gateway.executions)) == ([], 1)
    gateway.stage.release.set()
    await gateway.executions.drain(5.0)
    assert (gateway.stage.written, gateway.stage.cancelled) == (1, 0)
    assert gateway.stage.closed == 1


async def test_a_query_ends_when_the_server_drops_the_request(gateway: Served) -> None:
    serving = request(gateway, Line(READ))
    await gateway.stage.started.wait()
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert (gateway.stage.cancelled, len(gateway.executions)) == (1, 0)


async def test_a_mutation_runs_on_when_the_server_drops_the_request(gateway: Served) -> None:
    serving = request(gateway, Line(WRITE))
    await gateway.stage.started.wait()
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    gateway.stage.release.set()
    await gateway.executions.drain(5.0)
    assert gateway.stage.written == 1


async def test_a_caller_who_hangs_up_with_half_a_body_is_not_answered(gateway: Served) -> None:
    line = Line(b"")
    await line.receive()
    line.hung_up.set()
    await request(gateway, line)
    assert line.sent == []


@pytest.mark.parametrize(
    ("query", "cancelled", "code"),
    [("{ slow }", 1, "UPSTREAM_TIMEOUT"), ("mutation { write }", 0, "OUTCOME_UNKNOWN")],
)
async def test_an_operation_that_outlives_its_deadline_is_answered_for(
    query: str, cancelled: int, code: str
) -> None:
    async with served(Limits(seconds=0.01, grace_seconds=0.0)) as gateway:
        answer = await gateway.post(query)
        assert answer.status_code == 200
        assert answer.json() == {
            "errors": [
                {
                    "message": "The request's time is up.",
                    "extensions": {"code": code, "requestId": "made-up"},
                }
            ],
            "data": None,
        }
        assert gateway.stage.cancelled == cancelled
        gateway.stage.release.set()
        await gateway.executions.drain(5.0)


async def test_draining_cancels_what_does_not_end(gateway: Served) -> None:
    line = Line(WRITE)
    serving = request(gateway, line)
    await gateway.stage.started.wait()
    line.hung_up.set()
    await serving
    await gateway.executions.drain(0.0)
    assert (gateway.stage.cancelled, gateway.stage.written) == (1, 0)
    assert len(gateway.executions) == 0


async def test_two_thousand_callers_who_hang_up_leave_nothing_behind(gateway: Served) -> None:
    before = asyncio.all_tasks()
    lines = [Line(READ) for _ in range(2_000)]
    requests = [request(gateway, line) for line in lines]
    await gateway.stage.started.wait()
    for line in lines:
        line.hung_up.set()
    await asyncio.gather(*requests)
    assert len(gateway.executions) == 0
    assert gateway.stage.closed == len(lines)
    assert asyncio.all_tasks() == before


async def test_what_is_given_up_before_it_began_waits_no_more(gateway: Served) -> None:
    line = Line(READ)
    line.hung_up.set()
    serving = request(gateway, line)
    for _ in range(100):
        await asyncio.sleep(0)
        if serving.done():
            break
    assert (gateway.executions.waiting, len(gateway.executions)) == (0, 0)


async def test_what_is_cancelled_before_it_began_is_closed() -> None:
    executions = Executions()
    begun: list[bool] = []

    async def operation() -> None:
        begun.append(True)

    running = asyncio.create_task(
        executions.run(operation(), receive=_silence, seconds=60.0, writes=False)
    )
    await asyncio.sleep(0)
    assert executions.waiting == 1
    for task in executions._running:
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.sleep(0)
    assert (begun, executions.waiting, executions.ended) == ([], 0, 1)


async def _silence() -> dict[str, str]:
    await asyncio.Event().wait()
    raise AssertionError
