"""Documents as tools of clients write them, of the largest sizes that are met in the field."""

from collections.abc import Iterator
from typing import Final

from graphql import get_introspection_query, parse, print_ast

_SCALARS: Final = "id revision createdAt updatedAt company jobTitle birthdate locale"
_NAMES: Final = "name { __typename first last full }"
_PHONES: Final = "phones { __typename phone e164 countryCode tag }"


def _relay() -> Iterator[str]:
    """Write a page of many components, each with a fragment of its own over the same rows."""
    parts = 30
    spreads = " ".join(f"...Row{n}_contact" for n in range(parts))
    yield (
        "query ContactsPageQuery($count: Int = 20, $cursor: String) {"
        " contacts(first: $count, after: $cursor) {"
        f" edges {{ cursor node {{ __typename id {spreads} }} }}"
        " pageInfo { hasNextPage endCursor } totalCount } }"
    )
    for n in range(parts):
        part = (_NAMES, _PHONES, "labels { __typename key displayName }")[n % 3]
        yield f"fragment Row{n}_contact on Contact {{ __typename id {_SCALARS} {part} }}"


def _apollo() -> str:
    """Write one query without fragments that asks for every field of each of many aliases."""
    rows = "".join(
        f" c{n}: contact(id: $id{n}) {{ __typename {_SCALARS} {_NAMES} {_PHONES} }}"
        for n in range(20)
    )
    variables = ", ".join(f"$id{n}: ID!" for n in range(20))
    return f"query Dashboard({variables}) {{{rows} }}"


def _pretty(text: str) -> str:
    return print_ast(parse(text))


GENERATED: Final = {
    "introspection with all options": get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    ),
    "Relay's page of components": _pretty(" ".join(_relay())),
    "Apollo's dashboard": _pretty(_apollo()),
}
