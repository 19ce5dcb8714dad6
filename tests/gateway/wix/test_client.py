"""Deadlines, cancellation and closing: a call has a task of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway import ledger
from gateway.deadline import Deadline, within
from gateway.errors import UpstreamTimeout, UpstreamUnavailable
from gateway.ledger import Ledger, UpstreamCall
from gateway.model.changes import ContactInfo
from gateway.wix.api import Timeouts, Wix
from tests.support.upstream import KEY, Upstream, reply

ID = "8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11"
CONTACT = {"contact": {"id": ID, "revision": 1}}


class Gate:
    """An answer that comes when the test opens the gate; it tells what became of its request."""

    def __init__(self, body: Any = None) -> None:
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()
        self.ended = asyncio.Event()
        self.cancelled = False
        self._body = body

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        del request
        self.arrived.set()
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        finally:
            self.ended.set()
        return reply(self._body)


def create(wix: Wix) -> Awaitable[Any]:
    return wix.contacts.create(ContactInfo(), allow_duplicates=False)


def label(wix: Wix) -> Awaitable[Any]:
    return wix.contacts.label(ID, ["custom.vip"])


def read(wix: Wix) -> Awaitable[Any]:
    return wix.contacts.get(ID)


async def cancel(task: asyncio.Future[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_headers_are_the_key_as_it_is_and_the_site() -> None:
    upstream = Upstream.of(reply(CONTACT))
    await read(upstream.connect())
    headers = upstream.requests[0].headers
    assert headers["authorization"] == KEY.key
    assert headers["wix-site-id"] == KEY.site_id
    assert headers["accept"] == "application/json"
    assert headers["user-agent"] == "crm-labels-gateway"
    assert "x-wix-consistent" not in headers


async def test_a_cancelled_reader_takes_his_read_with_him() -> None:
    gate = Gate(CONTACT)
    wix = Upstream.of(gate).connect()
    caller = asyncio.ensure_future(read(wix))
    await gate.arrived.wait()
    await cancel(caller)
    await gate.ended.wait()
    assert gate.cancelled


@pytest.mark.parametrize("write", [create, label])
async def test_a_write_that_has_gone_out_runs_on_without_its_caller(
    write: Callable[[Wix], Awaitable[Any]],
) -> None:
    gate = Gate(CONTACT)
    upstream = Upstream.of(gate)
    wix = upstream.connect()
    caller = asyncio.ensure_future(write(wix))
    await gate.arrived.wait()
    await cancel(caller)
    gate.open.set()
    await wix.aclose()
    assert [call.status for call in upstream.observed] == [200]


async def test_a_write_that_runs_on_without_its_caller_may_fail_unseen() -> None:
    gate = Gate()
    wix = Upstream.of(gate).connect()
    caller = asyncio.ensure_future(create(wix))
    await gate.arrived.wait()
    await cancel(caller)
    gate.open.set()
    await wix.aclose()
    assert gate.ended.is_set()


async def test_a_write_still_in_the_queue_goes_with_its_caller() -> None:
    gate = Gate(CONTACT)
    upstream = Upstream.of(gate)
    wix = upstream.connect(concurrency=1)
    reader = asyncio.ensure_future(read(wix))
    await gate.arrived.wait()
    writer = asyncio.ensure_future(create(wix))
    await asyncio.sleep(0)
    await cancel(writer)
    gate.open.set()
    await reader
    await wix.aclose()
    assert [method for method, _, _ in upstream.asked] == ["GET"]
    assert upstream.charges == 1


async def test_a_slot_is_free_again_after_its_caller_has_gone() -> None:
    gates = [Gate(CONTACT) for _ in range(50)]
    wix = Upstream.of(*gates, reply(CONTACT)).connect(concurrency=50)
    callers = [asyncio.ensure_future(read(wix)) for _ in range(200)]
    await gates[-1].arrived.wait()
    for caller in callers:
        caller.cancel()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert (await wix.contacts.get(ID)).id == ID


async def test_the_deadline_ends_a_call() -> None:
    gate = Gate(CONTACT)
    upstream = Upstream.of(gate)
    loop = asyncio.get_running_loop()
    with within(Deadline.after(0.01, loop.time)), pytest.raises(UpstreamTimeout) as fault:
        await read(upstream.connect())
    assert fault.value.message == "Wix did not answer contacts.get in time."
    assert gate.cancelled
    assert [call.status for call in upstream.observed] == [None]


async def test_the_deadline_covers_the_wait_for_a_slot() -> None:
    gate = Gate(CONTACT)
    upstream = Upstream.of(gate)
    wix = upstream.connect(concurrency=1)
    first = asyncio.ensure_future(read(wix))
    await gate.arrived.wait()
    loop = asyncio.get_running_loop()
    with within(Deadline.after(0.01, loop.time)), pytest.raises(UpstreamTimeout):
        await read(wix)
    gate.open.set()
    await first
    assert len(upstream.requests) == 1


async def test_a_deadline_that_has_passed_sends_nothing() -> None:
    upstream = Upstream.of()
    with within(Deadline.after(0.0, upstream.clock)), pytest.raises(UpstreamTimeout):
        await read(upstream.connect())
    assert upstream.charges == 0


async def test_a_call_outside_of_a_request_has_a_limit_too() -> None:
    gate = Gate(CONTACT)
    wix = Upstream.of(gate).connect(timeouts=Timeouts(call=0.01))
    with pytest.raises(UpstreamTimeout):
        await read(wix)
    assert gate.cancelled


async def test_closing_lets_a_write_end_only_so_long() -> None:
    gate = Gate(CONTACT)
    wix = Upstream.of(gate).connect(timeouts=Timeouts(closing=0.01))
    writer = asyncio.ensure_future(create(wix))
    await gate.arrived.wait()
    await wix.aclose()
    with pytest.raises(UpstreamUnavailable, match="closing"):
        await writer
    assert gate.cancelled


async def test_nothing_is_sent_after_closing() -> None:
    wix = Upstream.of().connect()
    await wix.aclose()
    with pytest.raises(UpstreamUnavailable, match="closing"):
        await read(wix)


async def test_every_exchange_is_recorded_charged_and_observed() -> None:
    upstream = Upstream.of(reply({}, 503), reply(CONTACT))
    with ledger.opened(Ledger()) as book:
        await upstream.connect().contacts.get(f"{ID}?")
    path = f"/contacts/v4/contacts/{ID}%3F"
    assert book.calls == [
        UpstreamCall("contacts.get", "GET", path, 503, 0.0, 1),
        UpstreamCall("contacts.get", "GET", path, 200, 0.0, 2),
    ]
    assert upstream.observed == book.calls
    assert upstream.charges == 2


async def test_an_exchange_tells_how_long_it_took() -> None:
    upstream = Upstream.of()

    async def slow(request: httpx.Request) -> httpx.Response:
        del request
        upstream.clock.advance(1.5)
        return reply(CONTACT)

    upstream.answers.append(slow)
    await read(upstream.connect())
    assert [call.seconds for call in upstream.observed] == [1.5]


async def test_an_exchange_tells_how_long_it_waited_at_the_gate_and_when_it_left() -> None:
    gate = Gate(CONTACT)
    upstream = Upstream.of(gate, reply(CONTACT))
    wix = upstream.connect(concurrency=1)
    arrived_at = upstream.clock()
    first = asyncio.ensure_future(read(wix))
    await gate.arrived.wait()
    second = asyncio.ensure_future(read(wix))
    for _ in range(10):  # turns of the loop in which it comes to the gate
        await asyncio.sleep(0)
    upstream.clock.advance(1.5)
    gate.open.set()
    await asyncio.gather(first, second)
    assert [(call.waited, call.sent_at - arrived_at) for call in upstream.observed] == [
        (0.0, 0.0),
        (1.5, 1.5),
    ]


async def test_reads_see_earlier_writes_by_the_consistency_token() -> None:
    upstream = Upstream.of(
        reply(CONTACT, x_wix_consistent="seen-1"), reply(CONTACT), reply(CONTACT)
    )
    wix = upstream.connect()
    for _ in range(3):
        await read(wix)
    assert [request.headers.get("x-wix-consistent") for request in upstream.requests] == [
        None,
        "seen-1",
        "seen-1",
    ]


async def test_cookies_are_not_kept() -> None:
    upstream = Upstream.of(reply(CONTACT, set_cookie="a=b"), reply(CONTACT))
    wix = upstream.connect()
    await read(wix)
    await read(wix)
    assert "cookie" not in upstream.requests[1].headers


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"contact":', b"null"])
async def test_a_success_that_is_no_json_object_is_none(body: bytes) -> None:
    answer = httpx.Response(200, content=body, headers={"x-wix-request-id": "r"})
    with pytest.raises(UpstreamUnavailable) as fault:
        await create(Upstream.of(answer).connect())
    assert (fault.value.status, fault.value.request_id) == (200, "r")
    assert (
        fault.value.message == "Wix answered contacts.create with something that is not its JSON."
    )


async def test_a_redirect_is_not_followed() -> None:
    upstream = Upstream.of(httpx.Response(302, headers={"location": "https://elsewhere.test/"}))
    with pytest.raises(UpstreamUnavailable):
        await create(upstream.connect())
    assert len(upstream.requests) == 1


async def test_what_went_wrong_below_is_the_cause_and_not_the_message() -> None:
    upstream = Upstream.of(httpx.ConnectError("no route to 10.0.0.7"))
    with pytest.raises(UpstreamUnavailable) as fault:
        await create(upstream.connect())
    assert fault.value.message == "Wix cannot be reached."
    assert isinstance(fault.value.__cause__, httpx.ConnectError)
