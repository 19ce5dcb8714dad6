"""Updating and labelling contacts (contract 3.2)."""

from typing import Any

import pytest

from tests.support.emulation import Emulation, emails, phones


async def update(site: Emulation, contact: dict[str, Any], **info: Any) -> dict[str, Any]:
    """Update a contact; give its info without the computed fields."""
    body = {"revision": contact["revision"], "info": info, "contactId": contact["id"]}
    after = (await site.ok("PATCH", f"/contacts/{contact['id']}", body))["contact"]
    assert after["revision"] == contact["revision"] + 1
    contact.clear()
    contact.update(after)
    return {name: value for name, value in after["info"].items() if name != "extendedFields"}


async def test_only_what_is_named_changes_and_null_clears(site: Emulation) -> None:
    ada = await site.contact(name={"first": "Ada"}, company="Analytical", jobTitle="Countess")
    site.happened()
    site.advance(60)
    info = await update(site, ada, company="Engine Ltd", jobTitle=None)
    assert info == {"name": {"first": "Ada"}, "company": "Engine Ltd"}
    assert (ada["createdDate"], ada["updatedDate"]) == (
        "2026-03-04T09:15:02.311Z",
        "2026-03-04T09:16:02.311Z",
    )
    assert site.events[0].body == {"updatedEvent": {"currentEntity": ada}}
    assert site.happened() == [("contact", "updated", ada["id"])]


async def test_an_update_that_changes_nothing_counts_as_one(site: Emulation) -> None:
    ada = await site.contact(name={"first": "Ada"}, company="Analytical")
    info = await update(site, ada, company="Analytical")
    assert (info["company"], ada["revision"]) == ("Analytical", 2)


async def test_a_name_changes_per_part(site: Emulation) -> None:
    ada = await site.contact(name={"first": "Ada", "last": "Byron"}, phones=phones("12"))
    assert (await update(site, ada, name={"last": "King"}))["name"] == {
        "first": "Ada",
        "last": "King",
    }
    assert (await update(site, ada, name={"first": None}))["name"] == {"last": "King"}
    assert "name" not in await update(site, ada, name=None)
    computed = ada["info"].get("extendedFields")
    assert computed is None


async def test_lists_are_replaced_and_known_entries_keep_their_ids(site: Emulation) -> None:
    ada = await site.contact(emails=emails("a@example.com", "b@example.com"))
    first, second = (each["id"] for each in ada["info"]["emails"]["items"])
    sent = [
        {"id": second, "email": "new@example.com", "primary": True},
        {"id": second, "email": "twin@example.com"},
        {"id": "unknown", "email": "c@example.com", "tag": "WORK"},
    ]
    items = (await update(site, ada, emails={"items": sent}))["emails"]["items"]
    assert items[0] == {
        "id": second,
        "tag": "UNTAGGED",
        "email": "new@example.com",
        "primary": True,
    }
    assert len({first, "unknown", *(each["id"] for each in items)}) == 5
    assert [each["tag"] for each in items] == ["UNTAGGED", "UNTAGGED", "WORK"]


@pytest.mark.parametrize("nothing", [None, {}, {"items": []}, {"items": None}])
async def test_lists_are_cleared(site: Emulation, nothing: Any) -> None:
    key = await site.label("VIP")
    ada = await site.contact(
        name={"first": "Ada"},
        emails=emails("a@example.com"),
        addresses={"items": [{"address": {"city": "London"}}]},
        labelKeys={"items": [key]},
        locations={"items": ["11111111-1111-4111-8111-111111111111"]},
    )
    cleared = dict.fromkeys(("emails", "addresses", "labelKeys", "locations"), nothing)
    assert await update(site, ada, **cleared) == {"name": {"first": "Ada"}}
    assert "primaryInfo" not in ada


async def test_addresses_and_pictures_keep_what_the_contract_names(site: Emulation) -> None:
    address = {
        "streetAddress": {"number": "1", "name": "Main St", "apt": "2", "mood": "calm"},
        "geocode": {"latitude": 1.5, "longitude": -2, "altitude": 3},
        "formattedAddress": "1 Main St",
        "hint": "ring twice",
    }
    image = {"id": "abc.jpg", "height": 50, "width": 60, "url": "wix:image://v1/abc.jpg", "dpi": 3}
    ada = await site.contact()
    info = await update(
        site,
        ada,
        addresses={"items": [{"tag": "WORK", "address": address}, {}]},
        picture={"image": image},
    )
    del image["dpi"]
    assert info["picture"] == {"image": image}
    kept, empty = info["addresses"]["items"]
    assert kept["address"] == address | {
        "streetAddress": {"number": "1", "name": "Main St", "apt": "2"},
        "geocode": {"latitude": 1.5, "longitude": -2},
    }
    assert (empty["tag"], empty["address"]) == ("UNTAGGED", {})
    assert "picture" not in await update(site, ada, picture=None)


async def test_statuses_stay_with_the_primary_email_and_phone(site: Emulation) -> None:
    statuses = {"subscriptionStatus": "SUBSCRIBED", "deliverabilityStatus": "VALID"}
    info = {"emails": emails("a@example.com"), "phones": phones("020 7946 0001")}
    primaries = {
        "primaryEmail": {"email": "a@example.com", **statuses},
        "primaryPhone": {"phone": "020 7946 0001", "subscriptionStatus": "PENDING"},
    }
    site.store.load(contacts=[{"id": "ada", "info": info, **primaries}])
    ada = (await site.ok("GET", "/contacts/ada"))["contact"]
    await update(site, ada, emails=emails("A@example.com"), company="x")
    assert ada["primaryEmail"] == {"email": "A@example.com", **statuses}
    assert ada["primaryPhone"]["subscriptionStatus"] == "PENDING"
    await update(site, ada, emails=emails("other@example.com"), phones=phones("020 7946 0002"))
    assert ada["primaryEmail"] == {
        "email": "other@example.com",
        "subscriptionStatus": "NOT_SET",
        "deliverabilityStatus": "NOT_SET",
    }
    assert ada["primaryPhone"]["subscriptionStatus"] == "NOT_SET"


async def test_a_stale_revision_is_refused(site: Emulation) -> None:
    ada = await site.contact()
    await update(site, ada, company="x")
    before = site.state()
    body = {"revision": 1, "info": {"company": "y"}}
    response = await site.http.patch(f"/contacts/{ada['id']}", json=body)
    assert (response.status_code, response.json()["message"]) == (
        409,
        "Contact has been updated since the requested revision.",
    )
    assert site.state() == before


@pytest.mark.parametrize("revision", ["1", 1, 1.0])
async def test_revisions_may_be_numerals(site: Emulation, revision: Any) -> None:
    ada = await site.contact()
    body = {"revision": revision, "info": {"company": "x"}, "fieldMask": {"paths": ["name"]}}
    assert (await site.ok("PATCH", f"/contacts/{ada['id']}", body))["contact"]["revision"] == 2


@pytest.mark.parametrize(
    ("revision", "rule"),
    [(None, "REQUIRED_FIELD"), ("one", "FORMAT"), (-1, "MIN"), (10**12, "MAX"), (True, "FORMAT")],
)
async def test_revisions_must_be_whole_numbers(site: Emulation, revision: Any, rule: str) -> None:
    ada = await site.contact()
    body = {"revision": revision, "info": {"company": "x"}}
    assert await site.violations("PATCH", f"/contacts/{ada['id']}", body) == [("revision", rule)]


@pytest.mark.parametrize(
    ("info", "code"),
    [
        (None, "INSUFFICIENT_UPDATE_CONTACT_DATA"),
        ({}, "INSUFFICIENT_UPDATE_CONTACT_DATA"),
        ({"shoeSize": 42}, "INSUFFICIENT_UPDATE_CONTACT_DATA"),
        ({"name": None}, "INSUFFICIENT_CONTACT_DATA"),
    ],
)
async def test_updates_need_something_and_leave_something(
    site: Emulation, info: Any, code: str
) -> None:
    ada = await site.contact()
    body = {"revision": 1, "info": info}
    assert await site.refused("PATCH", f"/contacts/{ada['id']}", body) == (400, code, {})


async def test_a_members_primary_email_stays(site: Emulation) -> None:
    info = {"emails": emails("ada@example.com")}
    site.store.load(contacts=[{"id": "ada", "info": info, "standing": ["MEMBER"]}])
    for change in (emails("new@example.com"), None):
        body = {"revision": 1, "info": {"emails": change, "name": {"first": "Ada"}}}
        refused = await site.refused("PATCH", "/contacts/ada", body)
        assert refused == (428, "CANNOT_UPDATE_MEMBER_EMAIL", {})
    more = emails("ADA@example.com", "second@example.com")
    await site.ok("PATCH", "/contacts/ada", {"revision": 1, "info": {"emails": more}})
