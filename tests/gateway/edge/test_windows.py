"""Callers' windows: each caller has his own, and is told what is left of them."""

from contextlib import AbstractAsyncContextManager

import httpx

from gateway.edge.exchange import open_exchange
from gateway.edge.refusals import Refusal
from gateway.edge.window_store import WindowsInProcess
from gateway.edge.windows import CallerWindows
from gateway.ledger import Ledger, UpstreamCall, opened
from gateway.model.principal import Principal
from gateway.wix.operations import GRANT_TOKEN
from tests.support.clock import ManualClock
from tests.support.endpoint import scope_of, served

CALL = UpstreamCall("labels.list", "GET", "/labels", 200, 0.1, 1)
GRANT = UpstreamCall(GRANT_TOKEN.name, "POST", "/oauth2/token", 200, 0.1, 1)


class Scene:
    """Windows, a clock, and callers who knock."""

    def __init__(self, requests: int = 3, calls: int = 5, most: int = 100) -> None:
        self.clock = ManualClock(now=0.0)
        self.store = WindowsInProcess(most=most, clock=self.clock)
        self.windows = CallerWindows(lambda _scope: self.store, requests=requests, calls=calls)

    async def count(self, who: str = "ada") -> str:
        """Count a request; tell its code, or nothing when it passes."""
        try:
            await self.windows.count(_scope(who))
        except Refusal as refusal:
            return refusal.code
        return ""

    async def spend(self, estimated: int, *calls: UpstreamCall, who: str = "ada") -> str:
        """Run an operation that makes these calls; tell its code, or nothing when it passes."""
        with opened(Ledger(list(calls))):
            try:
                async with self.windows.reserved(_scope(who), estimated):
                    return ""
            except Refusal as refusal:
                return refusal.code


def _scope(who: str) -> dict[str, object]:
    scope = scope_of()
    open_exchange(scope, lambda: "id").principal = Principal(who, "one", frozenset())
    return scope


async def test_requests_at_the_limit_pass_and_one_more_does_not() -> None:
    scene = Scene(requests=3)
    assert [await scene.count() for _ in range(4)] == ["", "", "", "THROTTLED"]


async def test_each_caller_has_windows_of_his_own() -> None:
    scene = Scene(requests=1)
    callers = ["ada", "eve", "ada"]
    assert [await scene.count(each) for each in callers] == ["", "", "THROTTLED"]


async def test_a_window_slides() -> None:
    scene = Scene(requests=4)
    for _ in range(4):
        await scene.count()
    scene.clock.advance(59.0)
    assert await scene.count() == "THROTTLED"
    scene.clock.advance(31.0)
    assert [await scene.count() for _ in range(3)] == ["", "", "THROTTLED"]
    scene.clock.advance(120.0)
    assert [await scene.count() for _ in range(5)] == ["", "", "", "", "THROTTLED"]


async def test_calls_are_counted_as_they_were_made_and_not_as_they_were_estimated() -> None:
    scene = Scene(calls=5)
    assert await scene.spend(5, CALL, GRANT) == ""
    assert await scene.spend(4, CALL) == ""
    assert await scene.spend(4) == "THROTTLED"
    assert await scene.spend(3) == ""


async def test_more_calls_than_the_window_holds_use_it_up() -> None:
    scene = Scene(calls=2)
    assert await scene.spend(1, CALL, CALL, CALL) == ""
    assert await scene.spend(1) == "THROTTLED"


async def test_an_operation_larger_than_the_window_passes_when_all_of_it_is_free() -> None:
    scene = Scene(calls=5)
    assert await scene.spend(50) == ""
    assert await scene.spend(1, CALL) == ""
    assert await scene.spend(50) == "THROTTLED"


async def test_what_is_under_way_is_kept_free() -> None:
    scene = Scene(calls=5)
    reserved: AbstractAsyncContextManager[None] = scene.windows.reserved(_scope("ada"), 3)
    async with reserved:
        assert await scene.spend(3) == "THROTTLED"
        assert await scene.spend(2) == ""
        assert await scene.spend(3, who="eve") == ""
    assert await scene.spend(3) == ""


async def test_callers_who_asked_least_recently_are_forgotten_first() -> None:
    scene = Scene(requests=1, most=10)
    for number in range(50):
        await scene.count(f"caller-{number}")
    assert len(scene.store) <= 10


def limited(requests: int = 2, calls: int = 5) -> CallerWindows:
    store = WindowsInProcess(clock=ManualClock(now=30.0))
    return CallerWindows(lambda _scope: store, requests=requests, calls=calls)


def left(answer: httpx.Response) -> tuple[str, str]:
    return answer.headers["ratelimit-policy"], answer.headers["ratelimit"].partition(";t=")[0]


POLICY = '"requests";q=2;w=60, "calls";q=5;w=60'


async def test_every_answer_tells_what_is_left() -> None:
    async with served(windows=limited()) as gateway:
        answers = [await gateway.post(text) for text in ("{ hello }", "{", "{ hello }")]
    assert [left(answer) for answer in answers] == [
        (POLICY, '"requests";r=1'),
        (POLICY, '"requests";r=0'),
        (POLICY, '"requests";r=0'),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_one_too_many_is_told_when_to_come_back() -> None:
    async with served(windows=limited(requests=1)) as gateway:
        await gateway.post("{ hello }")
        answer = await gateway.post("{ hello }")
    (error,) = answer.json()["errors"]
    seconds = error["extensions"].pop("retryAfter")
    assert error == {
        "message": "You may take 1 requests a minute.",
        "extensions": {"code": "THROTTLED", "requestId": "made-up"},
    }
    assert (answer.status_code, answer.headers["retry-after"]) == (429, str(seconds))
    assert 1 <= seconds <= 60
