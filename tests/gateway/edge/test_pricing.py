"""What answers say of their cost, and what is refused for it."""

from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.edge.media import GRAPHQL_RESPONSE, JSON
from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.endpoint import served
from tests.support.listening import Overheard

BUDGET = {"limit": 200, "remaining": 190, "resetAt": "2026-11-21T09:00:30.000Z"}
FREE = {"estimated": 0, "actual": 0, "cacheHits": 0, "stale": 0, "budget": BUDGET}
LABELLED = "{ contacts(first: 5) { nodes { labels { key } } } }"
COUNTED = "{ labels(first: 9) { nodes { contacts(first: 1) { totalCount } } } }"


async def asked(
    document: str, *more: str, accept: str = "*/*", variables: Any = None, **settings: Any
) -> tuple[list[httpx.Response], int]:
    """Ask the whole gateway over a sandbox; tell its answers and the upstream calls made."""
    sandbox = create_sandbox(SandboxOptions(contacts=20, rate_limit=0))
    app = create_app(Settings(**settings), sandbox=sandbox)
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answers = [
            await client.post(
                "/graphql",
                json={"query": each, "variables": variables},
                headers={"accept": accept},
            )
            for each in (document, *more)
        ]
    await app.state.gateway.aclose()
    made: int = sandbox.calls.report()["total"]
    await sandbox.aclose()
    return answers, made


def cost(answer: httpx.Response) -> Any:
    return answer.json()["extensions"]["cost"]


async def test_every_answer_tells_what_it_cost() -> None:
    async with served(reported=True) as gateway:
        answers = [
            await gateway.post(document)
            for document in (
                "{ hello }",
                "{ broken }",
                "{ throttled }",
                "query ($n: Int!) { number(value: $n) }",
            )
        ]
    assert [answer.json()["extensions"] for answer in answers] == [{"cost": FREE}] * 4


async def test_what_is_no_operation_has_no_cost() -> None:
    async with served(reported=True) as gateway:
        answers = [await gateway.post(document) for document in ("{", "{ unknown }")]
    assert [answer.json().keys() for answer in answers] == [{"errors"}] * 2


async def test_the_cost_can_be_left_unsaid() -> None:
    (answer,), _ = await asked("{ viewer { subject } }", cost_reported=False)
    assert answer.json() == {"data": {"viewer": {"subject": "anonymous"}}}


async def test_the_estimate_stands_beside_the_calls_made_and_the_budget_left() -> None:
    (answer,), made = await asked(LABELLED)
    said = cost(answer)
    assert (said["estimated"], said["actual"], made) == (2, 2, 2)
    assert (said["budget"]["limit"], said["budget"]["remaining"]) == (200, 198)


async def test_what_is_answered_from_memory_is_counted_and_costs_nothing() -> None:
    (_, again), made = await asked(LABELLED, LABELLED)
    said = cost(again)
    assert (said["estimated"], said["actual"], said["stale"], made) == (2, 0, 0, 2)
    assert said["cacheHits"] > 0


async def test_the_budget_is_the_one_that_rate_limit_tells() -> None:
    document = "{ rateLimit { limit remaining } }"
    (_, answer), _ = await asked(LABELLED, document)
    told, said = answer.json()["data"]["rateLimit"], cost(answer)["budget"]
    assert {name: said[name] for name in told} == told


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL_RESPONSE, 400)])
async def test_what_may_cost_more_than_allowed_is_refused_with_the_figure(
    accept: str, status: int
) -> None:
    (answer,), made = await asked(COUNTED, accept=accept, cost_ceiling=9)
    assert (answer.status_code, made) == (status, 0)
    (error,) = answer.json()["errors"]
    request_id = answer.headers["x-request-id"]
    assert error == {
        "message": "The operation may take 10 calls to Wix; at most 9 are allowed. "
        "Ask for smaller pages, or for less in each row.",
        "extensions": {
            "code": "COST_EXCEEDED",
            "estimated": 10,
            "ceiling": 9,
            "requestId": request_id,
        },
    }
    assert "data" not in answer.json()
    assert (cost(answer)["estimated"], cost(answer)["actual"]) == (10, 0)


async def test_what_costs_just_as_much_as_is_allowed_is_executed() -> None:
    (answer,), made = await asked(COUNTED, cost_ceiling=10)
    assert len(answer.json()["data"]["labels"]["nodes"]) == 9
    assert made == cost(answer)["actual"] == cost(answer)["estimated"] == 10


async def test_variables_decide_though_the_document_is_known() -> None:
    document = "query ($n: Int!) { labels(first: $n) { nodes { contacts { totalCount } } } }"
    answers = []
    for first in (3, 9):
        (_, answer), _ = await asked(document, document, variables={"n": first}, cost_ceiling=9)
        answers.append(answer)
    few, many = answers
    assert cost(few)["estimated"] == 4
    assert many.json()["errors"][0]["extensions"]["estimated"] == 10


async def test_fragments_that_multiply_are_refused() -> None:
    down = "labels { contacts { nodes { %s } } }"
    spread = " ".join(
        f"fragment F{at} on Contact {{ a: {down} b: {down} }}" % ((f"...F{at + 1}",) * 2)
        for at in range(30)
    )
    last = "fragment F30 on Contact { id }"
    document = f"{{ contacts {{ nodes {{ ...F0 }} }} }} {spread} {last}"
    (answer,), made = await asked(document, validation_seconds=60)
    (error,) = answer.json()["errors"]
    assert (error["extensions"]["code"], made) == ("TOO_MANY_ROWS", 0)
