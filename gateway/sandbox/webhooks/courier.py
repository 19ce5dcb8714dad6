"""The courier: posts what is due in the outbox to the subscriber, in the background."""

import asyncio
from collections.abc import Callable
from contextvars import Context

import httpx

from gateway.sandbox.traffic.mishaps import Sleep
from gateway.sandbox.webhooks.outbox import Delivery, Outbox
from gateway.sandbox.webhooks.signing import Signer

_AT_ONCE = 8
"""Deliveries under way at the same time."""
_HEADERS = {"content-type": "text/plain"}


class Courier:
    """Delivers in a task of its own, started when the first event comes, in the running loop.

    ``client`` is closed with the courier; None makes one when it is first needed.
    """

    def __init__(
        self,
        outbox: Outbox,
        signer: Signer,
        clock: Callable[[], float],
        sleep: Sleep,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._outbox = outbox
        self._signer = signer
        self._clock = clock
        self._sleep = sleep
        self._client = client
        self._round: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        outbox.wake = self.wake

    def wake(self) -> None:
        """Look into the outbox again: at once, if the task is waiting for something later."""
        self._news.set()
        if self._round is None or self._round.done():
            # A context of its own: whose call it was that caused the event is no matter here.
            loop = asyncio.get_running_loop()
            self._round = loop.create_task(self._make_rounds(), context=Context())

    async def idle(self) -> None:
        """Wait until the task in the background has nothing left to deliver."""
        if self._round is not None:
            await asyncio.wait((self._round,))

    async def aclose(self) -> None:
        """Stop delivering; what waits is lost."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.wait((self._round,))
        if self._client is not None:
            await self._client.aclose()

    async def _make_rounds(self) -> None:
        """Deliver until nothing waits."""
        while True:
            self._news.clear()
            while deliveries := tuple(self._outbox.due(_AT_ONCE)):
                await asyncio.gather(*map(self._attempt, deliveries))
            due = self._outbox.next_due
            if due is None:
                return
            await self._rest(due - self._clock())

    async def _rest(self, seconds: float) -> None:
        """Wait for that long, or until there is something new."""
        rest = asyncio.ensure_future(self._sleep(max(0.0, seconds)))
        news = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait((rest, news), return_when=asyncio.FIRST_COMPLETED)
        finally:
            rest.cancel()
            news.cancel()

    async def _attempt(self, delivery: Delivery) -> None:
        subscription = self._outbox.subscription
        if subscription is not None:
            body = self._signer.sign(delivery.event.envelope())
            self._outbox.settle(delivery, await self._post(subscription.url, body))

    async def _post(self, url: str, body: str) -> int | None:
        timeout = self._outbox.policy.timeout
        client = self._open()
        try:
            async with asyncio.timeout(timeout):
                answer = await client.post(url, content=body, headers=_HEADERS, timeout=timeout)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError):
            return None
        return answer.status_code

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            # Proxies of the environment are for the wide world, subscribers are next door.
            self._client = httpx.AsyncClient(trust_env=False)
        return self._client
