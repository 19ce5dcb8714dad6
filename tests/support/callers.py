"""Callers of every kind of right on three sites, and the requests that they make at random."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from gateway.model.principal import SCOPES
from tests.support.parts import CURRENT
from tests.support.three_sites import CONTACTS, FIELD, LABELS, NAMES, Known, everything_on

HALF: Final = 0.5
_READS = frozenset({"labels:read", "contacts:read", "fields:read"})

CALLERS: Final[Mapping[str, Known]] = {
    "root": everything_on(),
    **{f"{name}'s owner": everything_on(name) for name in NAMES},
    **{f"{name}'s reader": Known((name,), _READS) for name in NAMES},
    "labels only": Known(("alpha",), frozenset({"labels:read"})),
    "fields only": Known(("charlie",), frozenset({"fields:read"})),
    "people": Known(("bravo",), frozenset({"contacts:read", "contacts:pii"})),
    "personal without contacts": Known(("bravo",), frozenset({"contacts:pii", "labels:read"})),
    "writer who reads nothing": Known(("charlie",), frozenset({"contacts:write", "labels:write"})),
    "writer who reads names not": Known(("alpha",), _READS | {"contacts:write", "labels:write"}),
    "of two": Known(("alpha", "charlie"), _READS),
    "of two, with people": Known(("bravo", "charlie"), _READS | {"contacts:pii"}),
    "everything but people": Known(None, SCOPES - {"contacts:pii"}),
    "introspector": Known(("bravo",), frozenset({"schema:introspect"})),
    "nothing": Known(("alpha",), frozenset()),
    "nowhere": everything_on("delta"),
}

_PERSON = """fragment Person on Contact {
  id revision company jobTitle labelKeys name { first last full } primaryEmail { email }
  primaryPhone { phone e164 formatted } emails { email } phones { phone e164 } birthdate
  addresses { line1 city formatted } extendedFields { key value definition { displayName } }
  labels { key displayName }
}"""
_KIND = """fragment Kind on Label {
  key displayName contactCount contacts(first: 2) { totalCount nodes { id company name { full } } }
}"""
_TYPES = {
    "$n": "Int!",
    "$id": "ID!",
    "$key": "ID!",
    "$text": "String!",
    "$label": "String!",
    "$work": "String!",
    "$person": "String!",
}


def _document(kind: str, body: str) -> str:
    """Write a document around an operation's body, with the variables and fragments it uses."""
    used = [f"{name}: {gql}" for name, gql in _TYPES.items() if f"{name} " in f"{body} "]
    declared = f"({', '.join(used)})" if used else ""
    fragments = [text for text in (_PERSON, _KIND) if f"...{text.split()[1]}" in body]
    return "\n".join([f"{kind}{declared} {{ {body} }}", *fragments])


def _write(field: str, given: str, shown: str) -> str:
    told = f"{shown} userErrors {{ code message field }}"
    return _document("mutation", f"{field}(input: {{ {given} }}) {{ {told} }}")


_THINGS = "id ... on Label { displayName } ... on Contact { ...Person }"
READS: Final = tuple(
    _document("query", body)
    for body in (
        "contacts(first: $n ) { nodes { ...Person } }",
        "contact(id: $id ) { ...Person }",
        f"node(id: $id ) {{ {_THINGS} }}",
        f"nodes(ids: [$id , $key ]) {{ {_THINGS} }}",
        """_entities(representations: [
          { __typename: "Contact", id: $id }, { __typename: "Label", key: $key }
        ]) { ... on Label { ...Kind } ... on Contact { ...Person } }""",
        "label(key: $key ) { ...Kind }",
        "labels { nodes { key displayName contactCount } }",
        "extendedFields { nodes { key displayName } }",
        "contactFacets { type key count displayName label { displayName } }",
        "contacts(search: $text ) { nodes { ...Person } }",
        "contacts(filter: { firstName: { startsWith: $text } }) { totalCount nodes { ...Person } }",
        "contacts(orderBy: { field: FIRST_NAME, direction: ASC }) { nodes { ...Person } }",
        "contacts(filter: { company: { startsWith: $text } }) { totalCount nodes { ...Person } }",
        "viewer { subject siteId scopes } rateLimit { limit remaining } __typename",
        "__schema { queryType { name } }",
        "_service { sdl }",
        """__type(name: "Contact") { fields { name } } labels { nodes { displayName } }""",
        """a: contact(id: $id ) { company } b: nodes(ids: [$id ]) { id }
        c: labels { nodes { displayName } } d: contacts { nodes { name { full } } }""",
        "contacts(first: $n ) { nodes { id ... @defer { ...Person } } }",
        "contacts { nodes @stream(initialCount: 1) { ... @defer { ...Person } } }",
        "... @defer { contact(id: $id ) { ...Person } label(key: $key ) { ...Kind } }",
    )
)
LIVE: Final = tuple(
    _document("subscription", body)
    for body in (
        "labelChanged { key label { ...Kind } }",
        "contactChanged { contactId contact { ...Person } }",
    )
)
WRITES: Final = (
    _write("renameLabel", "key: $key , displayName: $label ", "label { ...Kind }"),
    _write("labelContact", "contactId: $id , labelKeys: [$key ]", "contact { ...Person }"),
    _write("unlabelContact", "contactId: $id , labelKeys: [$key ]", "contact { ...Person }"),
    _write("findOrCreateLabel", "displayName: $label ", "created label { ...Kind }"),
    _write("createContact", "info: { company: $work , jobTitle: $work }", "contact { ...Person }"),
    _write(
        "updateContact",
        "contactId: $id , revision: 1, changes: { name: { first: $person } }",
        "contact { ...Person }",
    ),
)

_VARIABLES: Final[Mapping[str, Callable[[random.Random, str], Any]]] = {
    "$n": lambda dice, _site: dice.randint(1, 5),
    "$id": lambda dice, _site: dice.choice(CONTACTS),
    "$key": lambda dice, _site: dice.choice((*LABELS, FIELD)),
    "$text": lambda dice, _site: dice.choice(["a", "alpha", "b", "pii"]),
    "$label": lambda dice, site: f"{site}label {dice.randint(0, 9)}",
    "$work": lambda _dice, site: f"{site}work",
    "$person": lambda _dice, site: f"{site}pii",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request: who sends what, naming which site."""

    caller: str | None
    """None for one without a key."""
    site: str | None
    query: str
    variables: Mapping[str, Any]
    key: str | None
    """The ``Idempotency-Key``."""

    @property
    def accepts(self) -> str:
        """Tell in which form it asks for its answer."""
        return CURRENT if "@defer" in self.query else "application/json"

    @property
    def served_on(self) -> str | None:
        """Tell the site it is for; None where it must be refused."""
        return _known(self.caller).site_for(self.site)


def every_look(dice: random.Random) -> Iterator[Request]:
    """Make each caller look at each of his sites in every way once."""
    for (name, known), query in product(CALLERS.items(), READS):
        for site in known.sites or NAMES:
            yield Request(name, site, query, _variables(dice, query, site), key=None)


def request(dice: random.Random, *, writes: float = 0.1) -> Request:
    """Make a request; callers, sites, operations and their values are all drawn."""
    caller = dice.choice([*CALLERS, None, "of a made-up key"])
    his = _known(caller).sites or NAMES
    site = dice.choice([None, *his, *his, *NAMES, "nowhere"])
    is_write = dice.random() < writes
    query = dice.choice(WRITES if is_write else READS)
    key = f"key-{dice.randint(0, 99)}" if is_write and dice.random() < HALF else None
    # What is written is marked as the site's where it will stand.
    target = _known(caller).site_for(site) or "nobody"
    return Request(caller, site, query, _variables(dice, query, target), key)


def _known(caller: str | None) -> Known:
    """Tell who a caller is; a stranger is one without any site."""
    return CALLERS.get(caller or "", Known((), frozenset()))


def _variables(dice: random.Random, query: str, site: str) -> dict[str, Any]:
    return {
        name.removeprefix("$"): draw(dice, site)
        for name, draw in _VARIABLES.items()
        if f"{name}:" in query
    }
