"""Carries a call to Wix and back: authorised, within the deadline, repeated where that is safe."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

from gateway import deadline
from gateway.budget.gate import Gate
from gateway.budget.priority import priority_of
from gateway.deadline import Deadline
from gateway.errors import NotFound, Throttled, UpstreamFault, UpstreamTimeout, UpstreamUnavailable
from gateway.wix.auth import Authorization, Headers
from gateway.wix.calls import Call
from gateway.wix.exchange import Wire
from gateway.wix.flights import Flights, outcome
from gateway.wix.operations import Repeat
from gateway.wix.refusals import is_throttling, refusal
from gateway.wix.replies import read_strictly, request_id_of, retry_after_of
from gateway.wix.retries import Retries

_CONSISTENCY = "X-Wix-Consistent"


@dataclass(slots=True)
class _Voyage:
    """How far one call has come."""

    call: Call
    limit: Deadline
    sent: bool = False
    """Whether a request may have reached Wix."""
    throttled: bool = False
    """Whether the latest try came back because there were too many calls."""
    in_doubt: bool = False
    """Whether one of the tries may have been carried out, though no answer said so."""
    attempt: int = 0


class WixClient:
    """Sends calls, each in a task of its own.

    A caller who is cancelled takes a read with him; a write that has gone out runs on to its
    end, so that nothing is torn in half and no connection is left in an unknown state.
    """

    def __init__(
        self,
        wire: Wire,
        authorization: Authorization,
        *,
        gate: Gate,
        retries: Retries,
        flights: Flights,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        timeout: float,
        closing_grace: float,
    ) -> None:
        self._wire = wire
        self._authorization = authorization
        self._gate = gate
        self._retries = retries
        self._flights = flights
        self._clock = clock
        self._sleep = sleep
        self._timeout = timeout
        self._closing_grace = closing_grace
        self._closed = False
        self._consistency: Headers = {}

    async def send(self, call: Call) -> dict[str, Any]:
        """Send a call and tell the JSON object it was answered with.

        The time is limited by `gateway.deadline.current`, or by the client's own default; the
        limit covers the wait at the gate, the renewal of a token and all tries.

        Raises:
            CallerFault: Wix refused; which class says why (`gateway.wix.refusals`).
            UpstreamFault: Wix was not reached, could not answer, or does not take our credentials;
                among them Throttled when the site's calls are used up for longer than the limit.
        """
        if self._closed:
            raise UpstreamUnavailable("The gateway is closing.")
        voyage = _Voyage(call, deadline.current() or Deadline.after(self._timeout, self._clock))
        task = self._flights.start(self._within_deadline(voyage))
        try:
            return await outcome(task)
        except asyncio.CancelledError:
            if call.operation.repeat is Repeat.READ or not voyage.sent:
                task.cancel()
            raise

    async def aclose(self) -> None:
        """Let the calls under way end for a while, then drop them and close the connections."""
        self._closed = True
        await self._flights.land_all(self._closing_grace)
        await self._wire.aclose()

    async def _within_deadline(self, voyage: _Voyage) -> dict[str, Any]:
        seconds = voyage.limit.remaining()
        # The time is checked first: a limit of zero would still let the request go out.
        with contextlib.suppress(TimeoutError):
            if seconds > 0:
                async with asyncio.timeout(seconds):
                    return await self._persist(voyage)
        late = UpstreamTimeout(f"Wix did not answer {voyage.call.operation.name} in time.")
        late.in_doubt = voyage.sent or voyage.in_doubt
        raise late

    async def _persist(self, voyage: _Voyage) -> dict[str, Any]:
        repeat = voyage.call.operation.repeat
        while True:
            voyage.attempt += 1
            voyage.throttled = False
            try:
                return await self._attempt(voyage)
            except NotFound:
                if voyage.in_doubt and repeat is Repeat.DELETION:
                    return {}
                raise
            except UpstreamFault as fault:
                voyage.in_doubt |= voyage.sent and fault.in_doubt
                fault.in_doubt = voyage.in_doubt
                pause = self._pause(voyage, fault)
                if pause is None or pause >= voyage.limit.remaining():
                    raise
            await self._sleep(pause)

    def _pause(self, voyage: _Voyage, fault: UpstreamFault) -> float | None:
        repeat = voyage.call.operation.repeat
        if voyage.throttled and isinstance(fault, Throttled):
            # It was not carried out, and the gate spaces the tries.
            return self._retries.after_throttling(repeat, fault.retry_after)
        pause = self._retries.pause(repeat, fault, voyage.attempt)
        return pause if pause is None or self._gate.may_repeat() else None

    async def _attempt(self, voyage: _Voyage) -> dict[str, Any]:
        headers = await self._authorization.headers()
        response = await self._exchange(voyage, headers)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            others = await self._authorization.renewed(headers)
            if others is not None:
                response = await self._exchange(voyage, others)
        if not response.is_success:
            raise refusal(response, voyage.call.operation)
        body = read_strictly(response)
        if body is None:
            raise UpstreamUnavailable(
                f"Wix answered {voyage.call.operation.name} with something that is not its JSON.",
                status=response.status_code,
                request_id=request_id_of(response),
                in_doubt=True,
            )
        return body

    async def _exchange(self, voyage: _Voyage, headers: Headers) -> httpx.Response:
        operation = voyage.call.operation
        priority = priority_of(writes=operation.repeat is not Repeat.READ)
        asked_at = self._clock()
        async with self._gate.admitted(priority, voyage.limit) as passage:
            voyage.sent = True
            response = await self._wire.exchange(
                voyage.call,
                {**headers, **self._consistency},
                attempt=voyage.attempt,
                waited=self._clock() - asked_at,
            )
            throttled = is_throttling(response, operation)
            passage.answered(
                response.status_code, throttled=throttled, retry_after=retry_after_of(response)
            )
        if throttled:
            voyage.throttled, voyage.sent = True, voyage.in_doubt
        token = response.headers.get(_CONSISTENCY)
        if token is not None:
            # Read your writes: the last token is repeated on every later call (contract 1.1).
            self._consistency = {_CONSISTENCY: token}
        return response
