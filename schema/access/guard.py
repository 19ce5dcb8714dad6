"""The check as it runs: fields that ask for something answer only to whom has it.

It stands around the resolvers, above every cache: what is remembered never depends on anybody's
rights. Fields that ask for nothing are left as they are, and cost nothing.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any

from graphql import GraphQLError, GraphQLField, GraphQLResolveInfo, GraphQLSchema

from gateway.errors import Forbidden, Path
from gateway.model.principal import Principal
from schema.access.completeness import check, ruled_fields, withheld_as_empty
from schema.access.demands import Demands
from schema.access.rules import RULES, Rules
from schema.access.table import Scopes

Resolver = Callable[..., Any]
ResolveInfo = GraphQLResolveInfo[Any]


def guard(schema: GraphQLSchema, rules: Rules = RULES) -> None:
    """Put the checks before the schema's resolvers, whose context must hold a ``principal``.

    Raises:
        Unruled: The rules do not speak of the whole schema.
    """
    check(schema, rules)
    demands = Demands(schema, rules)
    for kind, name, field in ruled_fields(schema):
        place = f"{kind}.{name}"
        # The argument's check goes on first, so that the field's own comes before it.
        if demands.at_most(place, field):
            _stand_before(field, functools.partial(_demanding, place, field, demands))
        if rules.asked[place]:
            _stand_before(field, functools.partial(_asking, place, field, rules.asked[place]))


def barred(principal: Principal, kind: str, rules: Rules = RULES) -> Forbidden | None:
    """Tell what speaks against showing any object of this kind; None when nothing does."""
    missing = rules.held[kind] - principal.scopes
    return _forbidden(kind, missing) if missing else None


def _stand_before(field: GraphQLField, checked: Callable[[Resolver], Resolver]) -> None:
    """Put a check before a field, and before listening where it is one of the subscription's."""
    field.resolve = checked(_resolver_of(field))
    if field.subscribe is not None:
        field.subscribe = checked(field.subscribe)


def _asking(place: str, field: GraphQLField, needed: Scopes, resolve: Resolver) -> Resolver:
    withhold = _empty if withheld_as_empty(field) else _null

    @functools.wraps(resolve)
    def answer(root: Any, info: ResolveInfo, **given: Any) -> Any:
        scopes = info.context.principal.scopes
        if needed <= scopes:
            return resolve(root, info, **given)
        return withhold(_forbidden(place, needed - scopes), info)

    return answer


def _demanding(place: str, field: GraphQLField, demands: Demands, resolve: Resolver) -> Resolver:
    most = demands.at_most(place, field)

    @functools.wraps(resolve)
    def answer(root: Any, info: ResolveInfo, **given: Any) -> Any:
        scopes = info.context.principal.scopes
        if not most <= scopes:
            for path, needed in demands.made(place, field, given):
                if not needed <= scopes:
                    raise _forbidden(place, needed - scopes, path)
        return resolve(root, info, **given)

    return answer


def _resolver_of(field: GraphQLField) -> Resolver:
    resolve = field.resolve
    assert resolve is not None  # noqa: S101 - Strawberry gives every field one
    return resolve


def _null(refusal: Forbidden, _info: ResolveInfo) -> Any:
    raise refusal


def _empty(refusal: Forbidden, info: ResolveInfo) -> list[Any]:
    """Answer a list that must not be null with an empty one, and say beside it that it is not.

    Null in its place would take the whole object along, and all of its neighbours.
    """
    error = GraphQLError(
        refusal.message, info.field_nodes, path=info.path.as_list(), original_error=refusal
    )
    info.context.withheld.append(error)
    return []


def _forbidden(place: str, missing: Iterable[str], path: Path = ()) -> Forbidden:
    scopes = sorted(missing)
    subject = f"{place}, {'.'.join(path)}," if path else place
    noun = "scope" if len(scopes) == 1 else "scopes"
    return Forbidden(f"{subject} asks for the {noun} {' '.join(scopes)}.", missing=scopes, at=path)
