"""Bulk operations and their jobs (contract 3.2)."""

from typing import Any

import pytest

from tests.support.emulation import START_TEXT, Emulation, emails

ALL = {"id": {"$exists": True}}


async def crowd(site: Emulation, *names: str) -> list[str]:
    made = [await site.contact(name={"first": name}) for name in names]
    site.happened()
    return [each["id"] for each in made]


async def start(site: Emulation, call: str, **body: Any) -> str:
    answer = await site.ok("POST", f"/bulk/contacts/{call}", body)
    assert list(answer) == ["jobId"]
    return str(answer["jobId"])


async def job(site: Emulation, job_id: str) -> dict[str, Any]:
    document: dict[str, Any] = (await site.ok("GET", f"/bulk/jobs/{job_id}"))["job"]
    return document


async def finished(site: Emulation, call: str, **body: Any) -> dict[str, Any]:
    job_id = await start(site, call, **body)
    site.advance(10)
    return await job(site, job_id)


async def test_a_job_advances_with_the_clock_and_works_when_it_runs(site: Emulation) -> None:
    await crowd(site, "Ada", "Bob")
    job_id = await start(site, "delete", filter={"info.name.first": "Ada"})
    seen = []
    for _ in range(6):
        document = await job(site, job_id)
        seen.append((document["status"], document["totalItems"], document["successTotal"]))
        assert len(await site.found({})) == 2 - document["successTotal"]
        site.advance(0.2)
    assert seen == [
        ("NEW", 0, 0),
        ("LOADING", 1, 0),
        ("RUNNING", 1, 1),
        ("INDEXING", 1, 1),
        ("COMPLETED", 1, 1),
        ("COMPLETED", 1, 1),
    ]
    assert document == {
        "id": job_id,
        "type": "DELETE",
        "status": "COMPLETED",
        "startedDate": START_TEXT,
        "finishedDate": "2026-03-04T09:15:03.111Z",
        "totalItems": 1,
        "successTotal": 1,
        "failedTotal": 0,
        "errors": [],
    }


async def test_no_pace_means_at_once(site: Emulation) -> None:
    site.behave(job_step_seconds=0)
    [ada] = await crowd(site, "Ada")
    job_id = await start(site, "delete", search="Ada")
    assert site.happened() == [("contact", "deleted", ada)]
    assert (await job(site, job_id))["status"] == "COMPLETED"


async def test_nobody_to_touch_is_complete_at_once(site: Emulation) -> None:
    job_id = await start(site, "delete", filter={"info.name.first": "Nobody"})
    document = await job(site, job_id)
    assert (document["status"], document["totalItems"]) == ("COMPLETED", 0)
    assert document["finishedDate"] == START_TEXT


@pytest.mark.parametrize(
    ("add", "remove", "kind", "left"),
    [
        (["custom.b"], ["custom.a"], "ADD_REMOVE_LABELS", ["custom.b"]),
        (["custom.b"], None, "ADD_LABELS", ["custom.a", "custom.b"]),
        ([], ["custom.a"], "REMOVE_LABELS", None),
        (None, None, "ADD_LABELS", ["custom.a"]),
    ],
)
async def test_labels_are_added_and_removed(
    site: Emulation, add: Any, remove: Any, kind: str, left: list[str] | None
) -> None:
    for name in "ab":
        await site.label(name)
    ada = await site.contact(name={"first": "Ada"}, labelKeys={"items": ["custom.a"]})
    body = {"labelKeysToAdd": add, "labelKeysToRemove": remove, "search": "Ada"}
    document = await finished(site, "add-remove-labels", **body)
    assert (document["type"], document["successTotal"]) == (kind, 1)
    info = (await site.ok("GET", f"/contacts/{ada['id']}"))["contact"]["info"]
    assert info.get("labelKeys", {}).get("items") == left


async def test_each_contact_fires_its_own_event_if_it_changed(site: Emulation) -> None:
    key = await site.label("VIP")
    carrier = await site.contact(name={"first": "Cy"}, labelKeys={"items": [key]})
    ada, bob = await crowd(site, "Ada", "Bob")
    await finished(site, "add-remove-labels", filter=ALL, labelKeysToAdd=[key])
    assert site.happened() == [("contact", "updated", ada), ("contact", "updated", bob)]
    assert (await site.ok("GET", f"/contacts/{carrier['id']}"))["contact"]["revision"] == 1


async def test_an_update_changes_only_what_it_names(site: Emulation) -> None:
    ada, _ = await crowd(site, "Ada", "Bob")
    both = {"filter": {"id": {"$in": [ada, "nobody"]}}, "info": {"company": "Bulk Ltd"}}
    document = await finished(site, "update", **both)
    assert (document["type"], document["totalItems"]) == ("UPDATE", 1)
    after = (await site.ok("GET", f"/contacts/{ada}"))["contact"]
    assert (after["info"]["company"], after["info"]["name"]) == ("Bulk Ltd", {"first": "Ada"})
    assert await site.found({"info.company": None}) == ["Bob"]


async def test_filter_and_search_must_both_match(site: Emulation) -> None:
    await crowd(site, "Ada", "Bob")
    document = await finished(site, "delete", search="Ada", filter={"info.name.first": "Bob"})
    assert document["totalItems"] == 0


async def test_failures_are_counted_by_code(site: Emulation) -> None:
    await crowd(site, "Free")
    standings = (["MEMBER"], ["MEMBER"], ["BILLING_SUBSCRIPTION"], ["OWNER", "MEMBER"])
    site.store.load(
        contacts=[
            {"id": str(number), "info": {"name": {"first": "Tied"}}, "standing": standing}
            for number, standing in enumerate(standings)
        ]
    )
    document = await finished(site, "delete", filter=ALL)
    totals = (document["totalItems"], document["successTotal"], document["failedTotal"])
    assert totals == (5, 1, 4)
    assert [(each["code"], each["count"]) for each in document["errors"]] == [
        ("CANNOT_DELETE_SITE_MEMBERS", 2),
        ("CANNOT_DELETE_CONTACT_WITH_BILLING_SUBSCRIPTION", 1),
        ("CANNOT_DELETE_MEMBER_OWNER_OR_CONTRIBUTOR", 1),
    ]
    assert all(each["message"] for each in document["errors"])


async def test_what_vanished_before_the_job_ran_is_a_failure(site: Emulation) -> None:
    ada, bob, cy = await crowd(site, "Ada", "Bob", "Cy")
    kept, gone = await site.label("kept"), await site.label("gone")
    jobs = [
        await start(site, "delete", filter={"id": ada}),
        await start(site, "update", filter={"id": bob}, info={"company": "x"}),
        await start(site, "update", filter={"id": cy}, info={"name": None}),
        await start(site, "update", filter={"id": cy}, info={"labelKeys": {"items": [gone]}}),
        await start(site, "add-remove-labels", filter={"id": cy}, labelKeysToAdd=[kept, gone]),
    ]
    for path in (f"/contacts/{ada}", f"/contacts/{bob}", f"/labels/{gone}"):
        await site.ok("DELETE", path)
    site.advance(10)
    documents = [await job(site, each) for each in jobs]
    assert [[error["code"] for error in each["errors"]] for each in documents] == [
        ["FAILED_DELETE_CONTACT"],
        ["CONTACT_NOT_FOUND"],
        ["INSUFFICIENT_CONTACT_DATA"],
        ["INVALID_ARGUMENT"],
        [],
    ]
    after = (await site.ok("GET", f"/contacts/{cy}"))["contact"]
    assert after["info"]["labelKeys"] == {"items": [kept]}


async def test_a_members_email_is_left_alone_by_bulk_updates(site: Emulation) -> None:
    info = {"name": {"first": "Ada"}, "emails": emails("ada@example.com")}
    site.store.load(contacts=[{"id": "ada", "info": info, "standing": ["MEMBER"]}])
    document = await finished(site, "update", filter=ALL, info={"emails": emails("x@example.com")})
    assert document["errors"][0]["code"] == "CANNOT_UPDATE_MEMBER_EMAIL"


@pytest.mark.parametrize("call", ["delete", "update", "add-remove-labels"])
@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"filter": {}},
        {"filter": None, "search": ""},
        {"filter": {"$and": [{}, {"$not": {}}]}},
        {"query": {"filter": ALL}},
    ],
)
async def test_selecting_nobody_in_particular_is_refused(
    site: Emulation, call: str, selection: dict[str, Any]
) -> None:
    body = {"info": {"company": "x"}, **selection}
    refused = await site.refused("POST", f"/bulk/contacts/{call}", body)
    assert refused == (400, "NEITHER_FILTER_NOR_SEARCH", {})


async def test_an_empty_filter_can_be_made_to_mean_everybody(site: Emulation) -> None:
    site.behave(empty_bulk_filter_refused=False)
    await crowd(site, "Ada", "Bob")
    assert (await finished(site, "delete", filter={}))["successTotal"] == 2
    refused = await site.refused("POST", "/bulk/contacts/delete", {})
    assert refused == (400, "NEITHER_FILTER_NOR_SEARCH", {})


async def test_what_is_wrong_is_refused_before_the_job_starts(site: Emulation) -> None:
    labels = "/bulk/contacts/add-remove-labels"
    unknown = {"filter": ALL, "labelKeysToAdd": ["custom.a"], "labelKeysToRemove": ["custom.b"]}
    assert await site.violations("POST", labels, unknown) == [
        ("labelKeysToAdd", "OTHER"),
        ("labelKeysToRemove", "OTHER"),
    ]
    many = {"search": "x" * 101, "labelKeysToAdd": ["custom.a"] * 101, "labelKeysToRemove": 1}
    assert await site.violations("POST", labels, many) == [
        ("search", "MAX_LENGTH"),
        ("labelKeysToAdd", "MAX_SIZE"),
        ("labelKeysToRemove", "FORMAT"),
    ]
    nin = {"filter": {"primaryEmail.subscriptionStatus": {"$nin": ["PENDING"]}}}
    refused = await site.refused("POST", "/bulk/contacts/delete", nin)
    assert refused == (400, "UNSUPPORTED_FILTER_OPERATOR", {})
    two = {"items": [{"email": "a", "primary": True}] * 2}
    for info, code in (
        ({}, "INSUFFICIENT_UPDATE_CONTACT_DATA"),
        ({"emails": two}, "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO"),
        ({"extendedFields": {"items": {"custom.none": 1}}}, "INVALID_EXTENDED_FIELD_VALUE"),
    ):
        body = {"filter": ALL, "info": info}
        assert (await site.refused("POST", "/bulk/contacts/update", body))[:2] == (400, code)
    assert (await site.ok("GET", "/bulk/jobs")) == {"jobs": []}


async def test_the_latest_hundred_jobs_are_listed_newest_first(site: Emulation) -> None:
    ids = [await start(site, "delete", search=str(number)) for number in range(101)]
    for path in ("/bulk/jobs", "/bulk/contact/jobs"):
        listed = (await site.ok("GET", path))["jobs"]
        assert [each["id"] for each in listed] == ids[:0:-1]
    assert (await site.ok("GET", f"/bulk/contact/jobs/{ids[0]}"))["job"]["id"] == ids[0]
    assert await site.refused("GET", "/bulk/jobs/none") == (404, "NOT_FOUND", {})
