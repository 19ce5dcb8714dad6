"""Several operations in one request: judged together, executed one after the other."""

import asyncio
from dataclasses import dataclass
from typing import Final

from graphql import OperationType
from starlette.types import Receive, Scope

from gateway.deadline import Deadline
from gateway.edge import answers
from gateway.edge.answers import Answer, Style
from gateway.edge.exchange import exchange_of, header
from gateway.edge.idempotency import HEADER
from gateway.edge.operations import Judged, Operations
from gateway.edge.parameters import Batch, Parameters
from gateway.edge.refusals import Refusal
from gateway.edge.windows import Windows

_SEPARATOR: Final = b","


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """A batch of which at least something may be executed, or refused by itself."""

    entries: tuple[Judged | Refusal, ...]
    estimated: int
    """Calls to Wix that all its operations take together."""


class Batches:
    """Answers arrays of operations with arrays of answers, in the same order."""

    def __init__(self, operations: Operations, windows: Windows) -> None:
        self._operations = operations
        self._windows = windows

    async def judge(self, batch: Batch, scope: Scope) -> JudgedBatch:
        """Judge each operation by itself, and count it as a request of the caller's.

        The first was counted when the request came.

        Raises:
            Refusal: The request has an ``Idempotency-Key``, which stands for one operation.
        """
        if header(scope, HEADER) is not None:
            message = "An Idempotency-Key stands for one operation: send no batch under it."
            raise Refusal(message, code="IDEMPOTENCY_KEY_INVALID")
        first, *others = batch
        entries = [await self._entry(first, scope)]
        for asked in others:
            # Judging may take as long as it may for a request; in between others have their turn.
            await asyncio.sleep(0)
            entries.append(await self._further(asked, scope))
        exchange_of(scope).operation = f"batch of {len(batch)}"
        estimated = sum(entry.estimated for entry in entries if isinstance(entry, Judged))
        return JudgedBatch(tuple(entries), estimated)

    async def _further(self, asked: Parameters, scope: Scope) -> Judged | Refusal:
        try:
            await self._windows.count(scope)
        except Refusal as refusal:
            return refusal
        return await self._entry(asked, scope)

    async def _entry(self, asked: Parameters, scope: Scope) -> Judged | Refusal:
        try:
            judged = await self._operations.judge(asked, scope)
        except Refusal as refusal:
            return refusal
        if judged.kind is OperationType.SUBSCRIPTION:
            return Refusal("A subscription has many answers: send it by itself.", in_document=True)
        return judged

    async def answer(
        self, batch: JudgedBatch, scope: Scope, receive: Receive, end: Deadline, style: Style
    ) -> Answer:
        """Execute the operations in turn, so that each sees what those before it wrote.

        Raises:
            Expired: The time is over before all have ended.
            HungUp: The caller no longer listens.
        """
        bodies = []
        for entry in batch.entries:
            if isinstance(entry, Refusal):
                bodies.append(answers.refused(entry, style).body)
            else:
                answer = await self._operations.answer(entry, scope, receive, end, style)
                bodies.append(answer.body)
        return Answer(b"[" + _SEPARATOR.join(bodies) + b"]", 200, style.media_type)
