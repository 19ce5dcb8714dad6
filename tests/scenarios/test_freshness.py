"""What is given out from memory, for how long, and that it is never older than what was written."""

import asyncio

import pytest

from gateway import ledger
from gateway.cache.periods import DEFAULT_PERIODS
from gateway.ledger import Ledger
from gateway.model.changes import ContactInfo
from gateway.model.events import ContactDeleted, LabelChanged
from tests.support.site import (
    ADA,
    ALAN,
    FACETS,
    GET_CONTACT,
    QUERY_CONTACTS,
    UPDATE_CONTACT,
    Site,
    changing,
    opened,
)

ONE = "query ($id: ID!) { contact(id: $id) { company labelKeys labels { displayName } } }"
AT_ACME = '{ contacts(first: 20, filter: {company: {eq: "Acme"}}) { totalCount nodes { id } } }'
LISTED = "{ contacts(first: 3) { totalCount nodes { id company } } }"
UPDATE = """mutation ($given: UpdateContactInput!) {
  updateContact(input: $given) { contact { id } userErrors { code } }
}"""
VIP = "custom.vip-customer"


async def settle() -> None:
    """Let what goes on in the background end."""
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others, timeout=5)


async def test_what_a_known_contact_holds_costs_nothing(site: Site) -> None:
    first = await site.run(ONE, id=site.ids()[ADA])
    again = await site.run(ONE, id=site.ids()[ADA])
    assert (again.whole, again.calls) == (first.whole, {})


async def test_a_page_answers_look_ups_as_well(site: Site) -> None:
    await site.run("{ contacts(first: 12) { nodes { id } } }")
    answer = await site.run("query ($id: ID!) { node(id: $id) { id } }", id=site.ids()[ALAN])
    assert answer.calls == {}


async def test_a_written_contact_costs_nothing_to_read(site: Site) -> None:
    given = changing(site, ADA, company="Acme")
    await site.run(UPDATE, given=given)
    answer = await site.run(
        "query ($id: ID!) { contact(id: $id) { company } }", id=given["contactId"]
    )
    assert (answer.whole, answer.calls) == ({"contact": {"company": "Acme"}}, {})


async def test_what_has_aged_is_given_out_once_more_and_fetched_anew(site: Site) -> None:
    ada = site.ids()[ADA]
    await site.run(ONE, id=ada)
    given = changing(site, ADA, company="Acme")
    await site.wix.contacts.update(
        ada, revision=given["revision"], info=ContactInfo(company="Acme"), allow_duplicates=True
    )
    site.time.advance(DEFAULT_PERIODS.contacts.fresh + 1)
    book = Ledger()
    with ledger.opened(book):
        stale = await site.run(ONE, id=ada)
    assert stale.whole["contact"]["company"] == "Analytical Engines"
    assert book.stale == 1
    await settle()
    assert (await site.run(ONE, id=ada)).whole["contact"]["company"] == "Acme"


async def test_where_wix_fails_an_older_answer_stands_in_for_a_while(site: Site) -> None:
    before = (await site.run(LISTED)).whole
    pages = DEFAULT_PERIODS.pages
    site.time.advance(pages.fresh + pages.stale + 1)
    site.fault(QUERY_CONTACTS, status=500)
    book = Ledger()
    with ledger.opened(book):
        assert (await site.run(LISTED)).whole == before
    assert book.stale == 1
    site.time.advance(DEFAULT_PERIODS.on_error)
    assert (await site.run(LISTED)).data == {"contacts": None}


async def test_where_wix_refuses_the_gateway_nothing_stands_in(site: Site) -> None:
    await site.run(LISTED)
    pages = DEFAULT_PERIODS.pages
    site.time.advance(pages.fresh + pages.stale + 1)
    site.fault(QUERY_CONTACTS, status=403)
    assert (await site.run(LISTED)).codes == ["UPSTREAM_FORBIDDEN"]


async def test_a_contact_nobody_has_is_remembered_for_a_short_while(site: Site) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    document = "query ($id: ID!) { node(id: $id) { id } }"
    await site.run(document, id=nobody)
    assert (await site.run(document, id=nobody)).calls == {}
    site.time.advance(DEFAULT_PERIODS.misses.fresh + 1)
    assert (await site.run(document, id=nobody)).calls == {GET_CONTACT: 1}


async def test_a_change_is_in_every_list_it_enters_and_in_none_it_left(site: Site) -> None:
    assert (await site.run(AT_ACME)).whole["contacts"]["nodes"] == []
    given = changing(site, ADA, company="Acme")
    await site.run(UPDATE, given=given)
    assert (await site.run(AT_ACME)).whole["contacts"]["nodes"] == [{"id": given["contactId"]}]
    await site.run(UPDATE, given=changing(site, ADA, company="Elsewhere"))
    assert (await site.run(AT_ACME)).whole["contacts"]["nodes"] == []


async def test_lists_show_what_was_written_though_the_index_lags(site: Site) -> None:
    site.fault("*", kind="index_lag", seconds=9)
    given = changing(site, ADA, company="Acme")
    await site.run(UPDATE, given=given)
    entered = await site.run(AT_ACME)
    assert entered.whole["contacts"] == {"totalCount": 1, "nodes": [{"id": given["contactId"]}]}
    listed = (await site.run(LISTED)).whole["contacts"]
    assert listed["nodes"][0] == {"id": given["contactId"], "company": "Acme"}
    site.time.advance(10)
    assert (await site.run(AT_ACME)).whole == entered.whole


async def test_new_contacts_are_listed_and_deleted_ones_are_not_though_the_index_lags(
    site: Site,
) -> None:
    site.fault("*", kind="index_lag", seconds=9)
    ids = site.ids()
    made = await site.run(
        'mutation { createContact(input: {info: {company: "Acme", name: {first: "New"}}}) '
        "{ contact { id } } }"
    )
    new = made.whole["createContact"]["contact"]["id"]
    gone = ids[5]
    await site.run(
        "mutation ($id: ID!) { deleteContact(input: {contactId: $id}) { deletedContactId } }",
        id=gone,
    )
    everybody = await site.run("{ contacts(first: 50) { totalCount nodes { id } } }")
    expected = [*(each for each in ids if each != gone), new]
    assert everybody.whole["contacts"] == {
        "totalCount": len(expected),
        "nodes": [{"id": contact_id} for contact_id in expected],
    }
    assert (await site.run(AT_ACME)).whole["contacts"]["nodes"] == [{"id": new}]
    pages = [await site.run(LISTED), await site.run("{ contacts(first: 5) { nodes { id } } }")]
    shown = [[node["id"] for node in page.whole["contacts"]["nodes"]] for page in pages]
    assert shown == [expected[:3], expected[:5]]
    assert (await site.run("query ($id: ID!) { node(id: $id) { id } }", id=gone)).whole == {
        "node": None
    }


async def test_a_deleted_label_is_off_every_contact_though_the_index_lags(site: Site) -> None:
    site.fault("*", kind="index_lag", seconds=9)
    await site.run(f'mutation {{ deleteLabel(input: {{key: "{VIP}"}}) {{ deletedLabelKey }} }}')
    listed = await site.run("{ contacts(first: 12) { nodes { labelKeys } } }")
    assert all(VIP not in node["labelKeys"] for node in listed.whole["contacts"]["nodes"])


async def test_a_write_whose_answer_was_lost_counts_as_made(site: Site) -> None:
    given = changing(site, ADA, company="Acme")
    await site.run(ONE, id=given["contactId"])
    site.fault(UPDATE_CONTACT, kind="drop", when="after", count=1)
    await site.run(UPDATE, given=given)
    answer = await site.run(ONE, id=given["contactId"])
    assert answer.whole["contact"]["company"] == "Acme"


async def test_a_stale_revision_is_read_anew_after_its_refusal(site: Site) -> None:
    given = changing(site, ADA, company="Acme")
    await site.run(ONE, id=given["contactId"])
    await site.wix.contacts.update(
        given["contactId"],
        revision=given["revision"],
        info=ContactInfo(company="X"),
        allow_duplicates=True,
    )
    answer = await site.run(
        """mutation ($given: UpdateContactInput!) { updateContact(input: $given) { userErrors {
          ... on RevisionConflict { currentRevision }
        } } }""",
        given=given,
    )
    assert answer.whole["updateContact"]["userErrors"] == [
        {"currentRevision": given["revision"] + 1}
    ]


async def test_an_event_is_heard_by_the_next_query(site: Site) -> None:
    ada = site.ids()[ADA]
    await site.run(ONE, id=ada)
    renamed = await site.wix.labels.rename(VIP, "Friend")
    site.services.freshness.apply(LabelChanged(VIP, renamed))
    answer = await site.run(ONE, id=ada)
    assert answer.whole["contact"]["labels"][0] == {"displayName": "Friend"}
    assert answer.calls == {}
    await site.wix.contacts.delete(ada)
    site.services.freshness.apply(ContactDeleted(ada))
    assert (await site.run(ONE, id=ada)).whole == {"contact": None}


async def test_counts_are_taken_anew_after_a_write(site: Site) -> None:
    document = '{ label(key: "custom.lead") { contactCount } }'
    before = (await site.run(document)).whole["label"]["contactCount"]
    await site.run(
        """mutation ($id: ID!) {
          labelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) { contact { id } }
        }""",
        id=site.ids()[ALAN],
    )
    after = await site.run(document)
    assert after.whole == {"label": {"contactCount": before + 1}}
    assert after.calls == {FACETS: 1}


async def test_what_a_job_changes_is_not_kept_while_it_runs(site: Site) -> None:
    await site.run(LISTED)
    started = await site.run(
        'mutation { bulkUpdateContacts(input: {search: "ada", changes: {company: "Acme"}}) '
        "{ job { id } } }"
    )
    job = started.whole["bulkUpdateContacts"]["job"]["id"]
    asked = "query ($id: ID!) { bulkJob(id: $id) { status } }"
    while (await site.run(asked, id=job)).whole["bulkJob"]["status"] != "COMPLETED":
        site.time.advance(1)
        await site.run(LISTED)
    assert (await site.run(LISTED)).whole["contacts"]["nodes"][0]["company"] == "Acme"


@pytest.mark.parametrize("first", [1, 3, 5])
async def test_pages_join_without_a_gap_though_the_index_lags(first: int) -> None:
    async with opened(contacts=12) as site:
        site.fault("*", kind="index_lag", seconds=9)
        ids = site.ids()
        for contact_id in (ids[6], ids[7]):
            await site.run(
                "mutation ($id: ID!) { deleteContact(input: {contactId: $id}) "
                "{ deletedContactId } }",
                id=contact_id,
            )
        shown: list[str] = []
        after = None
        while True:
            page = await site.run(
                "query ($first: Int!, $after: String) { contacts(first: $first, after: $after) "
                "{ nodes { id } pageInfo { hasNextPage endCursor } } }",
                first=first,
                after=after,
            )
            found = page.whole["contacts"]
            shown += [node["id"] for node in found["nodes"]]
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
        assert shown == [each for each in ids if each not in (ids[6], ids[7])]
