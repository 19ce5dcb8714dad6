"""Queries that trail writes, when asked to (contract 9, row 29)."""

from typing import Any

import pytest

from tests.support.emulation import Emulation


@pytest.fixture
async def lagging(site: Emulation) -> Emulation:
    """A site with Ada on it, whose queries trail by five seconds from now on."""
    await site.contact(name={"first": "Ada"}, company="old")
    site.behave(index_lag=5)
    return site


async def rename(site: Emulation, first: str, revision: int) -> dict[str, Any]:
    body = {"revision": revision, "info": {"name": {"first": first}}}
    contact: dict[str, Any] = (await site.ok("PATCH", f"/contacts/{await ada(site)}", body))[
        "contact"
    ]
    return contact


async def ada(site: Emulation) -> str:
    return str((await site.ok("GET", "/contacts"))["contacts"][0]["id"])


async def test_get_sees_at_once_what_queries_see_later(lagging: Emulation) -> None:
    after = await rename(lagging, "Augusta", 1)
    got = (await lagging.ok("GET", f"/contacts/{after['id']}"))["contact"]
    assert got == after
    seen = []
    for _ in range(3):
        seen.append(await lagging.found({"id": after["id"]}))
        lagging.advance(2.5)
    assert seen == [["Ada"], ["Ada"], ["Augusta"]]


async def test_new_contacts_appear_and_deleted_ones_vanish_late(lagging: Emulation) -> None:
    gone = await ada(lagging)
    await lagging.contact(name={"first": "Bob"})
    lagging.advance(1)
    await lagging.ok("DELETE", f"/contacts/{gone}")
    seen = []
    for _ in range(3):
        seen.append(await lagging.found({}))
        lagging.advance(4.5)
    assert seen == [["Ada"], ["Ada", "Bob"], ["Bob"]]


async def test_writes_in_a_row_appear_one_by_one(lagging: Emulation) -> None:
    for revision, first in enumerate(("Bea", "Cy"), start=1):
        await rename(lagging, first, revision)
        lagging.advance(1)
    seen = []
    for _ in range(3):
        seen.append(await lagging.found({}))
        lagging.advance(3.5)
    assert seen == [["Ada"], ["Bea"], ["Cy"]]


async def test_a_shorter_lag_overtakes_a_longer_one(lagging: Emulation) -> None:
    await rename(lagging, "Bea", 1)
    lagging.behave(index_lag=1)
    await rename(lagging, "Cy", 2)
    seen = []
    for _ in range(3):
        seen.append(await lagging.found({}))
        lagging.advance(3)
    assert seen == [["Ada"], ["Cy"], ["Cy"]]


async def test_without_lag_everything_shows_at_once(lagging: Emulation) -> None:
    await rename(lagging, "Bea", 1)
    lagging.behave(index_lag=0)
    assert await lagging.found({}) == ["Bea"]
    await rename(lagging, "Cy", 2)
    lagging.behave(index_lag=5)
    assert await lagging.found({}) == ["Cy"]


async def test_facets_and_bulk_selections_trail_too(lagging: Emulation) -> None:
    await lagging.contact(name={"first": "Bob"})
    facets = (await lagging.ok("GET", "/contacts/facets"))["facets"]
    assert [facets[0]["count"], facets[1]["count"]] == [1, 1]
    body = {"filter": {"id": {"$exists": True}}}
    job_id = (await lagging.ok("POST", "/bulk/contacts/delete", body))["jobId"]
    lagging.advance(10)
    assert (await lagging.ok("GET", f"/bulk/jobs/{job_id}"))["job"]["totalItems"] == 1
    assert await lagging.found({}) == ["Ada", "Bob"]
    lagging.advance(10)
    assert await lagging.found({}) == ["Bob"]


async def test_duplicates_are_judged_by_the_truth(lagging: Emulation) -> None:
    same = {"phones": {"items": [{"phone": "12"}]}}
    first = await lagging.contact(**same)
    refused = await lagging.refused("POST", "/contacts", {"info": same})
    assert refused[2] == {"duplicateContactId": first["id"], "duplicatePhone": "12"}


async def test_versions_that_nobody_sees_are_cleared_away(lagging: Emulation) -> None:
    for revision in range(1, 20):
        await rename(lagging, f"n{revision}", revision)
        lagging.advance(5)
    (rows,) = lagging.store.db.execute("SELECT count(*) FROM contacts").fetchone()
    assert rows <= 3
