"""Events are delivered in the background, again and again, until they are taken."""

import asyncio
from collections import Counter
from contextvars import ContextVar

import httpx
import pytest

from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.sandbox.webhooks.events import Subscription
from tests.support.sandboxes import EMPTY, LABELS, client_of, running
from tests.support.subscriber import (
    FIRST,
    URL,
    Sleeper,
    Subscriber,
    claims_of,
    make_label,
    subscribed,
)


async def test_events_of_one_entity_keep_their_order() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        key = await make_label(site, "VIP")
        for number in range(20):
            await site.client.patch(f"{LABELS}/{key}", json={"displayName": f"VIP {number}"})
        await site.sandbox.courier.idle()
    sequences = [int(event["entityEventSequence"]) for event in subscriber.events]
    assert sequences == list(range(FIRST, FIRST + 21))


async def test_nobody_is_told_without_a_subscription_nor_after_its_end() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        await make_label(site, "One")
        await site.control("DELETE", "/webhooks")
        await make_label(site, "Two")
        await site.sandbox.courier.idle()
        assert (await site.control("GET", "/webhooks"))["subscription"] is None
    assert subscriber.requests == []


async def test_the_background_task_delivers_by_itself() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
        await make_label(site, "Guest")
        await site.sandbox.courier.idle()
    assert [event["entityId"] for event in subscriber.events] == ["custom.vip", "custom.guest"]


async def test_failures_are_retried_on_the_schedule_until_48_hours() -> None:
    subscriber = Subscriber(answers=lambda _: 500)
    async with subscribed(subscriber) as site:
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
        report = (await site.control("GET", "/webhooks"))["deliveries"]
    rests = [round(seconds) for seconds in site.time.slept]
    assert rests[:7] == [1, 10, 60, 600, 3_600, 3_600, 3_600]
    assert sum(rests) <= 172_800 < sum(rests) + 3_600
    assert report == {
        "waiting": 0,
        "delivered": 0,
        "failedAttempts": len(rests) + 1,
        "givenUp": 1,
        "lost": 0,
    }


@pytest.mark.parametrize("failure", [201, 302, 404, httpx.ConnectError("refused")])
async def test_anything_but_200_in_time_is_a_failure(failure: int | Exception) -> None:
    subscriber = Subscriber(answers=lambda attempt: failure if attempt == 1 else 200)
    async with subscribed(subscriber) as site:
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
        deliveries = (await site.control("GET", "/webhooks/deliveries"))["deliveries"]
    first, second = deliveries
    assert first["eventId"] == second["eventId"]
    assert first["eventType"] == "wix.contacts.v4.label_created"
    assert [first["attempt"], second["attempt"]] == [1, 2]
    assert [first["status"], second["status"]] == [
        failure if isinstance(failure, int) else None,
        200,
    ]


async def test_a_slow_subscriber_has_failed() -> None:
    async with running(EMPTY, httpx.AsyncClient(transport=Sleeper())) as site:
        await site.control("PUT", "/webhooks", url=URL)
        await site.control(
            "POST", "/settings", webhookTimeout=0.001, webhookRetries=[1], webhookGiveUpAfter=0
        )
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
        deliveries = (await site.control("GET", "/webhooks"))["deliveries"]
    assert (deliveries["failedAttempts"], deliveries["givenUp"]) == (1, 1)


async def test_a_subscriber_nobody_can_reach_has_failed() -> None:
    async with running() as site:
        await site.control("PUT", "/webhooks", url="http://127.0.0.1:1/")
        await site.control("POST", "/settings", webhookGiveUpAfter=0)
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
        (delivery,) = (await site.control("GET", "/webhooks/deliveries"))["deliveries"]
    assert (delivery["attempt"], delivery["status"]) == (1, None)


async def test_nothing_more_is_sent_when_the_subscription_ends_in_the_middle_of_a_round() -> None:
    def hang_up(_: int) -> int:
        site.sandbox.outbox.subscribe(None)
        return 200

    subscriber = Subscriber(answers=hang_up)
    async with subscribed(subscriber) as site:
        await make_label(site, "One")
        await make_label(site, "Two")
        await site.sandbox.courier.idle()
    assert len(subscriber.requests) == 1


async def test_news_are_delivered_while_an_older_event_waits_to_be_tried_again() -> None:
    arrived = asyncio.Event()

    def answer(attempt: int) -> int:
        if attempt == 2:
            arrived.set()
        return 500 if attempt == 1 else 200

    async def rest(_: float) -> None:
        await asyncio.Event().wait()

    subscriber = Subscriber(answer)
    client = httpx.AsyncClient(transport=httpx.MockTransport(subscriber))
    sandbox = create_sandbox(EMPTY, sleep=rest, subscriber=client)
    async with client_of(sandbox) as caller:
        await caller.put("/_sandbox/webhooks", json={"url": URL})
        await caller.post(LABELS, json={"displayName": "One"})
        while sandbox.outbox.report()["failedAttempts"] == 0:  # noqa: ASYNC110 - one turn is enough
            await asyncio.sleep(0)
        await caller.post(LABELS, json={"displayName": "Two"})
        await asyncio.wait_for(arrived.wait(), 5)
    await sandbox.aclose()
    assert [event["entityId"] for event in subscriber.events] == ["custom.one", "custom.two"]


async def test_closing_with_a_delivery_under_way_ends_it() -> None:
    async with running(EMPTY, httpx.AsyncClient(transport=Sleeper())) as site:
        await site.control("PUT", "/webhooks", url=URL)
        await make_label(site, "VIP")
        before = asyncio.all_tasks()
        await asyncio.sleep(0)
    assert len(before) == 2
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_each_attempt_is_signed_anew_and_carries_the_old_data() -> None:
    subscriber = Subscriber(answers=lambda attempt: 500 if attempt == 1 else 200)
    async with subscribed(subscriber) as site:
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
    first, second = (claims_of(request) for request in subscriber.requests)
    assert (second["iat"] - first["iat"], first["data"] == second["data"]) == (1, True)


async def test_duplicates_deliver_every_event_twice() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber, duplicates=True) as site:
        await make_label(site, "One")
        await make_label(site, "Two")
        await site.sandbox.courier.idle()
    assert set(Counter(event["id"] for event in subscriber.events).values()) == {2}
    assert len(subscriber.events) == 4


async def _order_of_arrival(seed: int, *, disorder: bool) -> list[str]:
    subscriber = Subscriber()
    options = SandboxOptions(seed=seed, contacts=0)
    async with subscribed(subscriber, options, disorder=disorder) as site:
        for number in range(10):
            await make_label(site, f"Label {number}")
        await site.sandbox.courier.idle()
    return [event["entityId"] for event in subscriber.events]


async def test_disorder_shuffles_arrivals_by_the_seed() -> None:
    orderly = await _order_of_arrival(7, disorder=False)
    once, again, other = [await _order_of_arrival(seed, disorder=True) for seed in (7, 7, 8)]
    assert sorted(once) == sorted(orderly) == orderly
    assert once == again
    assert len({*map(tuple, (orderly, once, other))}) == 3


async def test_what_waits_for_a_retry_goes_to_a_new_subscription() -> None:
    def move_house(attempt: int) -> int:
        site.sandbox.outbox.subscribe(Subscription("http://other.example.com/"))
        return 500 if attempt == 1 else 200

    subscriber = Subscriber(answers=move_house)
    async with subscribed(subscriber) as site:
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
    assert [request.url.host for request in subscriber.requests] == [
        "subscriber.example.com",
        "other.example.com",
    ]


async def test_a_delivery_knows_nothing_of_the_call_that_caused_it() -> None:
    caller = ContextVar("caller", default="nobody")
    seen = []

    def take(request: httpx.Request) -> httpx.Response:
        seen.append(caller.get())
        return httpx.Response(200, request=request)

    client = httpx.AsyncClient(transport=httpx.MockTransport(take))
    async with running(EMPTY, client) as site:
        await site.control("PUT", "/webhooks", url=URL)
        caller.set("somebody")
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
    assert seen == ["nobody"]
