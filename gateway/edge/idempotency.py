"""``Idempotency-Key``: a mutation that is sent again under its key is carried out once.

The header is that of the IETF's draft (draft-ietf-httpapi-idempotency-key-header), whose quotes
around the key may be left out. Unlike there, a twin of a request under way waits for its outcome.
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from graphql import GraphQLError
from starlette.types import Scope
from strawberry.types import ExecutionResult

from gateway.edge import answers
from gateway.edge.answers import Answer, Style
from gateway.edge.exchange import header, principal_of
from gateway.edge.outcomes import OutcomeStore, Record
from gateway.edge.parameters import Parameters
from gateway.edge.refusals import Refusal
from gateway.errors import GatewayError, OutcomeUnknown

HEADER: Final = b"idempotency-key"
REPLAYED: Final = {"idempotency-replayed": "true"}
"""Marks an answer that another request was given first."""

_LONGEST: Final = 255
_UNKNOWN: Final = b""
"""The outcome of what may have been done, or not, or is not for everybody to see."""
_KEY: Final = re.compile(rf'"?([!#-~]{{1,{_LONGEST}}})"?')

Execute = Callable[[], Awaitable[ExecutionResult]]


class Idempotency:
    """Carries out each keyed mutation once, and answers all its twins alike."""

    def __init__(
        self, store_of: Callable[[Scope], OutcomeStore], whose: Callable[[Scope], str]
    ) -> None:
        self._store_of = store_of
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
        store, fingerprint = self._store_of(scope), f"{_fingerprint(asked)}:{_rights(scope)}"
        while (known := await store.claim(name, fingerprint)) is not None:
            if known.fingerprint.partition(":")[0] != fingerprint.partition(":")[0]:
                raise Refusal(
                    "This Idempotency-Key belongs to another request; make a new one.",
                    code="IDEMPOTENCY_KEY_REUSED",
                    status=422,
                )
            if known.outcome is not None:
                shown = known.outcome if known.fingerprint == fingerprint else _UNKNOWN
                return _replayed(shown, style)
            await store.ended(name)
        return await _Claim(store, name, fingerprint).execute(execute, style)


@dataclass(frozen=True, slots=True)
class _Claim:
    """The right to carry out a request, which is there once."""

    store: OutcomeStore
    name: str
    fingerprint: str

    async def execute(self, execute: Execute, style: Style) -> Answer:
        """Execute the request, and keep what came of it unless nothing was done."""
        try:
            result = await execute()
            answer = answers.executed(result, style)
        except BaseException:
            await self._keep(_UNKNOWN)
            raise
        if _nothing_done(result):
            await self.store.release(self.name)
        else:
            await self._keep(answer.body)
        return answer

    async def _keep(self, outcome: bytes) -> None:
        await self.store.keep(self.name, Record(self.fingerprint, outcome))


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


def _rights(scope: Scope) -> str:
    """Tell rights apart: what was shown under some is not replayed under others."""
    scopes = sorted(principal_of(scope).scopes)
    return hashlib.sha256(" ".join(scopes).encode()).hexdigest()[:16]


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
