"""The layer in which ordered faults befall calls."""

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.sandbox.answers import Answer, capture, refusal
from gateway.sandbox.traffic.faults import Fault, FaultBoard, Hangup, Kind, When

Sleep = Callable[[float], Awaitable[None]]


class Mishaps:
    """Applies what the fault board orders, before and after the work.

    Latency adds up; the first fault that ends the call keeps the later ones from being used up.
    """

    def __init__(self, app: ASGIApp, board: FaultBoard, sleep: Sleep) -> None:
        self._app = app
        self._board = board
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the call suffer whatever was ordered for its route."""
        route = scope["sandbox.route"]
        for fault in self._board.strike(route, When.BEFORE):
            if await self._befalls_request(fault, send):
                return
        late = self._board.strike(route, When.AFTER)
        first = next(late, None)
        if first is None:
            await self._app(scope, receive, send)
            return
        answer = await capture(self._app, scope, receive)
        for fault in (first, *late):
            answer = await self._befalls_answer(fault, answer, send)
        await answer.send_to(send)

    async def _befalls_request(self, fault: Fault, send: Send) -> bool:
        """Return whether the call has been answered."""
        if fault.kind is Kind.DROP:
            raise Hangup(halfway=False)
        if fault.kind is Kind.STATUS:
            await _refusal(fault).send_to(send)
            return True
        await self._sleep(fault.seconds)
        return False

    async def _befalls_answer(self, fault: Fault, answer: Answer, send: Send) -> Answer:
        """Return what is left of the answer."""
        if fault.kind is Kind.DROP:
            raise Hangup(halfway=False)
        if fault.kind is Kind.HALF_BODY:
            await answer.send_half_to(send)
            raise Hangup(halfway=True)
        if fault.kind is Kind.STATUS:
            return _refusal(fault)
        await self._sleep(fault.seconds)
        return answer


def _refusal(fault: Fault) -> Answer:
    return refusal(fault.status, as_json=fault.json, retry_after=fault.retry_after)
