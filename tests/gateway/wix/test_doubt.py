"""Which failures leave it open whether Wix carried a call out."""

import httpx
import pytest

from gateway.deadline import Deadline, within
from gateway.errors import ContactNotFound, UpstreamFault
from gateway.model.changes import ContactInfo
from gateway.wix.api import Wix
from tests.support.upstream import Answer, Upstream, application_error, reply

ID = "8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11"


async def create(wix: Wix) -> None:
    await wix.contacts.create(ContactInfo(), allow_duplicates=False)


async def doubt_after(*answers: Answer, label: bool = False) -> bool:
    """Make a write that fails, and tell whether it is in doubt."""
    wix = Upstream.of(*answers).connect()
    with pytest.raises(UpstreamFault) as fault:
        await (wix.contacts.label(ID, ["custom.vip"]) if label else create(wix))
    return fault.value.in_doubt


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ReadError("cut off"),
        httpx.RemoteProtocolError("half an answer"),
        httpx.ReadTimeout("too late"),
        ConnectionResetError(),
        reply({}, 500),
        reply({}, 502),
        reply({}, 503),
        reply({}, 504),
        httpx.Response(200, content=b"<html>"),
        reply({"contact": {}}),
    ],
    ids=repr,
)
async def test_a_lost_answer_leaves_a_doubt(answer: Answer) -> None:
    assert await doubt_after(answer)


@pytest.mark.parametrize(
    "answer",
    [httpx.ConnectError("refused"), reply({}, 401), reply({}, 403), reply({}, 302)],
    ids=repr,
)
async def test_what_never_arrived_or_was_refused_leaves_none(answer: Answer) -> None:
    assert not await doubt_after(answer)


async def test_a_doubt_outlives_the_refusal_of_the_next_try() -> None:
    assert await doubt_after(httpx.ReadError("cut off"), reply({}, 403), label=True)
    assert not await doubt_after(httpx.ConnectError("refused"), reply({}, 403), label=True)


async def test_a_call_that_was_not_sent_in_time_is_in_no_doubt() -> None:
    upstream = Upstream.of()
    with within(Deadline.after(0, upstream.clock)), pytest.raises(UpstreamFault) as fault:
        await create(upstream.connect())
    assert not fault.value.in_doubt


async def test_a_refusal_that_the_caller_can_mend_is_in_no_doubt() -> None:
    upstream = Upstream.of(application_error("CONTACT_NOT_FOUND", 404))
    with pytest.raises(ContactNotFound) as fault:
        await upstream.connect().contacts.delete(ID)
    assert not fault.value.in_doubt
