"""One WebSocket: reads messages, runs what they ask for, ends what has lasted too long."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from gateway.crm.listening import ListeningFault
from gateway.edge import answers, media, parameters
from gateway.edge.answers import Style
from gateway.edge.exchange import exchange_of
from gateway.edge.limits import Limits
from gateway.edge.live import transport
from gateway.edge.live.answering import Answering
from gateway.edge.live.caller import operation_scope, under_its_key, with_credentials
from gateway.edge.live.limits import LiveLimits
from gateway.edge.live.standing import CredentialsEnded
from gateway.edge.live.transport import Act, Begin, Close, Greet, Reply, Stop, Transport
from gateway.edge.refusals import Refusal
from gateway.model.principal import Principal

_HANDED_OVER: Final = Close(1001, "Going away: connect again")
_TOKEN_ENDED: Final = Close(4403, "Forbidden: the token has ended")
_BROKEN: Final = Close(4500, "Internal server error")

log = structlog.get_logger(source="gateway.live")


class Session:
    """One WebSocket from its acceptance to its end."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        answering: Answering,
        admit: Callable[[Scope], Awaitable[Principal]],
        new_id: Callable[[], str],
        limits: LiveLimits,
        json_limits: Limits,
        wall: Callable[[], float],
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._answering = answering
        self._admit = admit
        self._new_id = new_id
        self._wall = wall
        self._now = asyncio.get_running_loop().time
        self._transport = Transport(limits, json_limits=json_limits, clock=self._now)
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._end: Close | None = None
        self._expires_at: float | None = None
        self._waiting: asyncio.Timeout | None = None

    def hand_over(self) -> None:
        """Send the other side to another process."""
        self._end_with(_HANDED_OVER)

    async def run(self) -> Close | None:
        """Serve it; tell how it is to be closed, None when it is closed already."""
        try:
            return await self._read()
        except OSError:
            return None
        except Exception:
            log.exception("a WebSocket failed")
            return _BROKEN
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self) -> Close | None:
        while True:
            if close := self._late():
                return close
            try:
                async with asyncio.timeout_at(self._due()) as self._waiting:
                    message = await self._receive()
            except TimeoutError:
                continue
            finally:
                self._waiting = None
            if message["type"] == "websocket.disconnect":
                return None
            if close := await self._do(self._transport.take(message.get("text"))):
                return close

    async def _do(self, act: Act | None) -> Close | None:
        match act:
            case Close():
                return act
            case Reply(text):
                await self._say(text)
            case Greet(payload):
                return await self._greet(payload)
            case Begin(operation, payload):
                self._operations[operation] = task = asyncio.create_task(
                    self._operate(operation, payload)
                )
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case Stop(operation):
                # Its id may be used again at once, before the task has come to its end.
                self._operations.pop(operation).cancel()
        return None

    async def _greet(self, payload: Any) -> Close | None:
        """Find out who it is, from now until his token ends."""
        self._scope = with_credentials(self._scope, payload)
        try:
            principal = await self._admit(operation_scope(self._scope, self._new_id))
        except Refusal as refusal:
            return _forbidden(refusal)
        if principal.expires_at is not None:
            self._expires_at = self._now() + principal.expires_at - self._wall()
        await self._say(self._transport.greeted().text)
        return None

    async def _operate(self, operation: str, payload: Any) -> None:
        """Run one operation; a caller who may have missed something has to come again."""
        scope = operation_scope(self._scope, self._new_id)
        try:
            await self._answer(operation, payload, scope)
        except CredentialsEnded as ended:
            self._end_with(_forbidden(ended))
        except Refusal as refusal:
            await self._refuse(operation, answers.refused(refusal, _style(scope)).body)
        except ListeningFault as fault:
            self._end_with(Close(1013, fault.message))
        except OSError:
            return  # nobody listens any more
        except Exception:
            log.exception("an operation failed", request_id=exchange_of(scope).request_id)
            await self._refuse(operation, answers.broken(_style(scope)).body)
        finally:
            self._forget(operation)

    async def _answer(self, operation: str, payload: Any, scope: Scope) -> None:
        try:
            await self._admit(scope)
        except Refusal as refusal:
            raise CredentialsEnded(refusal.message) from None
        asked = parameters.from_object(payload)
        scope = under_its_key(scope, asked)
        async with aclosing(self._answering.bodies(asked, scope)) as bodies:
            async for body in bodies:
                await self._say(transport.following(operation, body))
        await self._say(transport.complete(operation))

    def _forget(self, operation: str) -> None:
        if self._operations.get(operation) is asyncio.current_task():
            del self._operations[operation]
            self._transport.over(operation)
        self._wake()

    async def _refuse(self, operation: str, body: bytes) -> None:
        await self._say(transport.errors(operation, orjson.loads(body)["errors"]))

    async def _say(self, text: bytes) -> None:
        await self._send({"type": "websocket.send", "text": text.decode()})

    def _end_with(self, close: Close) -> None:
        self._end = self._end or close
        self._wake()

    def _wake(self) -> None:
        """Look again at what is due: something has changed."""
        if self._waiting is not None:
            self._waiting.reschedule(self._now())

    def _late(self) -> Close | None:
        if self._end is not None:
            return self._end
        if self._expires_at is not None and self._now() >= self._expires_at:
            return _TOKEN_ENDED
        return self._transport.late()

    def _due(self) -> float | None:
        moments = (self._transport.due(), self._expires_at)
        return min((moment for moment in moments if moment is not None), default=None)


def _forbidden(why: Refusal | CredentialsEnded) -> Close:
    return Close(4403, f"{why.code}: {why.message}")


def _style(scope: Scope) -> Style:
    return Style(media.JSON, exchange_of(scope).request_id)
