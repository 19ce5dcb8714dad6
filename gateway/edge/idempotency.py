"""``Idempotency-Key``: a mutation that is sent again under its key is carried out once.

The header is that of the IETF's draft (draft-ietf-httpapi-idempotency-key-header), whose quotes
around the key may be left out. Unlike there, a twin of a request under way waits for its outcome.
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Final

from graphql import GraphQLError
from starlette.types import Scope
from strawberry.types import ExecutionResult

from gateway.edge import answers
from gateway.edge.answers import Answer, Style
from gateway.edge.exchange import header
from gateway.edge.outcomes import OutcomeStore, Record
from gateway.edge.parameters import Parameters
from gateway.edge.refusals import Refusal
from gateway.errors import GatewayError, OutcomeUnknown

HEADER: Final = b"idempotency-key"
REPLAYED: Final = {"idempotency-replayed": "true"}
"""Marks an answer that another request was given first."""

_LONGEST: Final = 255
_KEY: Final = re.compile(rf'"?([!#-~]{{1,{_LONGEST}}})"?')

Execute = Callable[[], Awaitable[ExecutionResult]]


class Idempotency:
    """Carries out each keyed mutation once, and answers all its twins alike."""

    def __init__(self, store: OutcomeStore, whose: Callable[[Scope], str]) -> None:
        self._store = store
        self._whose = whose

    async def answer(
        self, execute: Execute, asked: Parameters, scope: Scope, style: Style
    ) -> Answer:
        """Answer a mutation: by executing it, or with what came of its twin.

        Raises:
            Refusal: The key is none, or another request has it.
        """
        given = header(scope, HEADER)
        if given is None:
            return answers.executed(await execute(), style)
        name = f"{self._whose(scope)} {_read_key(given)}"
        fingerprint = _fingerprint(asked)
        while (known := await self._store.claim(name, fingerprint)) is not None:
            if known.fingerprint != fingerprint:
                raise Refusal(
                    "This Idempotency-Key belongs to another request; make a new one.",
                    code="IDEMPOTENCY_KEY_REUSED",
                    status=422,
                )
            if known.outcome is not None:
                return _replayed(known.outcome, style)
            await self._store.ended(name)
        return await self._claimed(execute, name, fingerprint, style)

    async def _claimed(self, execute: Execute, name: str, fingerprint: str, style: Style) -> Answer:
        """Execute, and keep what came of it unless nothing was done."""
        try:
            result = await execute()
            answer = answers.executed(result, style)
        except BaseException:
            await self._store.keep(name, Record(fingerprint, b""))
            raise
        if _nothing_done(result):
            await self._store.release(name)
        else:
            await self._store.keep(name, Record(fingerprint, answer.body))
        return answer


def _read_key(given: str) -> str:
    key = _KEY.fullmatch(given.strip())
    if key is None:
        raise Refusal(
            f"An Idempotency-Key is 1 to {_LONGEST} visible ASCII characters.",
            code="IDEMPOTENCY_KEY_INVALID",
        )
    return key[1]


def _fingerprint(asked: Parameters) -> str:
    """Tell requests apart by what they ask, however their JSON is written."""
    said = [asked.query, asked.operation_name, asked.variables or {}]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _replayed(outcome: bytes, style: Style) -> Answer:
    if outcome:
        return Answer(outcome, 200, style.media_type, REPLAYED)
    return answers.unknown(style)


def _nothing_done(result: ExecutionResult) -> bool:
    """Tell whether the same request may be executed again as if for the first time.

    So it is when no field has a payload, and each failed on its own before it did anything.
    """
    answered = (result.data or {}).values()
    # The only text at the root is a __typename.
    if any(value is not None and not isinstance(value, str) for value in answered):
        return False
    errors = result.errors or []
    return bool(errors) and all(_before_anything(error) for error in errors)


def _before_anything(error: GraphQLError) -> bool:
    if not error.path:
        return True
    fault = error.original_error
    known = isinstance(fault, GatewayError) and not isinstance(fault, OutcomeUnknown)
    return known and len(error.path) == 1
