"""When a call is made again (contract, Appendix B and 6.2)."""

import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.deadline import Deadline, within
from gateway.errors import (
    ContactNotFound,
    GatewayError,
    InvalidInput,
    QuotaReached,
    Throttled,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from gateway.model.changes import ContactInfo
from gateway.model.enums import FieldDataType
from gateway.model.queries import Condition, Operator, Query
from gateway.wix.api import Wix
from gateway.wix.operations import Repeat
from gateway.wix.retries import Retries, RetryPolicy
from tests.support.upstream import Answer, Upstream, application_error, reply

ID = "8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11"
CONTACT = {"contact": {"id": ID, "revision": 1}}
LABEL = {"label": {"key": "custom.vip"}}
FIELD = {"field": {"key": "custom.tier"}}
ADA = Condition("first_name", Operator.EQ, "Ada")

Send = Callable[[Wix], Awaitable[Any]]

READS: dict[str, tuple[Send, Any]] = {
    "labels.list": (lambda wix: wix.labels.list(), {"labels": []}),
    "labels.query": (lambda wix: wix.labels.query(Query()), {"labels": []}),
    "labels.get": (lambda wix: wix.labels.get("custom.vip"), LABEL),
    "contacts.get": (lambda wix: wix.contacts.get(ID), CONTACT),
    "contacts.list": (lambda wix: wix.contacts.list(), {"contacts": []}),
    "contacts.query": (lambda wix: wix.contacts.query(Query()), {"contacts": []}),
    "contacts.preview_merge": (lambda wix: wix.contacts.preview_merge(ID, [ID]), CONTACT),
    "facets.list": (lambda wix: wix.facets.list(), {"facets": []}),
    "facets.query": (lambda wix: wix.facets.query(), {"facets": []}),
    "bulk.job": (lambda wix: wix.bulk.job(ID), {"job": {"id": ID}}),
    "bulk.jobs": (lambda wix: wix.bulk.jobs(), {"jobs": []}),
    "fields.list": (lambda wix: wix.fields.list(), {"fields": []}),
    "fields.query": (lambda wix: wix.fields.query(Query()), {"fields": []}),
    "fields.get": (lambda wix: wix.fields.get("custom.tier"), FIELD),
}
REPEATABLE_WRITES: dict[str, tuple[Send, Any]] = {
    "labels.find_or_create": (lambda wix: wix.labels.find_or_create("VIP"), LABEL),
    "labels.delete": (lambda wix: wix.labels.delete("custom.vip"), {}),
    "contacts.label": (lambda wix: wix.contacts.label(ID, ["custom.vip"]), CONTACT),
    "contacts.unlabel": (lambda wix: wix.contacts.unlabel(ID, ["custom.vip"]), CONTACT),
    "contacts.delete": (lambda wix: wix.contacts.delete(ID), {}),
    "fields.find_or_create": (
        lambda wix: wix.fields.find_or_create("Tier", FieldDataType.TEXT),
        FIELD,
    ),
    "fields.delete": (lambda wix: wix.fields.delete("custom.tier"), {}),
}
SINGLE_WRITES: dict[str, tuple[Send, Any]] = {
    "labels.rename": (lambda wix: wix.labels.rename("custom.vip", "VIP"), LABEL),
    "contacts.create": (
        lambda wix: wix.contacts.create(ContactInfo(), allow_duplicates=False),
        CONTACT,
    ),
    "contacts.update": (
        lambda wix: wix.contacts.update(ID, revision=1, info=ContactInfo(), allow_duplicates=False),
        CONTACT,
    ),
    "contacts.merge": (lambda wix: wix.contacts.merge(ID, revision=1, source_ids=[ID]), CONTACT),
    "bulk.delete": (lambda wix: wix.bulk.delete(ADA), {"jobId": ID}),
    "bulk.update": (lambda wix: wix.bulk.update(ADA, ContactInfo()), {"jobId": ID}),
    "bulk.relabel": (lambda wix: wix.bulk.relabel(ADA, add=["a.b"], remove=[]), {"jobId": ID}),
    "fields.rename": (lambda wix: wix.fields.rename("custom.tier", "Tier"), FIELD),
}
ALL = READS | REPEATABLE_WRITES | SINGLE_WRITES


def no_answer() -> list[Answer]:
    return [
        httpx.ConnectError("refused"),
        httpx.ReadError("cut off"),
        httpx.RemoteProtocolError("hung up"),
        ConnectionResetError(),
    ]


def unavailable() -> list[Answer]:
    return [reply({}, 503), reply({}, 504)]


@pytest.mark.parametrize("name", READS)
async def test_a_read_is_repeated_after_anything_that_may_pass(name: str) -> None:
    send, body = READS[name]
    for failure in [*no_answer(), *unavailable(), reply({}, 500), reply({}, 502)]:
        upstream = Upstream.of(failure, reply(body))
        await send(upstream.connect())
        assert [(call.operation, call.attempt) for call in upstream.observed] == [
            (name, 1),
            (name, 2),
        ]


@pytest.mark.parametrize("name", REPEATABLE_WRITES)
async def test_a_repeatable_write_is_repeated_when_wix_is_away(name: str) -> None:
    send, body = REPEATABLE_WRITES[name]
    for failure in [*no_answer(), *unavailable()]:
        upstream = Upstream.of(failure, reply(body))
        await send(upstream.connect())
        assert len(upstream.requests) == 2


@pytest.mark.parametrize("name", REPEATABLE_WRITES | SINGLE_WRITES)
async def test_a_write_is_not_repeated_after_an_internal_error(name: str) -> None:
    send, _ = ALL[name]
    upstream = Upstream.of(reply({}, 500))
    with pytest.raises(UpstreamUnavailable):
        await send(upstream.connect())
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("name", SINGLE_WRITES)
async def test_a_write_of_unknown_outcome_is_left_to_the_caller(name: str) -> None:
    send, _ = SINGLE_WRITES[name]
    for failure in [*no_answer(), *unavailable()]:
        upstream = Upstream.of(failure)
        with pytest.raises(UpstreamUnavailable):
            await send(upstream.connect())
        assert len(upstream.requests) == 1


@pytest.mark.parametrize("name", ALL)
async def test_what_was_throttled_is_repeated_when_wix_says_when(name: str) -> None:
    send, body = ALL[name]
    upstream = Upstream.of(reply({}, 429, retry_after="2"), reply(body))
    await send(upstream.connect())
    (pause,) = upstream.pauses
    assert 2.0 <= pause <= 2.1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({}, 429), Throttled),
        (reply({}, 429, retry_after="60"), Throttled),
        (application_error("FIELDS_QUOTA_EXCEEDED", 429), QuotaReached),
        (reply({}, 400, retry_after="1"), InvalidInput),
        (reply({}, 501), UpstreamUnavailable),
        (httpx.Response(200, content=b"<html>"), UpstreamUnavailable),
        (httpx.ReadTimeout("slow"), UpstreamTimeout),
    ],
    ids=lambda value: getattr(value, "__name__", None) or type(value).__name__,
)
async def test_what_will_not_pass_soon_is_not_repeated(
    answer: Answer, kind: type[GatewayError]
) -> None:
    upstream = Upstream.of(answer)
    with pytest.raises(kind):
        await upstream.connect().labels.list()
    assert (len(upstream.requests), upstream.pauses) == (1, [])


async def test_the_third_failure_is_the_last() -> None:
    upstream = Upstream.of(*[reply({}, 503)] * 3)
    with pytest.raises(UpstreamUnavailable):
        await upstream.connect().labels.list()
    assert [call.attempt for call in upstream.observed] == [1, 2, 3]
    assert upstream.charges == 3


async def test_a_throttled_write_is_tried_for_as_long_as_its_deadline_allows() -> None:
    upstream = Upstream.of(*[reply({}, 429) for _ in range(9)], reply(CONTACT))
    wix = upstream.connect()
    await wix.contacts.create(ContactInfo(), allow_duplicates=False)
    assert [call.attempt for call in upstream.observed] == list(range(1, 11))


def test_pauses_are_drawn_from_bounds_that_double_up_to_the_longest() -> None:
    policy = RetryPolicy(attempts=200, first_pause=0.01, longest_pause=0.05)
    retries = Retries(policy, random.Random(7))  # noqa: S311 - jitter, no secret
    away = UpstreamUnavailable("away", status=503)
    drawn = [retries.pause(Repeat.READ, away, attempt) for attempt in range(1, 201)]
    pauses = [pause for pause in drawn if pause is not None]
    assert drawn == [*pauses, None]
    bounds = [0.01, 0.02, 0.04] + [0.05] * 196
    assert all(0 <= pause <= bound for pause, bound in zip(pauses, bounds, strict=True))
    assert min(pauses[3:]) < 0.01
    assert max(pauses[3:]) > 0.04


async def test_repeated_calls_are_a_tenth_of_the_budget_at_most() -> None:
    upstream = Upstream.of()
    wix = upstream.connect()
    for _ in range(20):
        upstream.answers.extend([reply({}, 503), reply({"labels": []})])
        await wix.labels.list()
    upstream.answers.append(reply({}, 503))
    with pytest.raises(UpstreamUnavailable):
        await wix.labels.list()
    upstream.clock.advance(60)
    upstream.answers.extend([reply({}, 503), reply({"labels": []})])
    await wix.labels.list()
    assert upstream.answers == deque()


async def test_there_is_no_other_try_when_the_deadline_leaves_no_time_for_the_pause() -> None:
    upstream = Upstream.of(reply({}, 429, retry_after="5"))
    with within(Deadline.after(5.0, upstream.clock)), pytest.raises(Throttled) as refused:
        await upstream.connect().labels.list()
    assert refused.value.retry_after == 5.0
    assert upstream.pauses == []


@pytest.mark.parametrize("first", [*no_answer()[1:], *unavailable()], ids=repr)
async def test_a_deletion_that_finds_nothing_after_a_lost_answer_is_done(first: Answer) -> None:
    upstream = Upstream.of(first, application_error("CONTACT_NOT_FOUND", 404))
    await upstream.connect().contacts.delete(ID)
    assert len(upstream.requests) == 2


@pytest.mark.parametrize(
    "first", [httpx.ConnectError("refused"), reply({}, 429, retry_after="1")], ids=repr
)
async def test_a_deletion_that_was_not_carried_out_before_may_find_nothing(first: Answer) -> None:
    upstream = Upstream.of(first, application_error("CONTACT_NOT_FOUND", 404))
    with pytest.raises(ContactNotFound):
        await upstream.connect().contacts.delete(ID)


async def test_labelling_who_is_gone_is_no_success_after_a_lost_answer() -> None:
    upstream = Upstream.of(httpx.ReadError("cut off"), application_error("CONTACT_NOT_FOUND", 404))
    with pytest.raises(ContactNotFound):
        await upstream.connect().contacts.unlabel(ID, ["custom.vip"])
