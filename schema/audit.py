"""Has every mutation leave a record, whatever came of it.

It stands around the mutations' resolvers, outside of the check of rights, so that what was refused
leaves one as well.
"""

import dataclasses
import functools
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
)

from gateway.errors import GatewayError, OutcomeUnknown
from gateway.model.ids import is_guid, is_key
from gateway.telemetry.audit import Deed, Outcome
from schema.faults import INTERNAL

_PLAIN: Final = re.compile(r"[\w.-]+")
_LONGEST_NAME: Final = 100
_NOT_ONE: Final = "(malformed)"
"""Stands for what was sent as an identity and is none: it could be anything."""

ResolveInfo = GraphQLResolveInfo[Any]
Verdict = tuple[Outcome, tuple[str, ...]]


def keep_records(schema: GraphQLSchema) -> None:
    """Put the keeping of records around the resolvers of all mutations."""
    mutations = schema.mutation_type
    for name, field in mutations.fields.items() if mutations else ():
        field.resolve = _recorded(name, field)


def _recorded(name: str, field: GraphQLField) -> Callable[..., Awaitable[Any]]:
    resolve = field.resolve
    assert resolve is not None  # noqa: S101 - Strawberry gives every field one

    @functools.wraps(resolve)
    async def answer(root: Any, info: ResolveInfo, **given: Any) -> Any:
        verdict: Verdict = ("unknown", (INTERNAL,))
        payload = None
        try:
            payload = await resolve(root, info, **given)
            verdict = _verdict_on(payload)
        except GatewayError as fault:
            outcome: Outcome = "unknown" if isinstance(fault, OutcomeUnknown) else "refused"
            verdict = (outcome, (fault.code,))
            raise
        finally:
            identities = (*_named(field, given), *_made(payload))
            _record(info, name, identities, verdict)
        return payload

    return answer


def _record(info: ResolveInfo, mutation: str, identities: Iterable[str], verdict: Verdict) -> None:
    context, name = info.context, info.operation.name
    outcome, codes = verdict
    context.record(
        Deed(
            subject=context.principal.subject,
            credential=context.principal.credential,
            site=context.principal.site_id,
            operation=name.value[:_LONGEST_NAME] if name else None,
            mutation=mutation,
            identities=tuple(dict.fromkeys(map(_plain, identities))),
            outcome=outcome,
            codes=codes,
            request_id=context.request_id,
        )
    )


def _verdict_on(payload: Any) -> Verdict:
    refusals = {str(error.code.value) for error in payload.user_errors}
    return ("refused", tuple(sorted(refusals))) if refusals else ("ok", ())


def _named(field: GraphQLField, given: dict[str, Any]) -> Iterator[str]:
    """List the identities in a mutation's arguments, as they come."""
    for name, argument in field.args.items():
        yield from _in_value(argument.type, given.get(name))


def _in_value(kind: GraphQLInputType, value: Any) -> Iterator[str]:
    if value is None:
        return
    inner = get_nullable_type(kind)
    if isinstance(inner, GraphQLList):
        for item in value:
            yield from _in_value(inner.of_type, item)
    elif isinstance(inner, GraphQLInputObjectType):
        for name, field in inner.fields.items():
            yield from _in_value(field.type, value.get(field.out_name or name))
    elif get_named_type(inner).name == "ID":
        yield value


def _made(payload: Any) -> Iterator[str]:
    """List the identities in a payload: of what it holds, or of what is gone."""
    for field in dataclasses.fields(payload) if payload is not None else ():
        if field.name != "user_errors":
            yield from _of(getattr(payload, field.name))


def _of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from value
    elif value is not None and not isinstance(value, bool):
        yield value.id if hasattr(value, "id") else value.key


def _plain(identity: str) -> str:
    known = is_guid(identity) or (is_key(identity) and _PLAIN.fullmatch(identity))
    return identity if known else _NOT_ONE
