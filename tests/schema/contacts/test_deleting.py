"""Contacts deleted: gone everywhere, or protected."""

import pytest

from tests.support.site import ADA, ALAN, EMMY, GET_CONTACT, KATHERINE, NOBODY, Site, problem


@pytest.mark.parametrize("contact_id", [NOBODY, "no guid", "custom.lead"])
async def test_a_contact_nobody_has_is_neither_updated_nor_deleted(
    site: Site, contact_id: str
) -> None:
    before = site.calls()
    nobody = problem("CONTACT_NOT_FOUND", "contactId")
    update = {"contactId": contact_id, "revision": 1, "changes": {"company": "x"}}
    assert await site.refused("updateContact", update) == [nobody]
    assert await site.refused("deleteContact", {"contactId": contact_id}) == [nobody]
    assert (site.calls() != before) == (contact_id == NOBODY)


async def test_a_deleted_contact_is_gone(site: Site) -> None:
    ada = site.ids()[ADA]
    answer = await site.run(
        """mutation ($id: ID!) { deleteContact(input: {contactId: $id}) {
          deletedContactId userErrors { code }
        } }""",
        id=ada.upper(),
    )
    assert answer.whole["deleteContact"] == {"deletedContactId": ada, "userErrors": []}
    gone = await site.run(
        "query ($id: ID!) { contact(id: $id) { id } node(id: $id) { id } }", id=ada
    )
    assert gone.whole == {"contact": None, "node": None}
    assert gone.calls == {GET_CONTACT: 1}


async def test_a_deletion_is_seen_by_the_counts_after_it(site: Site) -> None:
    count = """findOrCreateLabel(input: {displayName: "VIP Customer"}) { label {
      contactCount contacts { totalCount }
    } }"""
    answer = await site.run(
        f"""mutation ($id: ID!) {{
          before: {count}
          deleteContact(input: {{contactId: $id}}) {{ deletedContactId }}
          after: {count}
        }}""",
        id=site.ids()[ADA],
    )
    assert answer.whole["before"] == {"label": {"contactCount": 3, "contacts": {"totalCount": 3}}}
    assert answer.whole["after"] == {"label": {"contactCount": 2, "contacts": {"totalCount": 2}}}


@pytest.mark.parametrize("place", [ALAN, KATHERINE, EMMY], ids=["owner", "member", "subscriber"])
async def test_a_contact_the_site_depends_on_is_not_deleted(site: Site, place: int) -> None:
    assert await site.refused("deleteContact", {"contactId": site.ids()[place]}) == [
        problem("CONTACT_PROTECTED", "contactId")
    ]
