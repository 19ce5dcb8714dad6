"""What the store holds: files that survive, resets, loaded content, whole transactions."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from gateway.sandbox.store import open_store
from tests.support.emulation import START_TEXT, Emulation, emails, emulation


async def test_a_file_survives_restarts(tmp_path: Path) -> None:
    path = str(tmp_path / "site.db")
    with emulation(path) as site:
        assert site.store.created
        await site.label("VIP")
        ada = await site.contact(emails=emails("ada@example.com"))
        before = site.state()
    with emulation(path) as site:
        assert not site.store.created
        assert site.state() == before
        assert (await site.ok("GET", f"/contacts/{ada['id']}"))["contact"] == ada
        bob = await site.contact(name={"first": "Bob"})
        assert bob["id"] != ada["id"]


async def test_two_processes_may_share_a_file(tmp_path: Path) -> None:
    path = str(tmp_path / "site.db")
    with emulation(path) as one, emulation(path) as other:
        key = await one.label("VIP")
        assert await other.label("VIP") == key
        made = [await site.contact() for site in (one, other)]
        assert made[0]["id"] != made[1]["id"]
        assert await one.found({}) == await other.found({}) == ["Ada", "Ada"]


def test_a_database_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "site.db")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    site = Emulation()
    with pytest.raises(ValueError, match="layout 99"):
        open_store(path, clock=site.clock, new_id=site.new_id)
    site.store.close()


async def test_a_reset_leaves_the_bare_site(site: Emulation) -> None:
    bare = site.state()
    await site.label("VIP")
    await site.field("Tier")
    ada, bob = await site.contact(), await site.contact()
    body = {"targetContactRevision": 1, "sourceContactIds": [bob["id"]]}
    await site.ok("POST", f"/contacts/{ada['id']}/merge", body)
    await site.ok("POST", "/bulk/contacts/delete", {"search": "Ada"})
    assert site.state() != bare
    site.store.reset()
    assert site.state() == bare


async def test_loaded_contacts_are_filled_in_and_announced_to_nobody(site: Emulation) -> None:
    info = {
        "name": {"first": "Ada"},
        "emails": {"items": [{"id": "1", "tag": "MAIN", "email": "ada@example.com"}]},
        "extendedFields": {
            "items": {
                "emailSubscriptions.subscriptionStatus": "SUBSCRIBED",
                "members.membershipStatus": "APPROVED",
            }
        },
    }
    wire = {
        "createdDate": "2025-01-01T00:00:00Z",
        "revision": 7,
        "memberInfo": {"status": "APPROVED"},
    }
    site.store.load(contacts=[{"info": info, **wire}, {"id": "bob", "info": {}}])
    ada, bob = (await site.ok("GET", "/contacts"))["contacts"]
    assert (ada["revision"], ada["createdDate"]) == (7, "2025-01-01T00:00:00Z")
    assert ada["updatedDate"] == ada["lastActivity"]["activityDate"] == ada["createdDate"]
    assert ada["memberInfo"] == {"status": "APPROVED"}
    assert ada["primaryEmail"] == {
        "email": "ada@example.com",
        "subscriptionStatus": "SUBSCRIBED",
        "deliverabilityStatus": "NOT_SET",
    }
    assert ada["info"]["extendedFields"]["items"]["members.membershipStatus"] == "APPROVED"
    assert bob == {
        "id": "bob",
        "revision": 1,
        "source": {"sourceType": "OTHER"},
        "createdDate": START_TEXT,
        "updatedDate": START_TEXT,
        "lastActivity": {"activityDate": START_TEXT, "activityType": "CONTACT_CREATED"},
        "info": {},
    }
    assert site.events == []


async def test_a_load_that_fails_leaves_nothing(site: Emulation) -> None:
    before = site.state()
    twice: list[dict[str, Any]] = [{"id": "ada", "info": {}}] * 2
    with pytest.raises(sqlite3.IntegrityError):
        site.store.load(labels=[{"key": "custom.a", "displayName": "A"}], contacts=twice)
    assert site.state() == before


async def test_refused_writes_change_nothing_and_fire_nothing(site: Emulation) -> None:
    await site.label("VIP")
    ada = await site.contact(emails=emails("ada@example.com"))
    bob = await site.contact(emails=emails("bob@example.com"))
    site.happened()
    before = site.state()
    path = f"/contacts/{ada['id']}"
    writes: list[tuple[str, str, Any]] = [
        ("POST", "/contacts", {"info": {"emails": emails("ada@example.com")}}),
        ("PATCH", path, {"revision": 1, "info": {"name": None, "emails": None}}),
        ("PATCH", path, {"revision": 2, "info": {"company": "x"}}),
        ("POST", f"{path}/labels", {"labelKeys": ["custom.vip", "custom.none"]}),
        ("POST", f"{path}/merge", {"targetContactRevision": 9, "sourceContactIds": [bob["id"]]}),
        ("DELETE", "/labels/contacts.customers", None),
        ("POST", "/bulk/contacts/delete", {"filter": {}}),
    ]
    statuses = [(await site.http.request(m, p, json=b)).status_code for m, p, b in writes]
    assert statuses == [409, 400, 409, 400, 428, 428, 400]
    assert (site.state(), site.happened()) == (before, [])


async def test_ids_that_are_taken_are_not_given_out_again(site: Emulation) -> None:
    ada = await site.contact()
    site._made = 0
    bob = await site.contact(name={"first": "Bob"})
    assert bob["id"] != ada["id"]
    assert await site.found({}) == ["Ada", "Bob"]
