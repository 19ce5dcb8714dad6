"""A schema is only built when every place of it is ruled, and ruled wholly."""

from collections.abc import Mapping

import pytest
from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    build_schema,
)

from schema import build
from schema.access.completeness import Unruled, check
from schema.access.guard import guard
from schema.access.rules import RULES, Rules, written
from schema.access.table import FREE, Kind, Scopes
from tests.support.site import the_schema

SECRET = frozenset({"contacts:pii"})


def small(sdl: str) -> GraphQLSchema:
    return build_schema(sdl)


def ruled(asked: Mapping[str, Scopes], held: Mapping[str, Scopes] | None = None) -> Rules:
    return Rules(asked, held or {})


def test_the_served_schema_is_ruled_wholly() -> None:
    check(build.core_schema(the_schema()), RULES)


@pytest.mark.parametrize(
    "unruled",
    [
        pytest.param(place, id=place)
        for place in (
            "Contact.company",
            "Query.contacts(search:)",
            "ContactFilter.email",
            "ContactSortField.BIRTHDATE",
            "Mutation.deleteContact",
            "PageInfo.endCursor",
        )
    ],
)
def test_a_place_of_any_kind_that_lost_its_rule_fails(unruled: str) -> None:
    rest = {place: asked for place, asked in RULES.asked.items() if place != unruled}
    with pytest.raises(Unruled) as refusal:
        check(build.core_schema(the_schema()), Rules(rest, RULES.held, RULES.by_kind))
    assert str(refusal.value) == f"{unruled} has no rule"


def test_a_field_that_is_added_without_a_rule_fails_the_build() -> None:
    grown = build.core_schema(build.build_schema())
    contact = grown.type_map["Contact"]
    assert isinstance(contact, GraphQLObjectType)
    contact.fields["nickname"] = GraphQLField(GraphQLString)
    with pytest.raises(Unruled) as refusal:
        guard(grown)
    assert str(refusal.value) == "Contact.nickname has no rule"


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Unruled) as refusal:
        check(small("type Query { a(b: Int): Int c: Int }"), ruled({"Query.c": FREE}))
    assert str(refusal.value) == "Query.a has no rule; Query.a(b:) has no rule"


def test_a_rule_without_a_place_fails() -> None:
    with pytest.raises(Unruled) as refusal:
        check(small("type Query { a: Int }"), ruled({"Query.a": FREE, "Query.gone": FREE}))
    assert str(refusal.value) == "Query.gone is ruled, and does not exist"


WAY_AROUND = """
    interface Found { id: ID }
    type Person implements Found { id: ID }
    type Query { person: Person people: [Person!] any: Found }
"""
IDS = {"Found.id": FREE, "Person.id": FREE}


@pytest.mark.parametrize("place", ["Query.person", "Query.people", "Query.any"])
def test_no_field_gives_an_object_to_whom_has_not_shown_what_it_is_held_by(place: str) -> None:
    asked = {**IDS, **dict.fromkeys(["Query.person", "Query.people", "Query.any"], SECRET)}
    held = {"Person": SECRET}
    check(small(WAY_AROUND), ruled(asked, held))
    with pytest.raises(Unruled) as refusal:
        check(small(WAY_AROUND), ruled({**asked, place: FREE}, held))
    assert str(refusal.value) == f"{place} gives a Person without asking for contacts:pii"


def test_a_field_that_asks_by_kind_may_give_any() -> None:
    asked = {**IDS, "Query.person": SECRET, "Query.people": SECRET, "Query.any": FREE}
    check(small(WAY_AROUND), Rules(asked, {"Person": SECRET}, frozenset({"Query.any"})))


def test_what_its_own_object_is_held_by_counts_for_a_field() -> None:
    sdl = "type Query { a: A } type A { b: B } type B { c: Int }"
    asked = {"Query.a": SECRET, "A.b": FREE, "B.c": FREE}
    check(small(sdl), ruled(asked, {"A": SECRET, "B": SECRET}))


def test_a_field_that_can_be_refused_must_be_nullable_or_a_list() -> None:
    sdl = "type Query { a: Int b: [Int!]! c: Int! }"
    with pytest.raises(Unruled) as refusal:
        check(small(sdl), ruled(dict.fromkeys(["Query.a", "Query.b", "Query.c"], SECRET)))
    problem = "Query.c may be refused, and can be neither null nor an empty list"
    assert str(refusal.value) == problem


def test_a_place_is_ruled_once() -> None:
    twice = {"Query": Kind(FREE, {FREE: "a", SECRET: "a"})}
    with pytest.raises(ValueError, match=r"^Query\.a is ruled twice$"):
        written(twice, {}, {}, {}, frozenset())


def test_a_non_null_field_of_the_served_schema_that_can_be_refused_is_a_list() -> None:
    kinds = build.core_schema(the_schema()).type_map
    promised = {
        place: str(kind.fields[name].type)
        for place, asked in RULES.asked.items()
        if asked and "(" not in place
        for kind, name in [(kinds[place.split(".")[0]], place.split(".")[1])]
        if isinstance(kind, GraphQLObjectType)
        and isinstance(kind.fields[name].type, GraphQLNonNull)
    }
    assert promised == {
        "Contact.emails": "[ContactEmail!]!",
        "Contact.phones": "[ContactPhone!]!",
        "Contact.addresses": "[ContactAddress!]!",
        "Contact.extendedFields": "[ContactExtendedField!]!",
        "Query._service": "_Service!",
    }
