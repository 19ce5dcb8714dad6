"""Operations of every shape, made by hypothesis: of each, its document and its variables.

A site is not needed to make them: where an identity belongs there stands a place, and `at_home`
puts in who stands there.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.support.site import NOBODY

DEEPEST = 4

Draw = st.DrawFn


@dataclass(frozen=True)
class Generated:
    """An operation with places in place of identities."""

    document: str
    variables: Mapping[str, Any]

    def at_home(self, ids: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """Tell the document and the variables for a site of these contacts."""
        document, variables = self.document, json.dumps(self.variables)
        for place, contact_id in enumerate(ids):
            document = document.replace(_contact(place), contact_id)
            variables = variables.replace(_contact(place), contact_id)
        return document, json.loads(variables)


def _contact(place: int) -> str:
    return f"<contact {place:03}>"


contact_ids = st.integers(0, 11).map(_contact) | st.sampled_from([NOBODY, "nobody"])
label_keys = st.sampled_from(
    [
        "custom.vip-customer",
        "custom.newsletter",
        "custom.lead",
        "custom.beta-tester",
        "contacts.customers",
        "custom.nobody",
        "nokey",
    ]
)
label_names = st.sampled_from(["VIP Customer", "Newsletter", "Brand New", "Newer Still", ""])
field_keys = st.sampled_from(["custom.tier", "invoices.vatId", "custom.nobody", "nokey"])
sizes = st.integers(1, 3)
references = st.builds(lambda key: {"__typename": "Contact", "id": key}, contact_ids) | st.builds(
    lambda key: {"__typename": "Label", "key": key}, label_keys
)


class Author:
    """Writes one operation; what it writes as a variable it remembers."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.variables: dict[str, Any] = {}
        self.declared: list[str] = []
        self.fragments: list[str] = []

    def some(self, choices: Sequence[Any], most: int = 3) -> list[Any]:
        """Choose a few, some of them twice."""
        return self.draw(st.lists(st.sampled_from(choices), min_size=1, max_size=most))

    def given(self, kind: str, values: st.SearchStrategy[Any]) -> str:
        """Write a value, as a literal or as a variable, with or without a default."""
        value = self.draw(values)
        how = self.draw(st.sampled_from(["literal", "variable", "default"]))
        if how == "literal":
            return _literal(value)
        name = f"v{len(self.declared)}"
        default = f" = {_literal(value)}" if how == "default" else ""
        self.declared.append(f"${name}: {kind}{default}")
        if how == "variable":
            self.variables[name] = value
        return f"${name}"

    def maybe(self) -> str:
        """Write a condition now and then."""
        if self.draw(st.integers(0, 4)):
            return ""
        name = self.draw(st.sampled_from(["include", "skip"]))
        return f" @{name}(if: {self.given('Boolean!', st.booleans())})"

    def selected(self, kind: str, fields: str) -> str:
        """Write fields as they are, in a fragment, or in both."""
        how = self.draw(st.sampled_from(["plain", "plain", "inline", "spread", "twice"]))
        if how == "plain":
            return fields
        if how == "inline":
            return f"... on {kind}{self.maybe()} {{ {fields} }}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {kind} {{ {fields} }}")
        return f"...{name}{self.maybe()}" + (f" {fields}" if how == "twice" else "")

    def whole(self, kind: str, body: str) -> Generated:
        """Put the document together."""
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        document = "\n".join([f"{kind} Generated{declared} {{ {body} }}", *self.fragments])
        return Generated(document, self.variables)

    def contact(self, depth: int) -> str:
        """Select some of a contact."""
        choices = ["id", "labelKeys", "name { full }", "definitions"]
        wanted = dict.fromkeys(self.some([*choices, "labels"] if depth else choices))
        written = {
            "definitions": lambda: "extendedFields { key definition { key } }",
            "labels": lambda: f"labels{self.maybe()} {{ {self.label(depth - 1)} }}",
        }
        return self.selected(
            "Contact", " ".join(written.get(each, lambda each=each: each)() for each in wanted)
        )

    def label(self, depth: int) -> str:
        """Select some of a label."""
        choices = ["key", "displayName", "contactCount"]
        wanted = dict.fromkeys(self.some([*choices, "contacts"] if depth else choices))
        return self.selected(
            "Label",
            " ".join(
                f"contacts(first: {self.draw(sizes)}) {self.rows(self.contact(depth - 1))}"
                if each == "contacts"
                else each
                for each in wanted
            ),
        )

    def rows(self, row: str) -> str:
        """Select a connection's rows."""
        nodes, edges = f"nodes {{ {row} }}", f"edges {{ cursor node {{ {row} }} }}"
        shape = self.draw(st.sampled_from([nodes, edges, f"totalCount {nodes}"]))
        return f"{{ {shape} pageInfo {{ hasNextPage }} }}"

    def either(self, depth: int) -> str:
        """Select of what is a contact or a label."""
        return (
            f"__typename ... on Contact {{ {self.contact(depth)} }} "
            f"... on Label {{ same: {self.draw(st.sampled_from(['key', 'displayName']))} "
            f"{self.label(depth)} }}"
        )


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value)


def _root(author: Author) -> str:
    name = author.draw(st.sampled_from(sorted(_ROOTS)))
    return _ROOTS[name](author)


_ROOTS: dict[str, Callable[[Author], str]] = {
    "contact": lambda it: (
        f"contact(id: {it.given('ID!', contact_ids)}) {{ {it.contact(DEEPEST - 1)} }}"
    ),
    "contacts": lambda it: (
        f"contacts(first: {it.given('Int!', sizes)}) {it.rows(it.contact(DEEPEST - 1))}"
    ),
    "label": lambda it: f"label(key: {it.given('ID!', label_keys)}) {{ {it.label(DEEPEST - 1)} }}",
    "labels": lambda it: (
        f"labels(first: {it.given('Int!', sizes)}) {it.rows(it.label(DEEPEST - 1))}"
    ),
    "node": lambda it: (
        f"node(id: {it.given('ID!', contact_ids | label_keys)}) {{ {it.either(DEEPEST - 2)} }}"
    ),
    "nodes": lambda it: (
        f"nodes(ids: {it.given('[ID!]!', st.lists(contact_ids | label_keys, max_size=4))}) "
        f"{{ {it.either(DEEPEST - 2)} }}"
    ),
    "_entities": lambda it: (
        f"_entities(representations: {it.given('[_Any!]!', st.lists(references, max_size=4))}) "
        f"{{ {it.either(DEEPEST - 2)} }}"
    ),
    "mergePreview": lambda it: (
        f"mergePreview(targetContactId: {it.given('ID!', contact_ids)}, sourceContactIds: "
        f"{it.given('[ID!]!', st.lists(contact_ids, max_size=2))}) {{ {it.contact(DEEPEST - 2)} }}"
    ),
    "contactFacets": lambda it: f"contactFacets {{ count label {{ {it.label(0)} }} }}",
    "extendedField": lambda it: f"extendedField(key: {it.given('ID!', field_keys)}) {{ key }}",
    "extendedFields": lambda _: "extendedFields(first: 2) { nodes { key } }",
    "bulkJobs": lambda _: "bulkJobs { id }",
    "bulkJob": lambda _: f'bulkJob(id: "{NOBODY}") {{ id }}',
    "free": lambda _: "viewer { subject } rateLimit { remaining } __typename",
}


@st.composite
def queries(draw: Draw) -> Generated:
    """Make a query of one to four root fields."""
    author = Author(draw)
    roots = [f"r{at}: {_root(author)}" for at in range(draw(st.integers(1, 4)))]
    return author.whole("query", " ".join(roots))


keys_given = st.lists(label_keys, max_size=3)

_INPUTS: dict[str, st.SearchStrategy[Any]] = {
    "labelContact": st.fixed_dictionaries(
        {"contactId": contact_ids},
        optional={"labelKeys": keys_given, "labelNames": st.lists(label_names, max_size=3)},
    ),
    "unlabelContact": st.fixed_dictionaries({"contactId": contact_ids, "labelKeys": keys_given}),
    "createContact": st.fixed_dictionaries(
        {
            "info": st.fixed_dictionaries(
                {"company": st.just("Acme")},
                optional={
                    "labelKeys": keys_given,
                    "emails": st.sampled_from(["ada@example.com", "a@example.com"]).map(
                        lambda email: [{"email": email}]
                    ),
                },
            )
        }
    ),
    "updateContact": st.fixed_dictionaries(
        {
            "contactId": contact_ids,
            "revision": st.integers(1, 3),
            "changes": st.fixed_dictionaries(
                {"company": st.just("Acme")}, optional={"labelKeys": keys_given}
            ),
        }
    ),
    "deleteContact": st.fixed_dictionaries({"contactId": contact_ids}),
    "mergeContacts": st.fixed_dictionaries(
        {
            "targetContactId": contact_ids,
            "targetRevision": st.integers(1, 3),
            "sourceContactIds": st.lists(contact_ids, max_size=2),
        }
    ),
    "findOrCreateLabel": st.fixed_dictionaries({"displayName": label_names}),
    "renameLabel": st.fixed_dictionaries({"key": label_keys, "displayName": label_names}),
    "deleteLabel": st.fixed_dictionaries({"key": label_keys}),
    "renameExtendedField": st.fixed_dictionaries({"key": field_keys, "displayName": label_names}),
    "deleteExtendedField": st.fixed_dictionaries({"key": field_keys}),
    "bulkLabelContacts": st.fixed_dictionaries(
        {"search": st.just("a"), "addLabelKeys": keys_given},
        optional={"removeLabelKeys": keys_given},
    ),
    "bulkUpdateContacts": st.fixed_dictionaries(
        {
            "search": st.just("a"),
            "changes": st.fixed_dictionaries(
                {"company": st.just("Acme")}, optional={"labelKeys": keys_given}
            ),
        }
    ),
    "bulkDeleteContacts": st.just({"search": "nobody at all"}),
}
_SHOWING_A_CONTACT = frozenset(
    {"labelContact", "unlabelContact", "createContact", "updateContact", "mergeContacts"}
)
_SHOWING_A_LABEL = frozenset({"findOrCreateLabel", "renameLabel"})


def _payload(author: Author, name: str) -> str:
    problems = (
        "userErrors { code ... on RevisionConflict { currentRevision } "
        f"... on DuplicateContact {{ duplicate {{ {author.contact(DEEPEST - 2)} }} }} }}"
    )
    if name in _SHOWING_A_CONTACT:
        return f"contact {{ {author.contact(DEEPEST - 1)} }} {problems}"
    if name in _SHOWING_A_LABEL:
        return f"label {{ {author.label(DEEPEST - 1)} }} {problems}"
    return problems


@st.composite
def mutations(draw: Draw) -> Generated:
    """Make a mutation of one to three root fields."""
    author = Author(draw)
    written = []
    for at in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(_INPUTS)))
        kind = f"{name[0].upper()}{name[1:]}Input!"
        given = author.given(kind, _INPUTS[name])
        written.append(f"r{at}: {name}(input: {given}) {{ {_payload(author, name)} }}")
    return author.whole("mutation", " ".join(written))
