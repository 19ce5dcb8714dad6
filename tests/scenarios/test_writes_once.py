"""Answers that are lost: nothing is done twice, and nothing that was done is called a failure.

`make soak` strikes 10,000 times; `SOAK_FAULTS` says how often else.
"""

import asyncio
import os
import random
from collections import Counter
from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.listening import Overheard
from tests.support.mutations import MUTATIONS, NEVER_REPEATED, Attempt, Mutation
from tests.support.site import Answer, Site, opened

FAULTS = int(os.environ.get("SOAK_FAULTS", "1000"))
PARTS = 10
PER_SITE = 50

MISHAPS: tuple[dict[str, Any], ...] = (
    {"kind": "drop", "when": "before"},
    {"kind": "drop", "when": "after"},
    {"kind": "drop", "when": "after"},
    {"kind": "half_body", "when": "after"},
    {"kind": "half_body", "when": "after"},
    {"kind": "status", "when": "before", "status": 503},
    {"kind": "status", "when": "after", "status": 503},
    {"kind": "status", "when": "after", "status": 500},
    {"kind": "status", "when": "after", "status": 504},
    {"kind": "status", "when": "before", "status": 504},
)

by_name = pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)


def result_of(answer: Answer) -> str:
    """Tell in a word what a caller was told."""
    if answer.errors:
        return str(answer.codes[0])
    (payload,) = answer.data.values()
    return "done" if payload["userErrors"] == [] else str(payload["userErrors"][0]["code"])


async def make(site: Site, mutation: Mutation, attempt: Attempt) -> Answer:
    return await site.run(mutation.document, given=attempt.given)


def agrees(result: str, times: int) -> bool:
    """Tell whether what was said is what happened."""
    return times <= 1 if result == "OUTCOME_UNKNOWN" else times == (result == "done")


@pytest.mark.timeout(max(120, FAULTS // 10))
@pytest.mark.parametrize("part", range(PARTS))
async def test_whatever_answer_is_lost_a_write_is_made_once_and_not_denied(part: int) -> None:
    dice = random.Random(part)  # noqa: S311 - repeatable on purpose
    said: Counter[str] = Counter()
    for start in range(0, FAULTS // PARTS, PER_SITE):
        async with opened() as site:
            for number in range(start, min(start + PER_SITE, FAULTS // PARTS)):
                mutation = dice.choice(MUTATIONS)
                attempt = await mutation.prepare(site, f"part{part}number{number}")
                orders = order_mishaps(site, mutation, dice)
                result = result_of(await make(site, mutation, attempt))
                site.sandbox.faults.clear()
                # Any two jobs of a kind look alike, unless they begin at different times.
                site.time.advance(60)
                assert agrees(result, attempt.times()), (mutation.name, number, orders, result)
                said[result] += 1
    print(  # noqa: T201 - the figure
        f"{said.total()} writes with lost answers: {dict(said)}, none made twice, none denied"
    )
    assert said["done"] > said.total() / 2


def order_mishaps(site: Site, mutation: Mutation, dice: random.Random) -> list[dict[str, Any]]:
    """Let one to four tries of the write suffer, and now and then what is read after it."""
    orders = [
        {"route": mutation.route, **dice.choice(MISHAPS), "count": dice.randint(1, 2)}
        for _ in range(dice.randint(1, 2))
    ]
    if dice.random() < 0.2:
        orders.append({"route": mutation.look, "kind": "drop", "count": dice.randint(1, 4)})
    if dice.random() < 0.1:
        orders.append({"route": "*", "kind": "index_lag", "seconds": dice.choice([0.5, 2, 30])})
    for order in orders:
        site.fault(**order)
    return orders


@by_name
@pytest.mark.parametrize("kind", ["drop", "half_body"])
async def test_a_write_that_was_carried_out_is_never_reported_as_failed(
    site: Site, mutation: Mutation, kind: str
) -> None:
    attempt = await mutation.prepare(site, "once")
    site.fault(mutation.route, kind=kind, when="after", count=1)
    answer = await make(site, mutation, attempt)
    assert (result_of(answer), attempt.times()) == ("done", 1)


@by_name
async def test_a_write_that_always_loses_its_answer_is_seen_in_what_it_did(
    site: Site, mutation: Mutation
) -> None:
    attempt = await mutation.prepare(site, "once")
    site.fault(mutation.route, kind="drop", when="after")
    answer = await make(site, mutation, attempt)
    assert (result_of(answer), attempt.times()) == ("done", 1)


@by_name
async def test_what_the_contract_calls_unsafe_is_sent_only_once(
    site: Site, mutation: Mutation
) -> None:
    attempt = await mutation.prepare(site, "once")
    site.fault(mutation.route, kind="drop", count=1)
    answer = await make(site, mutation, attempt)
    repeated = mutation.name not in NEVER_REPEATED
    assert answer.calls[mutation.route] == 1 + repeated
    assert attempt.times() == repeated
    assert agrees(result_of(answer), attempt.times())


@by_name
async def test_a_write_that_cannot_be_settled_has_an_unknown_outcome(
    site: Site, mutation: Mutation
) -> None:
    attempt = await mutation.prepare(site, "once")
    site.fault(mutation.route, kind="drop", when="after")
    site.fault(mutation.look, kind="drop")
    answer = await make(site, mutation, attempt)
    assert (result_of(answer), attempt.times()) == ("OUTCOME_UNKNOWN", 1)


async def forever(_seconds: float) -> None:
    """Wait until cancelled: an answer that never comes."""
    await asyncio.Event().wait()


@by_name
async def test_a_write_whose_answer_comes_too_late_is_settled_before_the_deadline(
    mutation: Mutation,
) -> None:
    async with opened(sleep=forever) as site:
        attempt = await mutation.prepare(site, "once")
        site.fault(mutation.route, kind="latency", when="after", seconds=1, count=1)
        with site.within(0.2):
            answer = await asyncio.wait_for(make(site, mutation, attempt), 5)
        assert (result_of(answer), attempt.times()) == ("done", 1)


@by_name
async def test_a_write_that_has_not_left_the_gateway_has_simply_failed(
    site: Site, mutation: Mutation
) -> None:
    attempt = await mutation.prepare(site, "once")
    with site.within(0):
        answer = await make(site, mutation, attempt)
    assert (result_of(answer), answer.calls) == ("UPSTREAM_TIMEOUT", {})


async def test_fifty_twins_under_one_key_are_one_contact_and_fifty_equal_answers() -> None:
    sandbox = create_sandbox(SandboxOptions(contacts=0))
    app = create_app(Settings(), sandbox=sandbox)
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        created = 'createContact(input: {info: {name: {first: "Once"}}}) { contact { id } }'
        answers = await asyncio.gather(
            *(
                client.post(
                    "/graphql",
                    json={"query": f"mutation {{ {created} }}"},
                    headers={"idempotency-key": "the-key"},
                )
                for _ in range(50)
            )
        )
        (made,) = sandbox.store.db.execute("SELECT id FROM contacts").fetchall()
        assert {answer.content for answer in answers} == {answers[0].content}
        assert answers[0].json()["data"] == {"createContact": {"contact": {"id": made["id"]}}}
        assert sandbox.calls.report()["routes"] == {"POST /contacts/v4/contacts": 1}
    await app.state.gateway.aclose()
    await sandbox.aclose()
