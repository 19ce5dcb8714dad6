"""In an update absent, null and value are three things, for every property of a contact."""

from typing import Any

import pytest

from tests.support.site import Site, opened

PARTS = """
name { first last } emails { email tag primary } phones { phone tag countryCode primary }
addresses { tag line1 line2 streetNumber streetName city subdivision postalCode country }
company jobTitle birthdate locale labelKeys
extendedFields(keys: ["custom.loyalty-tier", "custom.loyalty-points"]) { key value }
"""
FULL: dict[str, Any] = {
    "name": {"first": "Hedy", "last": "Lamarr"},
    "emails": [{"email": "hedy@example.com", "tag": "MAIN", "primary": True}],
    "phones": [{"phone": "202 555 0100", "tag": "HOME", "countryCode": "US", "primary": True}],
    "addresses": [{"tag": "HOME", "line1": "1 Main St", "city": "Augusta", "country": "US"}],
    "company": "Hopping",
    "jobTitle": "Inventor",
    "birthdate": "1985-11-09",
    "locale": "en-US",
    "labelKeys": ["custom.lead"],
    "extendedFields": [
        {"key": "custom.loyalty-tier", "value": "gold"},
        {"key": "custom.loyalty-points", "value": 0},
    ],
}
NEW: dict[str, Any] = {
    "name": {"first": "Hedwig", "last": "Kiesler"},
    "emails": [{"email": "kiesler@example.com", "tag": "WORK", "primary": True}],
    "phones": [{"phone": "202 555 0101", "tag": "MOBILE", "countryCode": "US", "primary": True}],
    "addresses": [{"tag": "WORK", "streetNumber": "2", "streetName": "Side St"}],
    "company": "Spread Spectrum",
    "jobTitle": "Actress",
    "birthdate": "1985-11-10",
    "locale": "de-AT",
    "labelKeys": ["custom.speaker", "custom.newsletter"],
    "extendedFields": [
        {"key": "custom.loyalty-tier", "value": "silver"},
        {"key": "custom.loyalty-points", "value": 12.5},
    ],
}
CLEARED: dict[str, Any] = {
    "name": {"first": None, "last": None},
    **{name: [] for name in ("emails", "phones", "addresses", "labelKeys", "extendedFields")},
    **dict.fromkeys(("company", "jobTitle", "birthdate", "locale")),
}
EMPTY_ADDRESS = dict.fromkeys(
    (
        "line1",
        "line2",
        "streetNumber",
        "streetName",
        "city",
        "subdivision",
        "postalCode",
        "country",
    )
)


def seen(info: dict[str, Any]) -> dict[str, Any]:
    """Complete an input to what the contact then shows."""
    addresses = [{**EMPTY_ADDRESS, **address} for address in info["addresses"]]
    return {**info, "addresses": addresses}


async def created(site: Site) -> str:
    answer = await site.run(
        f"""mutation ($info: ContactInfoInput!) {{ createContact(input: {{info: $info}}) {{
          contact {{ id {PARTS} }} userErrors {{ message }}
        }} }}""",
        info=FULL,
    )
    contact: dict[str, Any] = answer.whole["createContact"]["contact"]
    contact_id: str = contact.pop("id")
    assert contact == seen(FULL)
    return contact_id


async def updated(site: Site, contact_id: str, changes: dict[str, Any]) -> Any:
    answer = await site.run(
        f"""mutation ($given: UpdateContactInput!) {{ updateContact(input: $given) {{
          contact {{ {PARTS} }} userErrors {{ message field }}
        }} }}""",
        given={"contactId": contact_id, "revision": 1, "changes": changes},
    )
    payload = answer.whole["updateContact"]
    assert payload["userErrors"] == []
    name = payload["contact"]["name"] or CLEARED["name"]
    return {**payload["contact"], "name": name}


@pytest.mark.parametrize("name", FULL)
async def test_a_value_replaces_one_property_and_absent_ones_stay(name: str) -> None:
    async with opened(contacts=0) as site:
        contact_id = await created(site)
        after = await updated(site, contact_id, {name: NEW[name]})
        assert after == seen({**FULL, name: NEW[name]})


@pytest.mark.parametrize("name", FULL)
async def test_null_clears_one_property_and_absent_ones_stay(name: str) -> None:
    async with opened(contacts=0) as site:
        contact_id = await created(site)
        after = await updated(site, contact_id, {name: None})
        assert after == seen({**FULL, name: CLEARED[name]})


@pytest.mark.parametrize("name", ["emails", "phones", "addresses", "labelKeys"])
async def test_an_empty_list_empties_the_list(name: str) -> None:
    async with opened(contacts=0) as site:
        contact_id = await created(site)
        assert await updated(site, contact_id, {name: []}) == seen({**FULL, name: []})


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"first": "Hedwig"}, {"first": "Hedwig", "last": "Lamarr"}),
        ({"last": "Kiesler"}, {"first": "Hedy", "last": "Kiesler"}),
        ({"first": None}, {"first": None, "last": "Lamarr"}),
        ({"last": None, "first": "Hedwig"}, {"first": "Hedwig", "last": None}),
    ],
)
async def test_each_part_of_a_name_is_kept_cleared_or_replaced_by_itself(
    change: dict[str, Any], name: dict[str, Any]
) -> None:
    async with opened(contacts=0) as site:
        contact_id = await created(site)
        assert await updated(site, contact_id, {"name": change}) == seen({**FULL, "name": name})


async def test_extended_fields_merge_by_key_and_null_clears_one() -> None:
    async with opened(contacts=0) as site:
        contact_id = await created(site)
        changes = {"extendedFields": [{"key": "custom.loyalty-tier", "value": None}]}
        kept = [{"key": "custom.loyalty-points", "value": 0}]
        assert await updated(site, contact_id, changes) == seen({**FULL, "extendedFields": kept})


async def test_entries_sent_with_their_ids_keep_them() -> None:
    async with opened(contacts=0) as site:
        contact_id = await created(site)
        before = site.contacts()[0]["info"]["emails"]["items"][0]["id"]
        entries = [{"email": "other@example.com"}, {"id": before, "email": "hedy@example.com"}]
        await updated(site, contact_id, {"emails": entries})
        after = site.contacts()[0]["info"]["emails"]["items"]
        assert [entry["email"] for entry in after if entry["id"] == before] == ["hedy@example.com"]


async def test_a_variable_left_out_is_absent_not_null() -> None:
    async with opened(contacts=0) as site:
        contact_id = await created(site)
        answer = await site.run(
            """mutation ($id: ID!, $company: String, $title: String) {
              updateContact(input: {
                contactId: $id, revision: 1, changes: {company: $company, jobTitle: $title}
              }) { contact { company jobTitle } }
            }""",
            id=contact_id,
            title=None,
        )
        assert answer.whole["updateContact"] == {
            "contact": {"company": "Hopping", "jobTitle": None}
        }
