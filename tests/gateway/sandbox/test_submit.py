"""Append Or Create Contact (contract 3.2)."""

from typing import Any

import pytest

from tests.support.emulation import Emulation, emails, phones


async def submit(site: Emulation, **body: Any) -> dict[str, Any]:
    return await site.ok("POST", "/contact-submit", body)


async def test_an_unknown_sender_becomes_a_contact(site: Emulation) -> None:
    answer = await submit(site, info={"emails": emails("ada@example.com")}, passThroughData="x")
    made = answer["contactId"]
    assert answer == {"contactId": made, "identityType": "CONTACT", "newContact": True}
    assert site.happened() == [("contact", "created", made)]


async def test_a_known_email_gets_the_new_data_and_keeps_the_old(site: Emulation) -> None:
    ada = await site.contact(name={"first": "Ada"}, emails=emails("ada@example.com"))
    site.happened()
    info = {
        "name": {"first": "A.", "last": "Lovelace"},
        "emails": emails("ADA@example.com"),
        "phones": phones("020 7946 0001"),
    }
    answer = await submit(site, info=info)
    assert answer == {"contactId": ada["id"], "identityType": "CONTACT", "newContact": False}
    after = (await site.ok("GET", f"/contacts/{ada['id']}"))["contact"]
    assert after["info"]["name"] == {"first": "Ada", "last": "Lovelace"}
    assert after["primaryInfo"] == {"email": "ada@example.com", "phone": "020 7946 0001"}
    assert site.happened() == [("contact", "updated", ada["id"])]
    await submit(site, info=info)
    again = (await site.ok("GET", f"/contacts/{ada['id']}"))["contact"]
    assert (again, site.happened()) == (after, [])


async def test_a_phone_finds_when_no_email_is_sent(site: Emulation) -> None:
    ada = await site.contact(phones=phones("020 7946 0001"))
    found = await submit(site, info={"phones": phones("+44 20 7946 0001")})
    assert found["contactId"] == ada["id"]


async def test_members_are_told_apart_and_ids_can_be_named(site: Emulation) -> None:
    info = {"name": {"first": "Ada"}}
    site.store.load(contacts=[{"id": "ada", "info": info, "standing": ["MEMBER"]}])
    answer = await submit(site, info={"emails": emails("new@example.com")}, contactId="ada")
    assert answer == {"contactId": "ada", "identityType": "MEMBER", "newContact": False}
    body = {"info": {"emails": emails("new@example.com")}, "contactId": "nobody"}
    refused = await site.refused("POST", "/contact-submit", body)
    assert refused == (404, "CONTACT_NOT_FOUND", {})


@pytest.mark.parametrize(
    ("info", "code"),
    [
        (None, "INSUFFICIENT_CONTACT_DATA"),
        ({"company": "x"}, "INSUFFICIENT_CONTACT_DATA"),
        (
            {"emails": {"items": [{"email": "a", "primary": True}] * 2}},
            "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO",
        ),
    ],
)
async def test_too_little_or_contradictory_data_is_refused(
    site: Emulation, info: Any, code: str
) -> None:
    refused = await site.refused("POST", "/contact-submit", {"info": info})
    assert refused == (400, code, {})


async def test_wrong_data_is_refused(site: Emulation) -> None:
    info = {"name": {"first": "Ada"}, "labelKeys": {"items": ["custom.none"]}}
    assert await site.violations("POST", "/contact-submit", {"info": info}) == [
        ("info.labelKeys", "OTHER")
    ]
    assert await site.violations("POST", "/contact-submit", {"passThroughData": "x" * 301}) == [
        ("passThroughData", "MAX_LENGTH")
    ]
