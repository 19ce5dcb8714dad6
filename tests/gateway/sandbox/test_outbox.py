"""The outbox: waits, sequences, room."""

from random import Random

from gateway.sandbox.ports import DomainEvent
from gateway.sandbox.webhooks.events import Stamper, Subscription
from gateway.sandbox.webhooks.outbox import DeliveryPolicy, Outbox
from tests.support.sandboxes import ManualTime

CREATED = DomainEvent("label", "created", "custom.vip", {"createdEvent": {}})


def _outbox(time: ManualTime | None = None) -> Outbox:
    time = time or ManualTime()
    outbox = Outbox(Stamper(time.wall, lambda: "id"), time.monotonic, Random(7))  # noqa: S311 - repeatable
    outbox.subscribe(Subscription("http://example.com/"))
    return outbox


def test_the_last_wait_repeats() -> None:
    policy = DeliveryPolicy(retries=(1.0, 5.0))
    assert [policy.wait_after(attempts) for attempts in (1, 2, 3, 9)] == [1.0, 5.0, 5.0, 5.0]


def _sequence(outbox: Outbox) -> int:
    outbox.publish(CREATED)
    (delivery,) = outbox.due(8)
    return int(delivery.event.document["entityEventSequence"])


def test_a_sequence_rises_by_one_within_a_millisecond() -> None:
    outbox = _outbox()
    assert _sequence(outbox) + 1 == _sequence(outbox)


def test_a_sequence_goes_on_above_that_of_an_earlier_run() -> None:
    time = ManualTime()
    before = [_sequence(outbox) for outbox in [_outbox(time)] * 50]
    time.advance(1)
    assert _sequence(_outbox(time)) > max(before)


def test_a_full_outbox_loses_and_counts_what_is_new() -> None:
    outbox = _outbox()
    for _ in range(20_002):
        outbox.publish(CREATED)
    assert (outbox.report()["waiting"], outbox.report()["lost"]) == (20_000, 2)


def test_a_failure_after_the_end_of_the_subscription_is_not_retried() -> None:
    outbox = _outbox()
    outbox.publish(CREATED)
    (delivery,) = outbox.due(8)
    outbox.subscribe(None)
    outbox.settle(delivery, 500)
    assert outbox.next_due is None
