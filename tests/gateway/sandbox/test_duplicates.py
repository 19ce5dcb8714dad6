"""Contacts that share an e-mail or a phone (contract 3.2, Duplicates)."""

from tests.support.emulation import Emulation, emails, phones


async def test_an_email_of_another_contact_is_refused(site: Emulation) -> None:
    ada = await site.contact(emails=emails("first@example.com", "ada@example.com"))
    site.happened()
    refused = await site.refused(
        "POST", "/contacts", {"info": {"emails": emails("ADA@example.com")}}
    )
    data = {"duplicateContactId": ada["id"], "duplicateEmail": "ADA@example.com"}
    assert refused == (409, "DUPLICATE_CONTACT_EXISTS", data)
    assert site.happened() == []


async def test_a_phone_counts_only_without_an_email(site: Emulation) -> None:
    ada = await site.contact(phones=phones("020 7946 0001"))
    same = phones("+44 20 7946 0001", country="FR")
    refused = await site.refused("POST", "/contacts", {"info": {"phones": same}})
    data = {"duplicateContactId": ada["id"], "duplicatePhone": "+44 20 7946 0001"}
    assert refused == (409, "DUPLICATE_CONTACT_EXISTS", data)
    body = {"info": {"phones": same, "emails": emails("new@example.com")}}
    assert (await site.ok("POST", "/contacts", body))["contact"]["revision"] == 1


async def test_phones_that_cannot_be_dialled_are_compared_as_text(site: Emulation) -> None:
    ada = await site.contact(phones=phones("12"))
    refused = await site.refused("POST", "/contacts", {"info": {"phones": phones("12")}})
    assert refused[2] == {"duplicateContactId": ada["id"], "duplicatePhone": "12"}
    await site.ok("POST", "/contacts", {"info": {"phones": phones("13")}})


async def test_duplicates_may_be_allowed(site: Emulation) -> None:
    body = {"info": {"emails": emails("ada@example.com")}, "allowDuplicates": True}
    made = [(await site.ok("POST", "/contacts", body))["contact"]["id"] for _ in range(2)]
    assert len(set(made)) == 2


async def test_an_update_to_anothers_email_is_a_duplicate(site: Emulation) -> None:
    ada = await site.contact(emails=emails("ada@example.com"), phones=phones("12"))
    bob = await site.contact(emails=emails("ada@example.com"), phones=phones("12"))
    path = f"/contacts/{bob['id']}"
    data = {"duplicateContactId": ada["id"], "duplicateEmail": "ada@example.com"}
    body = {"revision": 1, "info": {"emails": emails("ada@example.com")}}
    assert await site.refused("PATCH", path, body) == (409, "DUPLICATE_CONTACT_EXISTS", data)
    data = {"duplicateContactId": ada["id"], "duplicatePhone": "12"}
    body = {"revision": 1, "info": {"phones": phones("12")}}
    assert await site.refused("PATCH", path, body) == (409, "DUPLICATE_CONTACT_EXISTS", data)
    await site.ok("PATCH", path, body | {"allowDuplicates": True})
    await site.ok("PATCH", path, {"revision": 2, "info": {"company": "x"}})
