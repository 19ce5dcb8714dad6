"""Chooses between one answer and a stream of them, and makes the stream."""

import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from gateway.edge import answers, media
from gateway.edge.answers import Answer, Style
from gateway.edge.exchange import exchange_of, header, principal_of
from gateway.edge.incremental.delivery import Delivery
from gateway.edge.live.answering import Answering
from gateway.edge.live.event_stream import EventStream
from gateway.edge.live.gathering import Gathering
from gateway.edge.live.limits import LiveLimits
from gateway.edge.operations import Judged
from gateway.edge.refusals import Refusal

_OK = 200


class Streaming:
    """Answers HTTP requests that want a stream.

    A query is answered as the order in Accept says, and a subscription by a stream wherever one is
    named: clients such as urql name it with every request, after JSON.
    """

    def __init__(
        self,
        answering: Answering,
        gathering: Gathering,
        limits: LiveLimits,
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._answering = answering
        self._gathering = gathering
        self._limits = limits
        self._wall = wall

    def told(self, judged: Judged, scope: Scope) -> EventStream:
        """Answer a subscription; the stream ends with the caller's token.

        Raises:
            Refusal: The request names no stream in Accept.
        """
        if not media.names(header(scope, b"accept") or "", media.EVENT_STREAM):
            raise Refusal(
                f"Subscriptions are answered by a stream: accept {media.EVENT_STREAM}, or send "
                "them over a WebSocket.",
                code="NOT_ACCEPTABLE",
                status=406,
            )
        end = principal_of(scope).expires_at
        lasts = None if end is None else max(0.0, end - self._wall())
        return self._stream(self._answering.told(judged, scope), scope, lasts)

    async def send(
        self, answer: Answer | EventStream | Delivery, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Write an answer out, as a stream where one was wanted."""
        if isinstance(answer, Answer) and answer.media_type == media.EVENT_STREAM:
            answer = self._streamed(answer, scope)
        if isinstance(answer, Answer):
            await answer.send(send)
            return
        try:
            await answer.run(receive, send)
        except Refusal as refusal:
            style = Style(media.JSON, exchange_of(scope).request_id)
            await answers.refused(refusal, style).send(send)

    def _streamed(self, answer: Answer, scope: Scope) -> Answer | EventStream:
        """Put an answer into a stream, unless its status says that it is none."""
        if answer.status != _OK:
            return replace(answer, media_type=media.JSON)
        return self._stream(_alone(answer.body), scope, None)

    def _stream(
        self, bodies: AsyncGenerator[bytes, None], scope: Scope, lasts: float | None
    ) -> EventStream:
        return EventStream(
            bodies,
            style=Style(media.JSON, exchange_of(scope).request_id),
            gathering=self._gathering,
            ping_seconds=self._limits.ping_seconds,
            lasts=lasts,
        )


async def _alone(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


def is_told(judged: Judged) -> bool:
    """Tell whether an operation has more than one answer."""
    return judged.kind is OperationType.SUBSCRIPTION
