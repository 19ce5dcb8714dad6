"""What is told while it happens holds no more than what its listener may see, as answers do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.support.callers import CALLERS
from tests.support.parts import CURRENT, errors_in, parts_of, put_together
from tests.support.three_sites import CONTACTS, LABELS, NAMES, ThreeSites, marks_in, three_sites
from tests.support.told import COMPLETE, WAYS, Way, answer_to, asked, codes_in, listeners, until

LABEL = "subscription { labelChanged { key label { displayName } } }"
CONTACT = """subscription { contactChanged { contactId contact {
  company name { full } emails { email } labels { displayName }
} } }"""
JOB = 'subscription { bulkJob(id: "00000000-0000-4000-8000-000000000000") { status } }'
WRITE = """mutation ($key: ID!, $id: ID!, $name: String!, $work: String!, $revision: Int!) {
  renameLabel(input: { key: $key, displayName: $name }) { label { key } }
  updateContact(input: {
    contactId: $id, revision: $revision, changes: { company: $work }
  }) { contact { id } userErrors { message } }
}"""


@pytest.fixture
async def sites(tmp_path: Path) -> AsyncIterator[ThreeSites]:
    async with three_sites(tmp_path, CALLERS) as sites:
        yield sites


async def happen(sites: ThreeSites, site: str, number: int = 0) -> None:
    """Rename a label, and change where a contact works, on one site."""
    look = f'{{ contact(id: "{CONTACTS[0]}") {{ revision }} }}'
    _, found = await sites.ask(sites.keys["root"], look, site)
    variables = {
        "key": LABELS[0],
        "id": CONTACTS[0],
        "name": f"{site}label new {number}",
        "work": f"{site}work new {number}",
        "revision": orjson.loads(found)["data"]["contact"]["revision"],
    }
    _, text = await sites.ask(sites.keys["root"], WRITE, site, variables)
    assert '"errors"' not in text, text
    assert '"userErrors":[]' in text, text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("query", "caller", "missing"),
    [
        (LABEL, "nothing", "labels:read"),
        (LABEL, "people", "labels:read"),
        (CONTACT, "labels only", "contacts:read"),
        (CONTACT, "personal without contacts", "contacts:read"),
        (CONTACT, "introspector", "contacts:read"),
        (JOB, "alpha's reader", "contacts:bulk"),
        (JOB, "writer who reads names not", "contacts:bulk"),
    ],
)
async def test_without_its_scope_nothing_is_listened_to(
    sites: ThreeSites, way: Way, query: str, caller: str, missing: str
) -> None:
    before = sites.calls()
    refused, end = await answer_to(sites.app, way, {"query": query}, credential=sites.keys[caller])
    (error,) = refused["errors"]
    told = (error["extensions"]["code"], error["extensions"]["missingScopes"])
    assert (refused["data"], end, told) == (None, COMPLETE, ("FORBIDDEN", [missing]))
    assert [listeners(sites, site) for site in NAMES] == [0, 0, 0]
    assert sites.calls() == before


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_personal_is_withheld_from_every_event(sites: ThreeSites, way: Way) -> None:
    body = {"query": CONTACT}
    async with (
        asked(sites.app, way, body, credential=sites.keys["alpha's reader"]) as reader,
        asked(sites.app, way, body, credential=sites.keys["alpha's owner"]) as owner,
    ):
        await until(lambda: listeners(sites, "alpha") == 2)
        for number in range(3):
            await happen(sites, "alpha", number)
            shown, whole = await reader.next(), await owner.next()
            assert marks_in(orjson.dumps(whole).decode()) == {
                ("alpha", "pii"),
                ("alpha", "work"),
                ("alpha", "label"),
            }
            assert marks_in(orjson.dumps(shown).decode()) == {("alpha", "work"), ("alpha", "label")}
            contact = shown["data"]["contactChanged"]["contact"]
            assert (contact["name"], contact["emails"]) == (None, [])
            places = {tuple(error["path"]): error["extensions"] for error in shown["errors"]}
            assert {
                path[-1]: (given["code"], given["missingScopes"]) for path, given in places.items()
            } == {field: ("FORBIDDEN", ["contacts:pii"]) for field in ("name", "emails")}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", [LABEL, CONTACT])
async def test_nobody_is_told_of_another_site(sites: ThreeSites, way: Way, query: str) -> None:
    """All sites have labels and contacts of the same ids."""
    body = {"query": query}
    async with (
        asked(sites.app, way, body, credential=sites.keys["alpha's owner"]) as alpha,
        asked(sites.app, way, body, credential=sites.keys["root"], site="bravo") as bravo,
    ):
        await until(lambda: [listeners(sites, site) for site in NAMES] == [1, 1, 0])
        for site in ("charlie", "bravo", "alpha"):
            await happen(sites, site)
        for told, site in ((alpha, "alpha"), (bravo, "bravo")):
            seen = marks_in(orjson.dumps(await told.next()).decode())
            assert {whose for whose, _ in seen} == {site}
        # Nothing else is under way to either.
        for told in (alpha, bravo):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(told.next(), 0.1)


@pytest.mark.parametrize("caller", ["alpha's reader", "alpha's owner"])
async def test_a_part_that_is_deferred_has_the_rights_of_a_plain_answer(
    sites: ThreeSites, caller: str
) -> None:
    plain = "{ contacts(first: 3) { nodes { id company name { full } emails { email } } } }"
    later = """{ contacts(first: 3) { nodes @stream(initialCount: 1) {
      id ... @defer { company name { full } emails { email } }
    } } }"""
    key = sites.keys[caller]
    _, whole = await sites.ask(key, plain)
    expected = orjson.loads(whole)
    _, text = await sites.ask(key, later, accept=CURRENT)
    over_http = parts_of(text.encode())
    *over_socket, end = await answer_to(sites.app, "socket", {"query": later}, credential=key)
    assert end == COMPLETE
    for parts in (over_http, over_socket):
        assert put_together(parts) == expected["data"]
        assert _places(errors_in(parts)) == _places(expected.get("errors", []))


def _places(errors: Any) -> set[tuple[Any, ...]]:
    return {(*error["path"], error["extensions"]["code"]) for error in errors}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Contact") { name } }',
        "subscription { labelChanged { __typename } __schema { queryType { name } } }",
    ],
)
async def test_the_schema_is_shown_to_nobody_without_that_scope(
    sites: ThreeSites, way: Way, query: str
) -> None:
    key = sites.keys["labels only"]
    refused, end = await answer_to(sites.app, way, {"query": query}, credential=key)
    assert (refused.get("data"), end) == (None, COMPLETE)
    assert "queryType" not in orjson.dumps(refused.get("data")).decode()
    assert set(codes_in(refused)) <= {"FORBIDDEN", "GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("caller", "suggests"), [("labels only", False), ("introspector", True)])
@pytest.mark.parametrize(
    "body",
    [
        {"query": "subscription { labelChange { key } }"},
        {"query": "subscription { labelChanged { kee } }"},
        {
            "query": "query ($f: LabelFilter) { labels(filter: $f) { nodes { key } } }",
            "variables": {"f": {"displayNam": {"eq": "x"}}},
        },
    ],
)
async def test_names_are_suggested_to_nobody_without_that_scope(
    sites: ThreeSites, way: Way, caller: str, body: Any, *, suggests: bool
) -> None:
    refused, _ = await answer_to(sites.app, way, body, credential=sites.keys[caller])
    assert refused["errors"]
    assert ("Did you mean" in str(refused)) is suggests
