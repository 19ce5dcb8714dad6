"""Filters that are read, and filters that are refused (contract 5)."""

from typing import Any

import pytest

from tests.support.emulation import Emulation
from tests.support.guestbook import open_guestbook


@pytest.fixture
async def full(site: Emulation) -> Emulation:
    await open_guestbook(site)
    return site


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (None, ["Ada", "alan", "Ångström", "ånge", "Zoë \U0010ffff"]),
        ({}, ["Ada", "alan", "Ångström", "ånge", "Zoë \U0010ffff"]),
        ({"info.name.first": "Ada"}, ["Ada"]),
        ({"info.name.first": "ada"}, []),
        ({"primaryInfo.email": "ada@EXAMPLE.com"}, ["Ada"]),
        ({"info.name.last": None}, ["ånge", "Zoë \U0010ffff"]),
        ({"info.name.last": {"$ne": None}}, ["Ada", "alan", "Ångström"]),
        ({"info.name.last": {"$in": ["Turing", None]}}, ["alan", "ånge", "Zoë \U0010ffff"]),
        ({"info.emails.email": {"$in": [None]}}, ["Ångström", "ånge"]),
        ({"info.name.first": {"$startsWith": "ÅN"}}, ["Ångström", "ånge"]),
        ({"info.name.first": {"$begins": "zoë \U0010ffff"}}, ["Zoë \U0010ffff"]),
        ({"info.jobTitle": {"$startsWith": "%"}}, []),
        ({"info.name.first": {"$startsWith": "\ud7ff"}}, []),
        ({"info.name.first": {"$startsWith": "\U0010ffff"}}, []),
        ({"info.birthdate": {"$gt": "1815-12-10T00:00:00Z", "$lte": "1912-06-23"}}, ["alan"]),
        (
            {"createdDate": {"$gte": "2026-01-02T00:00:00Z", "$lt": "2026-01-03T00:00:00Z"}},
            ["alan"],
        ),
        ({"$and": [{"info.name.first": "Ada"}, {"info.company": "Analytical"}]}, ["Ada"]),
        ({"$or": [{"info.name.first": "Ada"}, {"info.name.first": "alan"}]}, ["Ada", "alan"]),
        ({"$not": {"info.emails.email": {"$exists": True}}}, ["Ångström", "ånge"]),
        (
            {"info.name.first": {"$not": {"$startsWith": "a"}}},
            ["Ångström", "ånge", "Zoë \U0010ffff"],
        ),
        ({"info.name.first": {"$not": "Ada"}, "info.locale": "en-GB"}, ["alan"]),
        ({"$not": {"info.company": {"$startsWith": "x"}}, "id": "mail"}, ["Zoë \U0010ffff"]),
        ({"info.labelKeys": {"$hasAll": ["custom.vip", "custom.vip"]}}, ["Ada", "alan"]),
        ({"info.emails.email": {"$ne": "countess@example.org"}, "id": {"$in": ["ada"]}}, []),
    ],
)
async def test_filters_mean_what_the_contract_says(
    full: Emulation, condition: Any, found: list[str]
) -> None:
    assert await full.found(condition) == found


MALFORMED = "MALFORMED_FILTER"
OPERATOR = "UNSUPPORTED_FILTER_OPERATOR"
VALUE = "UNSUPPORTED_FILTER_VALUE"
TYPE = "UNSUPPORTED_FILTER_VALUE_TYPE"
UNKNOWN = "UNSUPPORTED_FILTER_FIELD_UNKNOWN"
TOO_MUCH = "UNSUPPORTED_FILTER"


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"id": "ada"}
    for _ in range(depth):
        condition = {"$not": condition}
    return condition


def negated(depth: int) -> dict[str, Any]:
    comparison: Any = "ada"
    for _ in range(depth):
        comparison = {"$not": comparison}
    return {"id": comparison}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ([], MALFORMED),
        ("info.name.first", MALFORMED),
        (0, MALFORMED),
        ({"$nor": []}, MALFORMED),
        ({"$and": {"id": "ada"}}, MALFORMED),
        ({"$or": []}, MALFORMED),
        ({"$and": [{"id": "ada"}, "x"]}, MALFORMED),
        ({"$not": []}, MALFORMED),
        ({"id": {}}, MALFORMED),
        ({"id": {"eq": "ada"}}, MALFORMED),
        ({"id": {"$like": "ada"}}, MALFORMED),
        ({"id": {"$and": []}}, MALFORMED),
        ({"info": {"name": {"first": "Ada"}}}, UNKNOWN),
        ({"": 1}, UNKNOWN),
        ({"info.emails.items.email": "x"}, UNKNOWN),
        ({"info.extendedFields.custom.none": "x"}, UNKNOWN),
        ({"info.extendedFields.": "x"}, UNKNOWN),
        ({"info.labelKeys": "custom.vip"}, OPERATOR),
        ({"info.name.first": {"$isEmpty": True}}, OPERATOR),
        ({"info.company": {"$gt": "a"}}, OPERATOR),
        ({"id": 5}, TYPE),
        ({"id": ["ada"]}, TYPE),
        ({"id": {"$in": "ada"}}, TYPE),
        ({"id": {"$in": [1]}}, TYPE),
        ({"id": {"$exists": "true"}}, TYPE),
        ({"info.labelKeys": {"$hasSome": [None]}}, TYPE),
        ({"info.name.first": {"$startsWith": None}}, TYPE),
        ({"createdDate": 1767225600}, TYPE),
        ({"info.birthdate": False}, TYPE),
        ({"info.extendedFields.custom.visits": "12"}, TYPE),
        ({"info.extendedFields.custom.visits": True}, TYPE),
        ({"createdDate": "yesterday"}, VALUE),
        ({"createdDate": "2026-02-30T00:00:00Z"}, VALUE),
        ({"createdDate": "2026-01-01T00:00:00+99:99"}, VALUE),
        ({"createdDate": {"$gt": None}}, VALUE),
        ({"info.birthdate": "12/10/1815"}, VALUE),
        ({"info.birthdate": "1815-12-40"}, VALUE),
        ({"primaryEmail.subscriptionStatus": "MAYBE"}, VALUE),
        ({"info.name.first": "x" * 4001}, VALUE),
        ({"info.name.first": {"$in": ["A\0da"]}}, VALUE),
        (nested(16), TOO_MUCH),
        (negated(16), TOO_MUCH),
        ({"$or": [{"id": str(number)} for number in range(501)]}, TOO_MUCH),
    ],
)
async def test_filters_outside_the_language_are_refused(
    full: Emulation, condition: Any, code: str
) -> None:
    body = {"query": {"filter": condition}}
    assert await full.refused("POST", "/contacts/query", body) == (400, code, {})


@pytest.mark.parametrize("table", ["labels", "extended-fields"])
@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("x", MALFORMED),
        ({"colour": "red"}, "UNSUPPORTED_FILTER_FIELD"),
        ({"namespace": {"$in": ["custom"]}}, OPERATOR),
        ({"key": 5}, VALUE),
        ({"createdDate": 5}, VALUE),
        ({"createdDate": "today"}, VALUE),
        (nested(16), TOO_MUCH),
    ],
)
async def test_labels_and_fields_have_six_codes_of_their_own(
    site: Emulation, table: str, condition: Any, code: str
) -> None:
    body = {"query": {"filter": condition if code != TOO_MUCH else _as_key(condition)}}
    assert await site.refused("POST", f"/{table}/query", body) == (400, code, {})


def _as_key(condition: dict[str, Any]) -> dict[str, Any]:
    """Ask for ``key`` where the filter asks for ``id``."""
    return {("key" if name == "id" else name): value for name, value in condition.items()}


async def test_the_largest_filters_are_still_answered(full: Emulation) -> None:
    assert await full.found(nested(14)) == ["Ada"]
    assert await full.found(negated(14)) == ["Ada"]
    assert len(await full.found(nested(15))) == len(await full.found(negated(15))) == 4
    wide = {"$or": [{"id": {"$ne": str(number)}} for number in range(500)]}
    assert len(await full.found(wide)) == 5
    ids = [str(number) for number in range(50_000)]
    assert await full.found({"id": {"$in": [*ids, "ada"]}}) == ["Ada"]
    everything = {"info.labelKeys": {"$hasAll": ids}}
    assert await full.found(everything) == []


async def test_values_are_never_part_of_the_sql(full: Emulation) -> None:
    sly = "x' OR 1=1 --"
    before = full.state()
    for condition in (
        {"info.name.first": sly},
        {"info.name.first": {"$startsWith": sly}},
        {"id": {"$in": [sly, '"]', "'"]}},
        {"info.labelKeys": {"$hasAll": [sly]}},
    ):
        assert await full.found(condition) == []
    assert full.state() == before
