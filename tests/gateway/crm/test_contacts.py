"""Contacts looked up by id: batches, misses, merged-away ids."""

import pytest

from gateway.errors import ContactNotFound, InvalidInput
from tests.support.site import GET_CONTACT, GRACE, NOBODY, QUERY_CONTACTS, Site, opened


async def test_contacts_by_id_keep_the_order_of_the_ids_and_misses_are_none(site: Site) -> None:
    ada, alan, *_ = site.ids()
    found = await site.services.contacts.by_ids([alan, NOBODY, "no guid", ada.upper(), alan])
    assert [contact and contact.id for contact in found] == [alan, None, None, ada, alan]
    assert site.calls() == {QUERY_CONTACTS: 1}


@pytest.mark.parametrize("ids", [[], ["no guid"], ["", "custom.lead"]])
async def test_ids_that_are_nobodys_cost_no_call(site: Site, ids: list[str]) -> None:
    assert await site.services.contacts.by_ids(ids) == [None] * len(ids)
    assert site.calls() == {}


@pytest.mark.parametrize(("many", "calls"), [(1000, 1), (1002, 2), (2000, 2)])
async def test_contacts_by_id_are_one_call_per_thousand(many: int, calls: int) -> None:
    async with opened(contacts=2000) as site:
        ids = site.ids()[:many][::-1]
        found = await site.services.contacts.by_ids(ids)
        assert [contact and contact.id for contact in found] == ids
        assert site.calls() == {QUERY_CONTACTS: calls}


async def test_only_following_leads_from_a_merged_away_id_to_its_target(site: Site) -> None:
    ids = site.ids()
    contacts = site.services.contacts
    revision = site.contacts()[0]["revision"]
    merged = await contacts.merge(
        ids[0].upper(), revision=revision, source_ids=[ids[GRACE].upper()]
    )
    followed = await contacts.follow_each([ids[GRACE].upper(), NOBODY, "no guid", ids[1]])
    assert [contact and contact.id for contact in followed] == [ids[0], None, None, ids[1]]
    assert followed[0] == merged
    assert await contacts.by_ids([ids[GRACE]]) == [None]
    assert site.calls()[GET_CONTACT] == 3


async def test_a_merge_is_checked_before_anything_is_asked(site: Site) -> None:
    ada, alan, *_ = site.ids()
    contacts = site.services.contacts
    with pytest.raises(InvalidInput) as none:
        await contacts.preview_merge(ada, [])
    with pytest.raises(ContactNotFound) as source:
        await contacts.merge(ada, revision=1, source_ids=[alan, "x"])
    with pytest.raises(ContactNotFound) as target:
        await contacts.preview_merge("x", [alan])
    paths = [refusal.value.violations[0].path for refusal in (none, source, target)]
    assert paths == [("source_ids",), ("source_ids", "1"), ("target_id",)]
    assert site.calls() == {}
