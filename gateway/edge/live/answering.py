"""Answers operations of any kind, one result after another."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import structlog
from graphql import OperationType
from starlette.types import Message, Scope
from structlog.contextvars import bound_contextvars

from gateway import deadline
from gateway.deadline import Deadline
from gateway.edge import answers, media
from gateway.edge.answers import Answer, Style
from gateway.edge.exchange import exchange_of, principal_of
from gateway.edge.execution import Expired
from gateway.edge.incremental.delivery import Deliveries
from gateway.edge.incremental.forms import Form
from gateway.edge.incremental.pipe import Pipe
from gateway.edge.limits import Limits
from gateway.edge.live.subscriptions import Subscriptions
from gateway.edge.operations import Judged, Operations
from gateway.edge.overload import Shedder, overloaded
from gateway.edge.parameters import Parameters
from gateway.edge.pricing import Pricing
from gateway.edge.windows import Windows
from gateway.ledger import Ledger, opened

log = structlog.get_logger(source="gateway.live")


class Answering:
    """Turns what is asked into the bodies of answers, in JSON."""

    def __init__(
        self,
        operations: Operations,
        subscriptions: Subscriptions,
        *,
        pricing: Pricing,
        windows: Windows,
        shedder: Shedder,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._operations = operations
        self._deliveries = Deliveries(operations, windows)
        self._subscriptions = subscriptions
        self._pricing = pricing
        self._windows = windows
        self._shedder = shedder
        self._limits = limits
        self._clock = clock

    async def bodies(self, asked: Parameters, scope: Scope) -> AsyncGenerator[bytes, None]:
        """Answer what came over a connection that is nobody's HTTP request.

        Raises:
            Refusal: It cannot be executed.
            ListeningFault: The caller has to connect again.
        """
        with bound_contextvars(
            request_id=exchange_of(scope).request_id, site=principal_of(scope).site_id
        ):
            judged = await self._judge(asked, scope)
        if judged.kind is not OperationType.SUBSCRIPTION and judged.deferrals is None:
            yield await self._single(judged, scope)
            return
        several = self.told if judged.deferrals is None else self._parts
        async with aclosing(several(judged, scope)) as bodies:
            async for body in bodies:
                yield body

    async def told(self, judged: Judged, scope: Scope) -> AsyncGenerator[bytes, None]:
        """Answer a subscription that was judged, with a body for each thing that happens.

        Raises:
            ListeningFault: The caller has to connect again.
        """
        exchange = exchange_of(scope)
        style, began, count = Style(media.JSON, exchange.request_id), self._clock(), 0
        try:
            async with aclosing(self._subscriptions.results(judged, scope)) as results:
                async for result in results:
                    count += 1
                    yield answers.executed(result, style).body
        finally:
            log.info(
                "subscription ended",
                request_id=exchange.request_id,
                operation=exchange.operation,
                results=count,
                seconds=round(self._clock() - began, 1),
            )

    async def _judge(self, asked: Parameters, scope: Scope) -> Judged:
        """Ask of an operation what a request of its own is asked by the endpoint.

        Raises:
            Refusal: It cannot be executed, or not now.
        """
        await self._windows.count(scope)
        if await self._shedder.turns_away():
            raise overloaded()
        judged = await self._operations.judge(asked, scope)
        exchange_of(scope).estimated = judged.estimated
        self._pricing.admit(judged.estimated)
        return judged

    def _parts(self, judged: Judged, scope: Scope) -> AsyncGenerator[bytes, None]:
        """Answer in parts a query that defers something, in the specification's current form."""
        style = Style(media.JSON, exchange_of(scope).request_id)
        end = Deadline.after(self._limits.seconds, self._clock)
        delivery = self._deliveries.in_form(Form.CURRENT, judged, scope, end, style)

        async def deliver(pipe: Pipe) -> Answer | None:
            with opened(Ledger()):
                return await delivery.deliver(_forever, pipe)

        return Pipe().bodies(deliver)

    async def _single(self, judged: Judged, scope: Scope) -> bytes:
        style = Style(media.JSON, exchange_of(scope).request_id)
        end = Deadline.after(self._limits.seconds, self._clock)
        with opened(Ledger()), deadline.within(end):
            try:
                async with self._windows.reserved(scope, judged.estimated):
                    answer = await self._operations.answer(judged, scope, _forever, end, style)
            except Expired as expired:
                cost = self._pricing.report(exchange_of(scope))
                answer = answers.expired(style, cost, goes_on=expired.goes_on)
        return answer.body


async def _forever() -> Message:
    """Hear nothing: whoever asked is cancelled when he hangs up."""
    await asyncio.Event().wait()
    raise AssertionError
