"""Bulk jobs tell a subscriber what they did, though nobody calls after their start."""

from gateway.sandbox.app import SandboxOptions
from tests.support.sandboxes import running
from tests.support.subscriber import Subscriber, subscribed

SOME = SandboxOptions(contacts=3)
RENAME = {"filter": {"id": {"$exists": True}}, "info": {"company": "Bulk Ltd"}}
UPDATE = "/contacts/v4/bulk/contacts/update"


async def test_a_job_s_events_come_without_a_further_call() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber, SOME) as site:
        await site.client.post(UPDATE, json=RENAME)
        await site.sandbox.foreman.idle()
        await site.sandbox.courier.idle()
        assert [event["slug"] for event in subscriber.events] == ["updated"] * 3


async def test_without_a_subscriber_the_next_call_does_the_work() -> None:
    async with running(SOME) as site:
        job = (await site.client.post(UPDATE, json=RENAME)).json()["jobId"]
        await site.sandbox.foreman.idle()
        assert site.time.slept == []
        site.time.advance(10)
        answer = await site.client.get(f"/contacts/v4/bulk/jobs/{job}")
        assert answer.json()["job"]["successTotal"] == 3


async def test_a_sandbox_that_closes_waits_for_no_job() -> None:
    async with subscribed(Subscriber(), SOME) as site:
        await site.client.post(UPDATE, json=RENAME)
    assert len(site.time.slept) <= 1
