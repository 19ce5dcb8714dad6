"""A new site is believable, and one seed gives one site."""

import time
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import phonenumbers
import pytest

from gateway.sandbox.app import SandboxOptions, create_sandbox
from tests.support.sandboxes import CONTACTS, LABELS, running

Document = dict[str, Any]


async def _everything(client: httpx.AsyncClient) -> list[Document]:
    answer = await client.get(CONTACTS, params={"paging.limit": 1_000})
    contacts: list[Document] = answer.json()["contacts"]
    return contacts


@cache
def _known() -> list[list[Document]]:
    return []


@pytest.fixture
async def contacts() -> list[Document]:
    """All contacts of the default site, made once for all tests that only look at them."""
    if not _known():
        async with running(SandboxOptions()) as site:
            _known().append(await _everything(site.client))
    return _known()[0]


def _listed(contact: Document, name: str) -> list[Any]:
    items: list[Any] = contact["info"].get(name, {}).get("items", [])
    return items


def test_the_default_site_has_a_thousand_contacts_of_different_ids(
    contacts: list[Document],
) -> None:
    assert len({contact["id"] for contact in contacts}) == 1_000


def test_the_first_contacts_are_memorable(contacts: list[Document]) -> None:
    ada = contacts[0]
    assert ada["primaryInfo"] == {"email": "ada.lovelace@example.com", "phone": "07911 123456"}
    assert _listed(ada, "labelKeys") == ["custom.vip-customer", "custom.newsletter"]
    assert [contact["info"]["name"]["last"] for contact in contacts[:4]] == [
        "Lovelace",
        "Turing",
        "Hopper",
        "Johnson",
    ]


async def test_there_are_24_labels_and_6_fields_beside_the_system_ones() -> None:
    async with running(SandboxOptions(contacts=0)) as site:
        labels = (await site.client.get(LABELS)).json()["labels"]
        answer = await site.client.get("/contacts/v4/extended-fields?fieldType=USER_DEFINED")
        fields = answer.json()["fields"]
    assert Counter(label["labelType"] for label in labels) == {"USER_DEFINED": 24, "SYSTEM": 2}
    assert Counter(field["dataType"] for field in fields) == {
        "TEXT": 2,
        "NUMBER": 2,
        "DATE": 1,
        "URL": 1,
    }


async def test_seeded_keys_are_those_the_site_would_have_made() -> None:
    async with running(SandboxOptions(contacts=0)) as site:
        seeded = (await site.client.get(f"{LABELS}?labelType=USER_DEFINED")).json()["labels"]
        for label in seeded:
            await site.client.delete(f"{LABELS}/{label['key']}")
        made = [
            (await site.client.post(LABELS, json={"displayName": label["displayName"]})).json()
            for label in seeded
        ]
    assert [each["label"]["key"] for each in made] == [label["key"] for label in seeded]


def test_labels_are_spread_from_none_to_hundreds(contacts: list[Document]) -> None:
    counts = Counter(key for contact in contacts for key in _listed(contact, "labelKeys"))
    assert counts["custom.winter-campaign-2027"] == 0
    assert counts["custom.newsletter"] > 300
    assert any(not _listed(contact, "labelKeys") for contact in contacts)


def test_names_come_in_many_scripts(contacts: list[Document]) -> None:
    scripts = {
        unicodedata.name(letter).split(" ")[0]
        for contact in contacts
        for letter in contact["info"]["name"]["first"]
        if letter.isalpha()
    }
    assert scripts >= {
        "LATIN",
        "HEBREW",
        "ARABIC",
        "CYRILLIC",
        "GREEK",
        "CJK",
        "HIRAGANA",
        "KATAKANA",
        "HANGUL",
        "DEVANAGARI",
        "THAI",
    }


def test_every_phone_is_valid_in_its_country(contacts: list[Document]) -> None:
    phones = [phone for contact in contacts for phone in _listed(contact, "phones")]
    invalid = [
        phone
        for phone in phones
        if not phonenumbers.is_valid_number(
            phonenumbers.parse(phone["phone"], phone["countryCode"])
        )
    ]
    assert (invalid, len(phones) > 400) == ([], True)
    assert all("e164Phone" in phone for phone in phones)


def test_every_email_is_in_a_domain_for_examples(contacts: list[Document]) -> None:
    domains = {
        entry["email"].partition("@")[2]
        for contact in contacts
        for entry in _listed(contact, "emails")
    }
    assert domains == {"example.com", "example.org", "example.net"}


def test_no_email_is_used_twice(contacts: list[Document]) -> None:
    emails = [entry["email"] for contact in contacts for entry in _listed(contact, "emails")]
    assert len(emails) == len(set(emails))
    assert all(email.isascii() for email in emails)


def test_addresses_name_subdivisions_of_their_country(contacts: list[Document]) -> None:
    addresses = [each["address"] for contact in contacts for each in _listed(contact, "addresses")]
    assert {
        address["subdivision"].partition("-")[0] == address["country"] for address in addresses
    } == {True}
    assert len({address["country"] for address in addresses}) > 15


def test_contacts_differ_in_what_they_have(contacts: list[Document]) -> None:
    emails = Counter(len(_listed(contact, "emails")) for contact in contacts)
    assert emails.keys() == {0, 1, 2, 3}
    only_phone = [contact for contact in contacts if not _listed(contact, "emails")]
    assert all(_listed(contact, "phones") for contact in only_phone)
    for name in ("company", "jobTitle", "birthdate", "locale"):
        assert 100 < sum(name in contact["info"] for contact in contacts) < 1_000


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("subscriptionStatus", {"NOT_SET", "SUBSCRIBED", "UNSUBSCRIBED", "PENDING"}),
        ("deliverabilityStatus", {"NOT_SET", "VALID", "BOUNCED", "SPAM_COMPLAINT", "INACTIVE"}),
    ],
)
def test_every_status_of_an_email_occurs(
    contacts: list[Document], name: str, values: set[str]
) -> None:
    found = {contact["primaryEmail"][name] for contact in contacts if "primaryEmail" in contact}
    assert found == values


def test_dates_are_of_three_years_and_in_order(contacts: list[Document]) -> None:
    created = [contact["createdDate"] for contact in contacts]
    assert created == sorted(created)
    assert (created[0][:7], created[-1][:7]) == ("2023-10", "2026-09")
    assert all(contact["createdDate"] <= contact["updatedDate"] for contact in contacts)


async def test_members_owners_and_payers_are_protected() -> None:
    async with running(replace(SandboxOptions(), contacts=5)) as site:
        contacts = await _everything(site.client)
        codes = {}
        for contact in contacts:
            answer = await site.client.delete(f"{CONTACTS}/{contact['id']}")
            error = answer.json().get("details", {}).get("applicationError", {})
            codes[contact["info"]["name"]["last"]] = error.get("code")
    assert codes == {
        "Lovelace": None,
        "Turing": "CANNOT_DELETE_MEMBER_OWNER_OR_CONTRIBUTOR",
        "Hopper": None,
        "Johnson": "CANNOT_DELETE_MEMBER",
        "Noether": "CANNOT_DELETE_CONTACT_WITH_BILLING_SUBSCRIPTION",
    }


async def _site(seed: int, contacts: int) -> list[Document]:
    async with running(SandboxOptions(seed=seed, contacts=contacts)) as site:
        return await _everything(site.client)


async def test_the_same_seed_gives_the_same_site() -> None:
    assert await _site(7, 50) == await _site(7, 50)


async def test_another_seed_gives_another_site() -> None:
    assert await _site(7, 50) != await _site(8, 50)


async def test_people_do_not_depend_on_the_size_of_the_site() -> None:
    small, large = await _site(7, 20), await _site(7, 40)
    assert [(each["id"], each["info"]) for each in small] == [
        (each["id"], each["info"]) for each in large[:20]
    ]


async def test_a_thousand_contacts_take_less_than_a_second() -> None:
    start = time.process_time()
    sandbox = create_sandbox(SandboxOptions(contacts=1_000))
    taken = time.process_time() - start
    await sandbox.aclose()
    assert taken < 1


async def test_a_file_is_seeded_once_and_kept(tmp_path: Path) -> None:
    options = SandboxOptions(contacts=3, database=str(tmp_path / "site.db"))
    async with running(options) as site:
        ada, _, _ = await _everything(site.client)
        await site.client.delete(f"{CONTACTS}/{ada['id']}")
        await site.client.post(CONTACTS, json={"info": {"name": {"first": "New"}}})
    async with running(replace(options, contacts=9)) as site:
        await site.client.post(CONTACTS, json={"info": {"name": {"first": "Newer"}}})
        names = [contact["info"]["name"]["first"] for contact in await _everything(site.client)]
    assert names == ["Alan", "Grace", "New", "Newer"]


async def test_a_file_keeps_its_signing_key_and_its_sequences_rise(tmp_path: Path) -> None:
    options = SandboxOptions(contacts=0, database=str(tmp_path / "site.db"))
    keys = []
    for _ in range(2):
        async with running(options) as site:
            keys.append((await site.client.get("/_sandbox/webhooks/public-key")).text)
    assert keys[0] == keys[1]
