"""200 calls in any 60 seconds for each caller."""

from dataclasses import replace

from gateway.sandbox.traffic.limits import Limiter
from tests.support.clock import ManualClock
from tests.support.sandboxes import APP, EMPTY, INSTANCE, LABELS, Site, running


async def _as_app(site: Site) -> dict[str, str]:
    asked = {**APP, "grant_type": "client_credentials", "instance_id": INSTANCE}
    token = (await site.client.post("/oauth2/token", json=asked)).json()["access_token"]
    return {"authorization": token}


async def test_the_201st_call_within_a_minute_is_refused() -> None:
    async with running() as site:
        statuses = await site.statuses(201)
        assert (statuses, site.sandbox.calls.throttled) == ([200] * 200 + [429], 1)


async def test_a_refused_call_has_the_contracts_body_and_no_retry_after() -> None:
    async with running(replace(EMPTY, rate_limit=1)) as site:
        await site.client.get(LABELS)
        answer = await site.client.get(LABELS)
        assert answer.json() == {"message": "Too Many Requests", "details": {}}
        assert "retry-after" not in answer.headers
        assert "x-wix-request-id" in answer.headers


async def test_calls_are_forgotten_one_by_one_after_a_minute() -> None:
    async with running(replace(EMPTY, rate_limit=2)) as site:
        first = await site.statuses(1)
        site.time.advance(30)
        more = await site.statuses(2)
        site.time.advance(30)
        assert [*first, *more, *await site.statuses(2)] == [200, 200, 429, 200, 429]


async def test_a_refused_call_takes_no_room() -> None:
    async with running(replace(EMPTY, rate_limit=1)) as site:
        await site.statuses(50)
        site.time.advance(60)
        assert await site.statuses(1) == [200]


async def test_key_and_app_have_a_window_each() -> None:
    async with running(replace(EMPTY, rate_limit=1)) as site:
        app = await _as_app(site)
        by_key = await site.statuses(2)
        by_app = [(await site.client.get(LABELS, headers=app)).status_code for _ in range(2)]
        assert (by_key, by_app) == ([200, 429], [200, 429])


async def test_two_tokens_of_one_instance_share_a_window() -> None:
    async with running(replace(EMPTY, rate_limit=1)) as site:
        tokens = [await _as_app(site), await _as_app(site)]
        statuses = [(await site.client.get(LABELS, headers=each)).status_code for each in tokens]
        assert statuses == [200, 429]


async def test_no_limit_is_zero() -> None:
    async with running(replace(EMPTY, rate_limit=0)) as site:
        assert set(await site.statuses(250)) == {200}


async def test_refused_credentials_take_no_room() -> None:
    async with running(replace(EMPTY, rate_limit=1)) as site:
        await site.client.get(LABELS, headers={"authorization": "wrong"})
        assert await site.statuses(1) == [200]


async def test_the_limit_changes_while_running() -> None:
    async with running(replace(EMPTY, rate_limit=1)) as site:
        before = await site.statuses(2)
        await site.control("POST", "/settings", rateLimit=3)
        raised = await site.statuses(3)
        await site.control("POST", "/settings", rateLimit=2)
        assert (before, raised, await site.statuses(1)) == ([200, 429], [200, 200, 429], [429])


async def test_refusals_can_tell_when_to_return_and_can_be_plain_text() -> None:
    async with running(replace(EMPTY, rate_limit=1)) as site:
        await site.control("POST", "/settings", retryAfter=True, throttleJson=False)
        await site.client.get(LABELS)
        site.time.advance(12.5)
        answer = await site.client.get(LABELS)
        assert (answer.status_code, answer.text) == (429, "Too Many Requests")
        assert answer.headers["retry-after"] == "48"
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_the_wait_is_until_enough_calls_are_forgotten_after_the_limit_was_lowered() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(3, clock)
    for _ in range(3):
        limiter.admit("somebody")
        clock.advance(10)
    limiter.limit = 1
    assert limiter.admit("somebody") == 50.0
