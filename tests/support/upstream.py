"""A Wix that answers what a test tells it to, and remembers what it was asked."""

import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from gateway.budget.gate import Gate
from gateway.budget.window import SlidingWindow
from gateway.ledger import UpstreamCall
from gateway.wix.api import Wix, connect
from gateway.wix.auth import ApiKey, AppCredentials
from tests.support.clock import ManualClock

KEY = ApiKey(key="the-key", site_id="11111111-1111-4111-8111-111111111111")
APP = AppCredentials(app_id="the-app", app_secret="the-secret", instance_id="the-instance")

REQUEST_ID = "1735787045.6789123"

Answer = httpx.Response | Exception | Callable[[httpx.Request], Awaitable[httpx.Response]]


def reply(body: Any = None, status: int = 200, **headers: str) -> httpx.Response:
    """Build an answer in JSON; underscores in header names stand for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(
        status,
        content=orjson.dumps({} if body is None else body),
        headers={
            "content-type": "application/json",
            "x-wix-request-id": REQUEST_ID,
            **named,
        },
    )


def application_error(code: str, status: int, **data: Any) -> httpx.Response:
    """Build a refusal with an application code (contract 6.1)."""
    fault = {"code": code, "description": f"{code} happened", "data": data}
    return reply({"message": "m", "details": {"applicationError": fault}}, status)


def validation_error(*violations: dict[str, Any]) -> httpx.Response:
    """Build a 400 with field violations (contract 6.1)."""
    details = {"validationError": {"fieldViolations": list(violations)}}
    return reply({"message": "not valid", "details": details}, 400)


def token(value: str = "token-1", expires_in: int = 14_400) -> httpx.Response:
    """Build a granted token (contract 1.4)."""
    return reply({"access_token": value, "token_type": "Bearer", "expires_in": expires_in})


Asked = tuple[str, str, Any]
"""Method, path with query string, and decoded body; None for no body."""


@dataclass
class Upstream:
    """A Wix of prepared answers, with the clock, the gate and the observer of a client."""

    answers: deque[Answer]
    clock: ManualClock = field(default_factory=ManualClock)
    requests: list[httpx.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    observed: list[UpstreamCall] = field(default_factory=list)
    window: SlidingWindow = field(init=False)

    def __post_init__(self) -> None:
        self.window = SlidingWindow(limit=200, clock=self.clock)

    @classmethod
    def of(cls, *answers: Answer) -> "Upstream":
        """Build one that gives these answers in order and fails a test that asks for more."""
        return cls(deque(answers))

    @property
    def asked(self) -> list[Asked]:
        """What was asked so far, as method, target and body."""
        return [
            (
                request.method,
                request.url.raw_path.decode(),
                orjson.loads(request.content) if request.content else None,
            )
            for request in self.requests
        ]

    @property
    def charges(self) -> int:
        """How many calls count against the site's."""
        return self.window.limit - self.window.remaining()

    def gate(self, concurrency: int = 100) -> Gate:
        """Make the gate before this Wix."""
        return Gate(self.window, clock=self.clock, sleep=self.sleep, concurrency=concurrency)

    async def sleep(self, seconds: float) -> None:
        """Write a pause down and let the clock pass it."""
        self.pauses.append(seconds)
        self.clock.advance(seconds)

    def connect(
        self,
        credentials: ApiKey | AppCredentials = KEY,
        *,
        concurrency: int = 100,
        **options: Any,
    ) -> Wix:
        """Connect a client to this Wix."""
        return connect(
            base_url="https://wix.test",
            credentials=credentials,
            transport=httpx.MockTransport(self._answer),
            gate=self.gate(concurrency),
            rng=random.Random(7),  # noqa: S311 - jitter, no secret
            clock=self.clock,
            sleep=self.sleep,
            observe=self.observed.append,
            **options,
        )

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if not self.answers:
            raise AssertionError(f"one request too many: {request.method} {request.url}")
        answer = self.answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        return await answer(request)
