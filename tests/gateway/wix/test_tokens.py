"""An app's token (contract 1.4): asked for once however many wait, and again before it ends."""

import asyncio
from typing import Any

import httpx
import pytest

from gateway import ledger
from gateway.deadline import Deadline, within
from gateway.errors import (
    GatewayError,
    LabelNotFound,
    Throttled,
    UpstreamTimeout,
    UpstreamUnauthenticated,
    UpstreamUnavailable,
)
from gateway.ledger import Ledger
from gateway.wix.api import Timeouts, Wix
from tests.support.upstream import (
    APP,
    REQUEST_ID,
    Answer,
    Upstream,
    application_error,
    reply,
    token,
)

LABELS: dict[str, Any] = {"labels": []}
GRANT = (
    "POST",
    "/oauth2/token",
    {
        "grant_type": "client_credentials",
        "client_id": "the-app",
        "client_secret": "the-secret",
        "instance_id": "the-instance",
    },
)
LIST = ("GET", "/contacts/v4/labels?paging.limit=1000&paging.offset=0", None)


class SlowGrant:
    """A token that is granted when the test says so."""

    def __init__(self, answer: httpx.Response) -> None:
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()
        self._answer = answer

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        del request
        self.arrived.set()
        await self.open.wait()
        return self._answer


def tokens_of(upstream: Upstream) -> list[str | None]:
    return [request.headers.get("authorization") for request in upstream.requests]


async def test_a_token_is_asked_for_and_used_as_it_is_without_a_site() -> None:
    upstream = Upstream.of(token("OauthNG.JWS.x"), reply(LABELS))
    await upstream.connect(APP).labels.list()
    assert upstream.asked == [GRANT, LIST]
    assert tokens_of(upstream) == [None, "OauthNG.JWS.x"]
    assert all("wix-site-id" not in request.headers for request in upstream.requests)


async def test_a_grant_is_recorded_and_observed_but_not_charged() -> None:
    upstream = Upstream.of(token(), reply(LABELS))
    with ledger.opened(Ledger()) as book:
        await upstream.connect(APP).labels.list()
    assert [call.operation for call in book.calls] == ["oauth.token", "labels.list"]
    assert upstream.observed == book.calls
    assert upstream.charges == 1


async def test_a_token_is_renewed_a_minute_before_it_ends() -> None:
    upstream = Upstream.of(
        token("first"), reply(LABELS), reply(LABELS), token("second"), reply(LABELS)
    )
    wix = upstream.connect(APP)
    await wix.labels.list()
    upstream.clock.advance(14_400 - 60 - 1)
    await wix.labels.list()
    upstream.clock.advance(1)
    await wix.labels.list()
    assert tokens_of(upstream) == [None, "first", "first", None, "second"]


async def test_a_short_lived_token_serves_half_its_life() -> None:
    upstream = Upstream.of(
        token("first", expires_in=30), reply(LABELS), reply(LABELS), token("second"), reply(LABELS)
    )
    wix = upstream.connect(APP)
    for seconds in (0, 14, 1):
        upstream.clock.advance(seconds)
        await wix.labels.list()
    assert tokens_of(upstream) == [None, "first", "first", None, "second"]


async def test_a_token_that_is_still_good_serves_while_it_cannot_be_renewed() -> None:
    upstream = Upstream.of(token("first"), reply(LABELS), reply({}, 503), reply(LABELS))
    wix = upstream.connect(APP)
    await wix.labels.list()
    upstream.clock.advance(14_400 - 30)
    await wix.labels.list()
    assert tokens_of(upstream) == [None, "first", None, "first"]


async def test_a_token_that_has_ended_does_not_serve() -> None:
    upstream = Upstream.of(token("first"), reply(LABELS), reply({"error": "invalid_client"}, 401))
    wix = upstream.connect(APP)
    await wix.labels.list()
    upstream.clock.advance(14_400)
    with pytest.raises(UpstreamUnauthenticated):
        await wix.labels.list()


async def test_a_refused_token_is_renewed_once() -> None:
    upstream = Upstream.of(
        token("first"),
        application_error("UNAUTHENTICATED", 401),
        token("second"),
        application_error("UNAUTHENTICATED", 401),
    )
    with pytest.raises(UpstreamUnauthenticated):
        await upstream.connect(APP).labels.find_or_create("VIP")
    assert tokens_of(upstream) == [None, "first", None, "second"]
    assert upstream.charges == 2


async def test_a_call_refused_for_its_token_succeeds_with_the_next() -> None:
    upstream = Upstream.of(token("first"), reply({}, 401), token("second"), reply(LABELS))
    await upstream.connect(APP).labels.list()
    assert tokens_of(upstream) == [None, "first", None, "second"]


async def test_many_who_wait_cause_one_renewal() -> None:
    grant = SlowGrant(token())
    upstream = Upstream.of(grant, *[reply(LABELS) for _ in range(50)])
    wix = upstream.connect(APP)
    callers = [asyncio.ensure_future(wix.labels.list()) for _ in range(50)]
    await grant.arrived.wait()
    grant.open.set()
    await asyncio.gather(*callers)
    assert upstream.asked == [GRANT, *[LIST] * 50]


async def test_many_refused_at_once_cause_one_renewal() -> None:
    both_refused = asyncio.Barrier(2)

    async def refuse(request: httpx.Request) -> httpx.Response:
        del request
        await both_refused.wait()
        return reply({}, 401)

    upstream = Upstream.of(
        token("first"), refuse, refuse, token("second"), reply(LABELS), reply(LABELS)
    )
    wix = upstream.connect(APP)
    await asyncio.gather(wix.labels.list(), wix.labels.list())
    assert tokens_of(upstream) == [None, "first", "first", None, "second", "second"]


async def test_one_who_is_refused_late_uses_the_token_that_is_there() -> None:
    upstream = Upstream.of(token("first"))
    wix = upstream.connect(APP)

    async def refuse_after_a_renewal(request: httpx.Request) -> httpx.Response:
        del request
        await wix.labels.list()
        return reply({}, 401)

    upstream.answers.extend(
        [refuse_after_a_renewal, reply({}, 401), token("second"), reply(LABELS), reply(LABELS)]
    )
    await wix.labels.list()
    assert tokens_of(upstream) == [None, "first", "first", None, "second", "second"]


async def test_a_waiter_who_is_cancelled_disturbs_nobody() -> None:
    grant = SlowGrant(token())
    upstream = Upstream.of(grant, reply(LABELS))
    wix = upstream.connect(APP)
    first = asyncio.ensure_future(wix.labels.list())
    await grant.arrived.wait()
    second = asyncio.ensure_future(wix.labels.list())
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    grant.open.set()
    await second
    assert upstream.asked == [GRANT, LIST]


async def test_a_short_deadline_does_not_shorten_the_renewal_for_others() -> None:
    grant = SlowGrant(token())
    upstream = Upstream.of(grant, reply(LABELS))
    wix = upstream.connect(APP)
    loop = asyncio.get_running_loop()
    with within(Deadline.after(0.01, loop.time)), pytest.raises(UpstreamTimeout):
        await wix.labels.list()
    grant.open.set()
    await wix.labels.list()
    assert upstream.asked == [GRANT, LIST]


async def test_a_renewal_has_a_limit_of_its_own() -> None:
    upstream = Upstream.of(SlowGrant(token()))
    with pytest.raises(UpstreamTimeout, match="did not grant a token in time"):
        await upstream.connect(APP, timeouts=Timeouts(renewal=0.01)).labels.list()


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (
            reply({"error": "invalid_client", "error_description": "Unknown app"}, 400),
            UpstreamUnauthenticated,
            "Wix refused the app's credentials: Unknown app.",
        ),
        (
            reply({"error": "invalid_client"}, 401),
            UpstreamUnauthenticated,
            "Wix refused the app's credentials: invalid_client.",
        ),
        (reply([], 403), UpstreamUnauthenticated, "Wix refused the app's credentials: status 403."),
        (reply({}, 429), Throttled, "Wix grants no more tokens for now."),
        (reply({}, 500), UpstreamUnavailable, "Wix cannot grant a token."),
        (reply({}), UpstreamUnavailable, "Wix granted no usable token."),
        (token("line\nbreak"), UpstreamUnavailable, "Wix granted no usable token."),
        (token(expires_in=0), UpstreamUnavailable, "Wix granted no usable token."),
        (reply("junk"), UpstreamUnavailable, "Wix granted no usable token."),
    ],
)
async def test_a_grant_that_fails_says_why(
    answer: httpx.Response, kind: type[GatewayError], message: str
) -> None:
    upstream = Upstream.of(answer)
    with pytest.raises(kind) as fault:
        await create_nothing(upstream.connect(APP))
    assert type(fault.value) is kind
    assert (fault.value.message, fault.value.status, fault.value.request_id) == (
        message,
        answer.status_code,
        REQUEST_ID,
    )
    assert len(upstream.requests) == 1


async def create_nothing(wix: Wix) -> Any:
    """Make a call that is never repeated."""
    return await wix.labels.rename("custom.vip", "VIP")


async def test_a_grant_that_fails_is_asked_for_again_by_calls_that_may_be_repeated() -> None:
    upstream = Upstream.of(reply({}, 503), token(), reply(LABELS))
    await upstream.connect(APP).labels.list()
    assert upstream.asked == [GRANT, GRANT, LIST]


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), reply({}, 503)], ids=repr)
async def test_a_deletion_that_was_never_sent_is_not_taken_for_done(failure: Answer) -> None:
    upstream = Upstream.of(failure, token(), application_error("NOT_FOUND", 404))
    with pytest.raises(LabelNotFound):
        await upstream.connect(APP).labels.delete("custom.vip")


async def test_closing_ends_a_renewal() -> None:
    grant = SlowGrant(token())
    wix = Upstream.of(grant).connect(APP, timeouts=Timeouts(closing=0.01))
    caller = asyncio.ensure_future(wix.labels.list())
    await grant.arrived.wait()
    await wix.aclose()
    with pytest.raises(UpstreamUnavailable, match="closing"):
        await caller
