"""Merging contacts (contract 3.2, Merge and Preview Merge)."""

from typing import Any

import pytest

from tests.support.emulation import Emulation, emails, phones


async def merge(site: Emulation, target: dict[str, Any], *sources: dict[str, Any]) -> Any:
    body = {
        "targetContactId": target["id"],
        "targetContactRevision": target["revision"],
        "sourceContactIds": [source["id"] for source in sources],
    }
    return (await site.ok("POST", f"/contacts/{target['id']}/merge", body))["contact"]


async def family(site: Emulation) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Make a target that lacks much, and two sources that have different things."""
    vip, news = await site.label("VIP"), await site.label("News")
    tier, size = await site.field("Tier"), await site.field("Size", "NUMBER")
    target = await site.contact(
        name={"first": "Ada"},
        emails=emails("ada@example.com"),
        company="Analytical",
        labelKeys={"items": [vip]},
        extendedFields={"items": {tier: "gold"}},
    )
    home = {"items": [{"tag": "HOME", "address": {"city": "London"}}]}
    first = await site.contact(
        name={"first": "Augusta", "last": "King"},
        emails=emails("ADA@example.com", "king@example.com"),
        phones=phones("020 7946 0001"),
        addresses=home,
        company="Other",
        jobTitle="Countess",
        labelKeys={"items": [news, vip]},
        extendedFields={"items": {tier: "silver", size: 0}},
    )
    second = await site.contact(
        name={"last": "Byron"},
        emails=emails("byron@example.com"),
        phones=phones("+44 20 7946 0001", "020 7946 0002"),
        addresses=home,
        jobTitle="Poet",
        birthdate="1815-12-10",
        locations={"items": ["somewhere"]},
    )
    site.happened()
    site.advance(60)
    return target, first, second


async def test_lists_grow_gaps_are_filled_and_nothing_is_overwritten(site: Emulation) -> None:
    target, first, second = await family(site)
    merged = await merge(site, target, first, second)
    info = merged["info"]
    assert info["name"] == {"first": "Ada", "last": "King"}
    assert (info["company"], info["jobTitle"]) == ("Analytical", "Countess")
    assert (info["birthdate"], info["locations"]) == ("1815-12-10", {"items": ["somewhere"]})
    assert [each["email"] for each in info["emails"]["items"]] == [
        "ada@example.com",
        "king@example.com",
        "byron@example.com",
    ]
    assert [each["primary"] for each in info["emails"]["items"]] == [True, False, False]
    assert [each["phone"] for each in info["phones"]["items"]] == ["020 7946 0001", "020 7946 0002"]
    assert [each["primary"] for each in info["phones"]["items"]] == [True, False]
    assert len(info["addresses"]["items"]) == 1
    assert info["labelKeys"]["items"] == ["custom.vip", "custom.news"]
    values = info["extendedFields"]["items"]
    assert (values["custom.tier"], values["custom.size"]) == ("gold", 0)
    assert values["contacts.displayByFirstName"] == "Ada King"
    assert (merged["id"], merged["revision"]) == (target["id"], 2)
    assert merged["lastActivity"] == {
        "activityDate": "2026-03-04T09:16:02.311Z",
        "activityType": "CONTACT_MERGED",
    }


async def test_a_merge_tells_of_target_sources_and_itself(site: Emulation) -> None:
    target, first, second = await family(site)
    merged = await merge(site, target, first, second)
    told = [(event.slug, event.entity_id, event.originated_from) for event in site.events]
    assert sorted(told) == sorted(
        [
            ("updated", target["id"], "merge"),
            ("deleted", first["id"], "merge"),
            ("deleted", second["id"], "merge"),
            ("merged", target["id"], ""),
        ]
    )
    assert site.events[-1].body == {
        "actionEvent": {
            "body": {
                "targetContactId": target["id"],
                "sourceContactIds": [first["id"], second["id"]],
                "targetContact": merged,
            }
        }
    }


async def test_a_preview_shows_the_same_and_changes_nothing(site: Emulation) -> None:
    target, first, second = await family(site)
    before = site.state()
    body = {"sourceContactIds": [first["id"], second["id"]]}
    preview = (await site.ok("POST", f"/contacts/{target['id']}/preview-merge", body))["contact"]
    assert (site.state(), site.happened()) == (before, [])
    merged = await merge(site, target, first, second)
    assert preview["info"] == merged["info"]
    assert preview["revision"] == target["revision"]


async def test_only_get_knows_merged_away_ids(site: Emulation) -> None:
    target, first, second = await family(site)
    half = await merge(site, first, second)
    whole = await merge(site, target, half)
    for gone in (first, second):
        got = await site.ok("GET", f"/contacts/{gone['id']}")
        assert got == {"contact": whole, "responseType": "MERGED"}
        body = {"revision": 1, "info": {"company": "x"}}
        refused = await site.refused("PATCH", f"/contacts/{gone['id']}", body)
        assert refused == (404, "CONTACT_NOT_FOUND", {})
    assert await site.found({"id": {"$in": [first["id"], second["id"]]}}) == []


async def test_with_the_target_its_merged_ids_go(site: Emulation) -> None:
    target, first, _ = await family(site)
    await merge(site, target, first)
    await site.ok("DELETE", f"/contacts/{target['id']}")
    refused = await site.refused("GET", f"/contacts/{first['id']}")
    assert refused == (404, "CONTACT_NOT_FOUND", {})


async def test_a_target_without_an_email_takes_the_sources_primary(site: Emulation) -> None:
    target = await site.contact(name={"first": "Ada"})
    marked = [{"email": "a@example.com"}, {"email": "b@example.com", "primary": True}]
    source = await site.contact(emails={"items": marked})
    merged = await merge(site, target, source)
    assert merged["primaryInfo"] == {"email": "b@example.com"}


async def test_a_stale_target_is_refused(site: Emulation) -> None:
    target, first, _ = await family(site)
    body = {"targetContactRevision": "7", "sourceContactIds": [first["id"]]}
    refused = await site.refused("POST", f"/contacts/{target['id']}/merge", body)
    assert refused == (428, "FAILED_PRECONDITION", {})


@pytest.mark.parametrize("call", ["merge", "preview-merge"])
async def test_contacts_merge_with_others_only(site: Emulation, call: str) -> None:
    target, first, _ = await family(site)
    path, revision = f"/contacts/{target['id']}/{call}", {"targetContactRevision": 1}
    for sources in ([target["id"]], [first["id"], target["id"]], [first["id"], first["id"]]):
        refused = await site.refused("POST", path, revision | {"sourceContactIds": sources})
        assert refused == (400, "ILLEGAL_MERGE", {})
    refused = await site.refused("POST", path, revision | {"sourceContactIds": ["nobody"]})
    assert refused == (404, "CONTACT_NOT_FOUND", {})


@pytest.mark.parametrize("standing", ["MEMBER", "OWNER"])
async def test_members_are_not_merged_away(site: Emulation, standing: str) -> None:
    target = await site.contact()
    info = {"name": {"first": "Bob"}}
    site.store.load(contacts=[{"id": "bob", "info": info, "standing": [standing]}])
    body = {"targetContactRevision": 1, "sourceContactIds": ["bob"]}
    refused = await site.refused("POST", f"/contacts/{target['id']}/merge", body)
    assert refused == (400, "ILLEGAL_MERGE", {})
    await merge(site, {"id": "bob", "revision": 1}, target)


async def test_what_would_not_fit_one_contact_is_not_merged(site: Emulation) -> None:
    many = [await site.contact(emails=emails(*(f"{n}@{m}.com" for n in range(30)))) for m in "ab"]
    body = {"targetContactRevision": 1, "sourceContactIds": [many[1]["id"]]}
    refused = await site.refused("POST", f"/contacts/{many[0]['id']}/merge", body)
    assert refused == (400, "ILLEGAL_MERGE", {})


@pytest.mark.parametrize(
    ("body", "violations"),
    [
        (
            {},
            [("targetContactRevision", "REQUIRED_FIELD"), ("sourceContactIds", "REQUIRED_FIELD")],
        ),
        (
            {"targetContactRevision": 1, "sourceContactIds": []},
            [("sourceContactIds", "MIN_SIZE")],
        ),
        (
            {"targetContactRevision": 1, "sourceContactIds": list("abcdef")},
            [("sourceContactIds", "MAX_SIZE")],
        ),
        (
            {"targetContactRevision": "x", "sourceContactIds": [None]},
            [("targetContactRevision", "FORMAT"), ("sourceContactIds[0]", "FORMAT")],
        ),
    ],
)
async def test_one_to_five_sources_and_a_revision_are_needed(
    site: Emulation, body: dict[str, Any], violations: list[tuple[str, str]]
) -> None:
    target = await site.contact()
    assert await site.violations("POST", f"/contacts/{target['id']}/merge", body) == violations
