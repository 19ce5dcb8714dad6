"""The estimate is never below the calls made: generated operations against the sandbox."""

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
from tests.support.site import Site, opened, the_schema

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
