"""The estimate is never below the calls made: generated operations, and some that once were."""

import asyncio
from collections import Counter

from graphql import parse, validate
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from gateway import ledger
from gateway.ledger import Ledger
from schema.build import core_schema
from schema.cost.estimator import Estimator
from tests.support.operations import Generated, mutations, queries
from tests.support.site import GET_CONTACT, QUERY_CONTACTS, Site, opened, the_schema

MANY = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
SCHEMA = core_schema(the_schema())
ESTIMATOR = Estimator(SCHEMA)


async def run(operation: Generated, site: Site, ids: list[str]) -> tuple[int, int]:
    """Run an operation as one request; tell the calls made for it, and how many it might make."""
    document, variables = operation.at_home(ids)
    parsed = parse(document)
    assert validate(SCHEMA, parsed) == []
    estimated = ESTIMATOR.quote(parsed, None).calls(variables)
    with ledger.opened(Ledger()) as book:
        await site.run(document, **variables)
    return len(book.calls), estimated


async def on_a_new_site(operation: Generated) -> None:
    async with opened(contacts=12) as site:
        spent, estimated = await run(operation, site, site.ids())
        made = Counter(site.calls())
        event(f"{min(spent, 5)} calls, {'as' if spent == estimated else 'fewer than'} estimated")
        assert spent == made.total() <= estimated, made


@MANY
@given(queries())
def test_no_query_makes_more_calls_than_estimated(operation: Generated) -> None:
    asyncio.run(on_a_new_site(operation))


@MANY
@given(mutations())
def test_no_mutation_makes_more_calls_than_estimated(operation: Generated) -> None:
    asyncio.run(on_a_new_site(operation))


async def among_others(rounds: list[list[Generated]]) -> None:
    async with opened(contacts=12) as site:
        ids = site.ids()
        spent = 0
        for together in rounds:
            tasks = [asyncio.create_task(run(each, site, ids)) for each in together]
            for calls, estimated in await asyncio.gather(*tasks):
                assert calls <= estimated
                spent += calls
        event(f"{spent // 5 * 5} calls and more")
        assert spent == Counter(site.calls()).total()


@settings(MANY, max_examples=100)
@given(st.lists(st.lists(queries() | mutations(), min_size=1, max_size=4), max_size=3))
def test_nor_does_one_among_others_and_each_call_is_somebody_s(
    rounds: list[list[Generated]],
) -> None:
    asyncio.run(among_others(rounds))


def conflicting(contact_id: str) -> Generated:
    """Write to a contact at a revision it never had: from then on only Get can tell what it is."""
    given = {"contactId": contact_id, "revision": 99, "changes": {"company": "Acme"}}
    return Generated(
        "mutation ($it: UpdateContactInput!) { updateContact(input: $it) { userErrors { code } } }",
        {"it": given},
    )


def node(contact_id: str) -> Generated:
    return Generated("query ($id: ID!) { node(id: $id) { id } }", {"id": contact_id})


async def test_who_travels_with_a_contact_in_doubt_does_not_pay_for_it(site: Site) -> None:
    _, alan, grace, *_ = site.ids()
    await run(conflicting(grace), site, [])
    before = Counter(site.calls())
    both = await asyncio.gather(run(node(alan), site, []), run(node(grace), site, []))
    assert list(both) == [(1, 1), (1, 1)]
    assert Counter(site.calls()) - before == {QUERY_CONTACTS: 1, GET_CONTACT: 1}


async def test_nor_does_one_contact_in_doubt_pay_for_another(site: Site) -> None:
    _, alan, grace, *_ = site.ids()
    for each in (alan, grace):
        await run(conflicting(each), site, [])
    both = await asyncio.gather(run(node(alan), site, []), run(node(grace), site, []))
    assert list(both) == [(1, 1), (1, 1)]


async def test_a_merged_away_contact_is_followed_at_the_estimate_while_nothing_is_kept(
    site: Site,
) -> None:
    target, _, source, *_ = site.contacts()
    revision = target["revision"]
    await site.services.contacts.merge(target["id"], revision=revision, source_ids=[source["id"]])
    moving = 'mutation { bulkDeleteContacts(input: {search: "nobody"}) { userErrors { code } } }'
    assert (await site.run(moving)).whole == {"bulkDeleteContacts": {"userErrors": []}}
    followed = Generated("query ($id: ID!) { contact(id: $id) { id } }", {"id": source["id"]})
    calls, estimated = await run(followed, site, [])
    assert calls <= estimated == 2
