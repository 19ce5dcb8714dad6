"""One probe for every place of the schema: a selection that needs it, written from the schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from schema.access.completeness import ruled_fields
from tests.support.ready_services import GUID, KEY, STALE, TAKEN

_CHANGE: Final = f'contactId: "{GUID}", revision: 1'
_NARROWED: Final = frozenset(
    {"InvalidInput", "RevisionConflict", "DuplicateContact", "QuotaReached"}
)
"""Types that are come by as their interface."""
_CONTACT: Final = f'contact(id: "{GUID}")'
_LABEL: Final = f'label(key: "{KEY}")'

WAYS: Final[dict[str, tuple[str, ...]]] = {
    "Query": (),
    "Mutation": (),
    "Subscription": (),
    "LabelChange": ("labelChanged",),
    "ContactChange": ("contactChanged",),
    "Node": (f'node(id: "{GUID}")',),
    "Viewer": ("viewer",),
    "RateLimit": ("rateLimit",),
    "PageInfo": ("labels", "pageInfo"),
    "_Service": ("_service",),
    "Label": (_LABEL,),
    "LabelConnection": ("labels",),
    "LabelEdge": ("labels", "edges"),
    "Contact": (_CONTACT,),
    "ContactConnection": ("contacts",),
    "ContactEdge": ("contacts", "edges"),
    "ContactSource": (_CONTACT, "source"),
    "ContactActivity": (_CONTACT, "lastActivity"),
    "ContactName": (_CONTACT, "name"),
    "PrimaryEmail": (_CONTACT, "primaryEmail"),
    "PrimaryPhone": (_CONTACT, "primaryPhone"),
    "ContactEmail": (_CONTACT, "emails"),
    "ContactPhone": (_CONTACT, "phones"),
    "ContactAddress": (_CONTACT, "addresses"),
    "ContactExtendedField": (_CONTACT, "extendedFields"),
    "ContactFacet": ("contactFacets",),
    "ExtendedField": (f'extendedField(key: "{KEY}")',),
    "ExtendedFieldConnection": ("extendedFields",),
    "ExtendedFieldEdge": ("extendedFields", "edges"),
    "BulkJob": ("bulkJobs",),
    "BulkJobError": ("bulkJobs", "errors"),
    "UserError": (f'createContact(input: {{info: {{company: "{TAKEN}"}}}})', "userErrors"),
    "InvalidInput": (
        'findOrCreateExtendedField(input: {displayName: "a", dataType: UNKNOWN})',
        "userErrors",
    ),
    "RevisionConflict": (
        f'updateContact(input: {{contactId: "{GUID}", revision: {STALE}, changes: {{}}}})',
        "userErrors",
    ),
    "DuplicateContact": (f'createContact(input: {{info: {{company: "{TAKEN}"}}}})', "userErrors"),
    "QuotaReached": (f'findOrCreateLabel(input: {{displayName: "{TAKEN}"}})', "userErrors"),
}
"""How an object of each type is come by; payloads are come by through their mutations."""

_LISTENING: Final = {("labelChanged",), ("contactChanged",)}

USES: Final[dict[str, str]] = {
    "ContactFilter": "contacts(filter: {})",
    "ContactOrder": "contacts(orderBy: {})",
    "LabelFilter": "labels(filter: {})",
    "LabelOrder": "labels(orderBy: {})",
    "ExtendedFieldFilter": "extendedFields(filter: {})",
    "ExtendedFieldOrder": "extendedFields(orderBy: {})",
    "KeyFilter": "labels(filter: {{key: {}}})",
    "NameFilter": "labels(filter: {{displayName: {}}})",
    "NamespaceFilter": "labels(filter: {{namespace: {}}})",
    "StringFilter": "contacts(filter: {{company: {}}})",
    "DateTimeFilter": "contacts(filter: {{createdAt: {}}})",
    "DateFilter": "contacts(filter: {{birthdate: {}}})",
    "LabelKeysFilter": "contacts(filter: {{labelKeys: {}}})",
    "SubscriptionStatusFilter": "contacts(filter: {{emailSubscription: {}}})",
    "ExtendedFieldValueFilter": "contacts(filter: {{extendedField: {}}})",
    "ContactInfoInput": "createContact(input: {{info: {}}})",
    "ContactNameInput": f"updateContact(input: {{{{{_CHANGE}, changes: {{{{name: {{}}}}}}}}}})",
    "ContactEmailInput": "createContact(input: {{info: {{emails: [{}]}}}})",
    "ContactPhoneInput": "createContact(input: {{info: {{phones: [{}]}}}})",
    "ContactAddressInput": "createContact(input: {{info: {{addresses: [{}]}}}})",
    "ExtendedFieldValueInput": "createContact(input: {{info: {{extendedFields: [{}]}}}})",
    "ContactSortField": "contacts(orderBy: {{field: {}}})",
    "LabelSortField": "labels(orderBy: {{field: {}}})",
    "ExtendedFieldSortField": "extendedFields(orderBy: {{field: {}}})",
    "SortDirection": "labels(orderBy: {{field: CREATED_AT, direction: {}}})",
}
"""A field that takes a value of each input type; inputs of mutations are taken by theirs."""

_SAMPLES: Final = {
    "String": '"a"',
    "ID": f'"{GUID}"',
    "Int": "1",
    "Boolean": "true",
    "DateTime": '"2026-11-21T09:00:00Z"',
    "Date": '"2026-11-21"',
    "JSON": '"a"',
    "_Any": f'{{__typename: "Contact", id: "{GUID}"}}',
    "ContactFilter": '{company: {eq: "a"}}',
    "LabelFilter": '{displayName: {eq: "a"}}',
    "ContactInfoInput": '{company: "a"}',
    "BulkLabelContactsInput": '{filter: {company: {eq: "a"}}, addLabelKeys: ["a.b"]}',
}
_LEAST: Final = {"ExtendedFieldValueFilter": "eq"}
"""What an input object needs beside the fields it requires."""
_NAMED: Final = {"key": f'"{KEY}"', "keys": f'["{KEY}"]', "after": "null", "types": "[LABEL]"}
"""Arguments whose type does not say what they take."""


@dataclass(frozen=True)
class Probe:
    """A selection that is answered only to whom may use one place of the schema."""

    place: str
    """Its coordinate."""
    writes: bool
    way: tuple[str, ...]
    """Fields, one below the other, that lead there; none at the root."""
    field: str
    """The field that is judged, with its arguments and what is selected of it."""
    kind: str | None = None
    """The type that it has to be narrowed to."""

    @property
    def listens(self) -> bool:
        """Whether it is told, rather than asked."""
        kind = self.place.partition(".")[0]
        return kind == "Subscription" or WAYS.get(kind, ())[:1] in _LISTENING

    def selection(self, alias: str) -> str:
        """Write the field under a name of its own."""
        field = f"{alias}: {self.field}"
        return f"... on {self.kind} {{ {field} }}" if self.kind else field


def probes(schema: GraphQLSchema) -> Iterator[Probe]:
    """Write a probe for every field, argument, input field, and value of an order."""
    for kind, name, field in ruled_fields(schema):
        way = _way(schema, kind)
        writes = kind == "Mutation" or (bool(way) and _name(way[0]) in _mutations(schema))
        narrowed = kind if kind in _NARROWED else None
        yield Probe(f"{kind}.{name}", writes, way, _written(name, field), narrowed)
        for argument in field.args:
            place = f"{kind}.{name}({argument}:)"
            yield Probe(place, writes, way, _written(name, field, argument), narrowed)
    for given in schema.type_map.values():
        if isinstance(given, GraphQLInputObjectType):
            for name in given.fields:
                yield _using(schema, given, name, _object(given, name))
        elif isinstance(given, GraphQLEnumType) and given.name in USES:
            for value in given.values:
                yield _using(schema, given, value, value)


def _mutations(schema: GraphQLSchema) -> dict[str, GraphQLField]:
    assert schema.mutation_type is not None
    fields: dict[str, GraphQLField] = schema.mutation_type.fields
    return fields


def _way(schema: GraphQLSchema, kind: str) -> tuple[str, ...]:
    if kind in WAYS:
        return WAYS[kind]
    for name, field in _mutations(schema).items():
        if get_named_type(field.type).name == kind:
            return (f"{name}({_arguments(field)})",)
    raise KeyError(kind)


def _using(schema: GraphQLSchema, kind: Any, name: str, value: str) -> Probe:
    place = f"{kind.name}.{name}"
    for mutation, field in _mutations(schema).items():
        if get_named_type(field.args["input"].type) is kind:
            taking = f"{mutation}(input: {value})"
            break
    else:
        taking = USES[kind.name].format(value)
    writes = _name(taking) in _mutations(schema)
    return Probe(place, writes, (), f"{taking} {{ __typename }}")


def _name(step: str) -> str:
    """Tell which field a step is."""
    return step.split("(", maxsplit=1)[0]


def _written(name: str, field: GraphQLField, argument: str | None = None) -> str:
    given = _arguments(field, argument)
    below = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return f"{name}({given}){below}" if given else name + below


def _arguments(field: GraphQLField, wanted: str | None = None) -> str:
    return ", ".join(
        f"{name}: {_NAMED.get(name) or _sample(argument.type)}"
        for name, argument in field.args.items()
        if is_required_argument(argument) or name == wanted
    )


def _object(kind: GraphQLInputObjectType, wanted: str = "") -> str:
    given = ", ".join(
        f"{name}: {_sample(field.type)}"
        for name, field in kind.fields.items()
        if is_required_input_field(field) or name in {wanted, _LEAST.get(kind.name)}
    )
    return f"{{{given}}}"


def _sample(kind: Any) -> str:
    kind = get_nullable_type(kind)
    if isinstance(kind, GraphQLList):
        return f"[{_sample(kind.of_type)}]"
    if kind.name in _SAMPLES:
        return _SAMPLES[kind.name]
    if isinstance(kind, GraphQLEnumType):
        return str(next(iter(kind.values)))
    first = next(iter(kind.fields)) if kind.name.endswith("Filter") else ""
    return _object(kind, first)
