"""The way into a sandbox of the same process fails as a network does."""

import asyncio

import httpx
import pytest

from gateway.sandbox import SandboxTransport, create_sandbox
from gateway.sandbox.app import SandboxOptions
from tests.support.sandboxes import CONTACTS, EMPTY, KEY, LABELS, ORIGIN, client_of

SLOW = {"kind": "latency", "seconds": 3600}


async def _never(_seconds: float) -> None:
    await asyncio.Event().wait()


async def test_an_answer_later_than_the_read_timeout_is_a_read_timeout() -> None:
    sandbox = create_sandbox(EMPTY, sleep=_never)
    async with client_of(sandbox) as client:
        await client.post("/_sandbox/faults", json=SLOW)
        with pytest.raises(httpx.ReadTimeout):
            await client.get(LABELS, timeout=0.001)
    await sandbox.aclose()


async def test_a_slow_call_does_not_hold_up_another() -> None:
    sandbox = create_sandbox(EMPTY, sleep=_never)
    async with client_of(sandbox) as client:
        await client.post("/_sandbox/faults", json={**SLOW, "count": 1})
        slow = asyncio.create_task(client.get(LABELS, timeout=None))
        await asyncio.sleep(0)
        quick = await client.get(LABELS)
        assert (quick.status_code, slow.done()) == (200, False)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
    await sandbox.aclose()


async def test_a_cancelled_call_leaves_the_sandbox_usable_and_nothing_behind() -> None:
    sandbox = create_sandbox(EMPTY, sleep=_never)
    async with client_of(sandbox) as client:
        await client.post("/_sandbox/faults", json=SLOW)
        before = asyncio.all_tasks()
        slow = [asyncio.create_task(client.get(LABELS, timeout=None)) for _ in range(100)]
        await asyncio.sleep(0)
        for call in slow:
            call.cancel()
        outcomes = await asyncio.gather(*slow, return_exceptions=True)
        await client.delete("/_sandbox/faults")
        assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}
        assert ((await client.get(LABELS)).status_code, asyncio.all_tasks()) == (200, before)
    await sandbox.aclose()


async def test_a_sandbox_of_default_options_has_a_thousand_contacts() -> None:
    sandbox = create_sandbox()
    async with httpx.AsyncClient(transport=SandboxTransport(sandbox), base_url=ORIGIN) as client:
        answer = await client.get(f"{CONTACTS}?fieldsets=BASIC", headers=KEY)
        assert answer.json()["pagingMetadata"]["total"] == 1_000
    assert SandboxOptions() == SandboxOptions(seed=7, contacts=1_000, rate_limit=200)
    await sandbox.aclose()
