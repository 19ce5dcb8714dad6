"""Bulk calls: whom they choose, what their jobs tell, and that nobody wipes a site."""

from typing import Any

import pytest

from tests.support import oracle
from tests.support.site import ADA, GRACE, KATHERINE, LIST_LABELS, Site, forever, opened

BULK_LABEL = "POST /contacts/v4/bulk/contacts/add-remove-labels"
BULK: dict[str, dict[str, Any]] = {
    "bulkLabelContacts": {"addLabelKeys": ["custom.lead"]},
    "bulkUpdateContacts": {"changes": {"company": "x"}},
    "bulkDeleteContacts": {},
}
"""Each bulk mutation with what it needs beside the choice."""
JOB = """
query ($id: ID!) { bulkJob(id: $id) {
  id type status startedAt finishedAt total succeeded failed errors { code message count }
} }
"""


async def start(site: Site, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    kind = mutation[0].upper() + mutation[1:]
    answer = await site.run(
        f"""mutation ($given: {kind}Input!) {{ {mutation}(input: $given) {{
          job {{ id type status total errors {{ code }} }} userErrors {{ code field message }}
        }} }}""",
        given=given,
    )
    payload: dict[str, Any] = answer.whole[mutation]
    assert payload["userErrors"] == []
    assert sum(answer.calls.values()) == 1
    job: dict[str, Any] = payload["job"]
    assert {name: job[name] for name in ("status", "total", "errors")} == {
        "status": "NEW",
        "total": None,
        "errors": [],
    }
    return job


async def finished(site: Site, job: dict[str, Any]) -> Any:
    site.time.advance(60)
    return (await site.run(JOB, id=job["id"].upper())).whole["bulkJob"]


@pytest.mark.parametrize(
    ("keys", "kind", "left"),
    [
        ({"addLabelKeys": ["custom.lead"]}, "ADD_LABELS", {"custom.speaker", "custom.lead"}),
        ({"removeLabelKeys": ["custom.speaker"]}, "REMOVE_LABELS", set()),
        (
            {"addLabelKeys": ["custom.lead"], "removeLabelKeys": ["custom.speaker"]},
            "ADD_REMOVE_LABELS",
            {"custom.lead"},
        ),
    ],
)
async def test_chosen_contacts_are_labelled_in_the_background(
    site: Site, keys: dict[str, Any], kind: str, left: set[str]
) -> None:
    carriers = [c["id"] for c in site.contacts() if "custom.speaker" in str(c["info"]["labelKeys"])]
    given = {"filter": {"labelKeys": {"hasSome": ["custom.speaker"]}}, **keys}
    job = await start(site, "bulkLabelContacts", given)
    assert job["type"] == kind
    done = await finished(site, job)
    assert {name: done[name] for name in ("status", "total", "succeeded", "failed")} == {
        "status": "COMPLETED",
        "total": len(carriers),
        "succeeded": len(carriers),
        "failed": 0,
    }
    for contact in site.contacts():
        keys_now = set((contact["info"].get("labelKeys") or {}).get("items", []))
        if contact["id"] in carriers:
            assert keys_now & {"custom.lead", "custom.speaker"} == left
        else:
            assert "custom.lead" not in keys_now


async def test_chosen_contacts_are_updated_in_the_background(site: Site) -> None:
    given = {
        "search": "grace",
        "filter": {"lastName": {"eq": "Hopper"}},
        "changes": {"company": "Navy", "jobTitle": None},
    }
    job = await start(site, "bulkUpdateContacts", given)
    assert job["type"] == "UPDATE"
    assert (await finished(site, job))["succeeded"] == 1
    info = site.contacts()[GRACE]["info"]
    assert (info["company"], info.get("jobTitle")) == ("Navy", None)
    assert site.contacts()[ADA]["info"]["company"] == "Analytical Engines"


async def test_members_are_left_alone_by_a_bulk_deletion_and_counted(site: Site) -> None:
    ids = site.ids()
    given = {"filter": {"id": {"in": [ids[GRACE], ids[KATHERINE]]}}}
    job = await start(site, "bulkDeleteContacts", given)
    assert job["type"] == "DELETE"
    done = await finished(site, job)
    assert {name: done[name] for name in ("total", "succeeded", "failed")} == {
        "total": 2,
        "succeeded": 1,
        "failed": 1,
    }
    assert [(error["code"], error["count"]) for error in done["errors"]] == [
        ("CANNOT_DELETE_SITE_MEMBERS", 1)
    ]
    assert set(ids) - set(site.ids()) == {ids[GRACE]}


async def test_jobs_are_followed_while_they_run_and_listed_afterwards() -> None:
    async with opened(sleep=forever) as site:
        given = {"search": "ada", "addLabelKeys": ["custom.lead"]}
        job = await start(site, "bulkLabelContacts", given)
        stages = [(await site.run(JOB, id=job["id"])).whole["bulkJob"]]
        for _ in range(5):
            site.time.advance(0.2)
            stages.append((await site.run(JOB, id=job["id"])).whole["bulkJob"])
        order = ["NEW", "LOADING", "RUNNING", "INDEXING", "COMPLETED"]
        seen = [order.index(stage["status"]) for stage in stages]
        assert (seen[0], seen[-1]) == (0, 4)
        assert seen == sorted(seen)
        assert stages[0]["finishedAt"] is None
        assert stages[-1]["finishedAt"] > stages[-1]["startedAt"]
        listed = await site.run("{ bulkJobs { id type status } }")
        assert listed.whole["bulkJobs"] == [
            {"id": job["id"], "type": "ADD_LABELS", "status": "COMPLETED"}
        ]


async def test_an_unknown_job_is_null(site: Site) -> None:
    answer = await site.run(JOB, id="00000000-0000-4000-8000-000000000000")
    assert (answer.whole, answer.calls) == (
        {"bulkJob": None},
        {"GET /contacts/v4/bulk/jobs/{id}": 1},
    )


@pytest.mark.parametrize("mutation", BULK)
@pytest.mark.parametrize(
    "choice", [{}, {"filter": {}}, {"filter": None, "search": None}, {"filter": {}, "search": " "}]
)
async def test_a_bulk_call_without_a_condition_is_refused_without_a_call(
    site: Site, mutation: str, choice: dict[str, Any]
) -> None:
    before = site.calls()
    assert await site.refused(mutation, {**BULK[mutation], **choice}) == [
        {"__typename": "InvalidInput", "code": "FILTER_REQUIRED", "field": ["filter"]}
    ]
    assert site.calls() == before


@pytest.mark.parametrize("mutation", BULK)
@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"filter": {"or": []}}, ["filter", "or"]),
        ({"filter": {"not": {}}}, ["filter", "not"]),
        ({"filter": {"company": {}}, "search": "ada"}, ["filter", "company"]),
        ({"filter": {"company": {"eq": None}}}, ["filter", "company", "eq"]),
        ({"filter": {"locale": {"startsWith": "de"}}}, ["filter", "locale", "startsWith"]),
        ({"search": "x" * 101}, ["search"]),
    ],
)
async def test_a_choice_that_could_be_wider_than_meant_is_refused_without_a_call(
    site: Site, mutation: str, choice: dict[str, Any], field: list[str]
) -> None:
    before = site.calls()
    assert await site.refused(mutation, {**BULK[mutation], **choice}) == [
        {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": field}
    ]
    assert site.calls() == before


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({}, None),
        ({"addLabelKeys": [], "removeLabelKeys": []}, None),
        ({"addLabelKeys": ["custom.lead"] * 101}, ["addLabelKeys"]),
        (
            {"addLabelKeys": ["custom.lead"], "removeLabelKeys": ["custom.lead"] * 101},
            ["removeLabelKeys"],
        ),
    ],
)
async def test_a_bulk_call_takes_one_to_a_hundred_labels_of_each_kind(
    site: Site, keys: dict[str, Any], field: list[str] | None
) -> None:
    before = site.calls()
    assert await site.refused("bulkLabelContacts", {"search": "ada", **keys}) == [
        {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": field}
    ]
    assert site.calls() == before


async def test_unknown_labels_are_named_by_list_and_place(site: Site) -> None:
    given: dict[str, Any] = {
        "search": "ada",
        "addLabelKeys": ["custom.lead", "custom.no"],
        "removeLabelKeys": ["custom.nay", "custom.newsletter"],
    }
    before = site.calls().get(LIST_LABELS, 0)
    assert await site.refused("bulkLabelContacts", given) == [
        {"__typename": "InvalidInput", "code": "LABEL_NOT_FOUND", "field": field}
        for field in (["addLabelKeys", "1"], ["removeLabelKeys", "0"])
    ]
    assert site.calls()[LIST_LABELS] == before + 1
    given["addLabelKeys"][1] = "no key"
    calls = site.calls()
    assert [error["field"] for error in await site.refused("bulkLabelContacts", given)] == [
        ["addLabelKeys", "1"]
    ]
    assert site.calls() == calls


async def test_an_impossible_bulk_change_is_named_by_its_place(site: Site) -> None:
    for changes, code, field in (
        ({"name": {"first": "x" * 1001}}, "INVALID_INPUT", ["changes", "name", "first"]),
        ({"labelKeys": ["custom.no"]}, "LABEL_NOT_FOUND", ["changes", "labelKeys", "0"]),
        (
            {"extendedFields": [{"key": "custom.loyalty-points", "value": "many"}]},
            "INVALID_EXTENDED_FIELD_VALUE",
            ["changes", "extendedFields", "0", "value"],
        ),
        ({}, "INSUFFICIENT_CONTACT_DATA", ["changes"]),
    ):
        errors = await site.refused("bulkUpdateContacts", {"search": "ada", "changes": changes})
        assert [(error["code"], error["field"]) for error in errors] == [(code, field)]


async def test_not_in_works_for_bulk_calls_which_have_no_such_operator() -> None:
    async with opened(contacts=60) as site:
        chosen = {"emailSubscription": {"notIn": ["SUBSCRIBED", "NOT_SET"]}}
        wanted = [contact for contact in site.contacts() if oracle.matches(chosen, contact)]
        given = {"filter": chosen, "addLabelKeys": ["custom.lead"]}
        job = await start(site, "bulkLabelContacts", given)
        assert (await finished(site, job))["total"] == len(wanted) > 0
