"""A mutation under an ``Idempotency-Key`` is carried out once, and its twins are answered alike."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.edge.media import GRAPHQL_RESPONSE, JSON
from gateway.edge.outcomes import KEPT_SECONDS, OutcomesInProcess, Record
from gateway.model.principal import Caller
from tests.support.clock import ManualClock
from tests.support.endpoint import Served, served

WRITE = "mutation { write }"
DAY = 86_400


@pytest.fixture
async def gateway() -> AsyncIterator[Served]:
    async with served() as gateway:
        gateway.stage.release.set()
        yield gateway


async def send(
    gateway: Served, key: str | None = "the-key", query: str = WRITE, **more: Any
) -> httpx.Response:
    headers = {"accept": more.pop("accept", "*/*"), "x-caller": more.pop("caller", "ada")}
    if key is not None:
        headers["idempotency-key"] = key
    return await gateway.client.post("/graphql", json={"query": query, **more}, headers=headers)


def code_of(answer: httpx.Response) -> str:
    (error,) = answer.json()["errors"]
    assert error["extensions"]["requestId"] == "made-up"
    return str(error["extensions"]["code"])


async def test_a_mutation_sent_again_under_its_key_is_carried_out_once(gateway: Served) -> None:
    answers = [await send(gateway) for _ in range(3)]
    assert [answer.json() for answer in answers] == [{"data": {"write": 1}}] * 3
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [
        None,
        "true",
        "true",
    ]
    assert gateway.stage.written == 1


async def test_without_a_key_every_mutation_is_carried_out(gateway: Served) -> None:
    answers = [await send(gateway, None) for _ in range(2)]
    assert [answer.json() for answer in answers] == [{"data": {"write": 1}}, {"data": {"write": 2}}]


async def test_fifty_twins_at_once_are_one_write_and_fifty_equal_answers() -> None:
    async with served() as gateway:
        twins = [asyncio.create_task(send(gateway)) for _ in range(50)]
        await gateway.stage.started.wait()
        while len(gateway.executions) < 50:  # noqa: ASYNC110 - twins tell nobody that they wait
            await asyncio.sleep(0)
        gateway.stage.release.set()
        answers = await asyncio.gather(*twins)
        assert {answer.text for answer in answers} == {'{"data":{"write":1}}'}
        assert gateway.stage.written == 1


async def test_a_twin_is_answered_in_the_type_that_it_asked_for(gateway: Served) -> None:
    for accept in (JSON, GRAPHQL_RESPONSE):
        answer = await send(gateway, accept=accept)
        assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
        assert (answer.status_code, answer.json()) == (200, {"data": {"write": 1}})


async def test_the_first_caller_may_hang_up_and_his_write_is_still_the_only_one() -> None:
    async with served() as gateway:
        first = asyncio.create_task(send(gateway))
        await gateway.stage.started.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        second = asyncio.create_task(send(gateway))
        gateway.stage.release.set()
        assert (await second).json() == {"data": {"write": 1}}
        assert gateway.stage.written == 1


@pytest.mark.parametrize(
    "other",
    [
        {"query": "mutation { write __typename }"},
        {"variables": {"a": 1}},
        {"operationName": "Other", "query": "mutation Other { write }"},
    ],
)
async def test_a_key_that_comes_back_with_another_request_is_refused(
    gateway: Served, other: dict[str, Any]
) -> None:
    await send(gateway)
    answer = await send(gateway, **other)
    assert (answer.status_code, code_of(answer)) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert gateway.stage.written == 1


async def test_a_key_in_use_is_refused_to_another_request_without_waiting() -> None:
    async with served() as gateway:
        first = asyncio.create_task(send(gateway))
        await gateway.stage.started.wait()
        answer = await send(gateway, query="mutation { again: write }")
        assert code_of(answer) == "IDEMPOTENCY_KEY_REUSED"
        gateway.stage.release.set()
        await first


async def test_the_same_request_may_be_written_in_another_way(gateway: Served) -> None:
    key = {"idempotency-key": "the-key", "x-caller": "ada", "content-type": "application/json"}
    bodies = (
        b'{"query":"mutation { write }","variables":{"a":1,"b":2}}',
        b'{ "variables": {"b": 2, "a": 1}, "query": "mutation { write }" }',
    )
    answers = [await gateway.client.post("/graphql", content=body, headers=key) for body in bodies]
    assert [answer.json() for answer in answers] == [{"data": {"write": 1}}] * 2


async def test_two_callers_may_have_the_same_key(gateway: Served) -> None:
    answers = [await send(gateway, caller=caller) for caller in ("ada", "alan", "ada")]
    assert [answer.json()["data"]["write"] for answer in answers] == [1, 2, 1]


@pytest.mark.parametrize(
    "key", ["k", "k" * 255, '"quoted"', "8e03978e-40d5-43dd-bc93-6894a57f9324"]
)
async def test_a_key_is_one_to_255_visible_characters(gateway: Served, key: str) -> None:
    assert (await send(gateway, key)).json() == {"data": {"write": 1}}
    assert (await send(gateway, key)).json() == {"data": {"write": 1}}


async def test_the_quotes_around_a_key_are_no_part_of_it(gateway: Served) -> None:
    answers = [await send(gateway, key) for key in ("the-key", '"the-key"')]
    assert [answer.json() for answer in answers] == [{"data": {"write": 1}}] * 2


@pytest.mark.parametrize("key", ["", " ", '""', "k" * 256, "two words", "a, b", "schlüssel", 'a"b'])
async def test_what_is_no_key_is_refused(gateway: Served, key: str) -> None:
    headers = {b"idempotency-key": key.encode("latin-1")}
    answer = await gateway.client.post("/graphql", json={"query": WRITE}, headers=headers)
    assert (answer.status_code, code_of(answer)) == (400, "IDEMPOTENCY_KEY_INVALID")
    assert gateway.stage.written == 0


async def test_a_query_pays_no_heed_to_the_key(gateway: Served) -> None:
    answers = [await send(gateway, query=query) for query in ("{ hello }", "{ number(value: 1) }")]
    assert [answer.json()["data"] for answer in answers] == [
        {"hello": "hello world"},
        {"number": 1},
    ]
    assert (await send(gateway, "two words", "{ hello }")).status_code == 200


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"query": "mutation ($to: Int!) { write(to: $to) }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "mutation ($fails: Boolean!) { write @skip(if: $fails) }"}, "BAD_USER_INPUT"),
        ({"query": "mutation { throttled }"}, "THROTTLED"),
        ({"query": "mutation { throttled __typename }"}, "THROTTLED"),
    ],
)
async def test_what_did_nothing_leaves_the_key_as_it_was(
    gateway: Served, first: dict[str, Any], code: str
) -> None:
    assert code_of(await send(gateway, **first)) == code
    assert (await send(gateway)).json() == {"data": {"write": 1}}


@pytest.mark.parametrize("field", ["unknown", "broken", "unbearable", "half { throttled }"])
async def test_what_may_have_done_something_is_replayed(gateway: Served, field: str) -> None:
    first, second = [await send(gateway, query=f"mutation {{ {field} }}") for _ in range(2)]
    assert first.json()["errors"]
    assert (second.json(), second.headers["idempotency-replayed"]) == (first.json(), "true")
    assert gateway.stage.tried == 1


async def test_what_was_done_in_part_is_replayed(gateway: Served) -> None:
    query = "mutation { write throttled }"
    first, second = [await send(gateway, query=query) for _ in range(2)]
    assert first.json()["data"] == {"write": 1, "throttled": None}
    assert (second.json(), gateway.stage.written) == (first.json(), 1)


async def test_twins_of_what_did_nothing_try_one_after_another(gateway: Served) -> None:
    query = "mutation { throttled }"
    answers = await asyncio.gather(*(send(gateway, query=query) for _ in range(5)))
    assert [code_of(answer) for answer in answers] == ["THROTTLED"] * 5
    assert gateway.stage.tried == 5


async def test_what_was_cut_short_has_an_unknown_outcome() -> None:
    async with served() as gateway:
        first = asyncio.create_task(send(gateway))
        await gateway.stage.started.wait()
        await gateway.executions.drain(0)
        await asyncio.gather(first, return_exceptions=True)
        assert code_of(await send(gateway)) == "OUTCOME_UNKNOWN"
        assert gateway.stage.written == 0


async def test_an_outcome_is_kept_for_a_day() -> None:
    clock = ManualClock()
    async with served(outcomes=OutcomesInProcess(limit=65_536, clock=clock)) as gateway:
        gateway.stage.release.set()
        written = []
        for passed in (0, DAY - 1, 1):
            clock.advance(passed)
            written.append((await send(gateway)).json()["data"]["write"])
        assert written == [1, 1, 2]
    assert KEPT_SECONDS == DAY


async def test_an_answer_too_large_to_keep_is_still_not_made_twice() -> None:
    store = OutcomesInProcess(limit=560, clock=ManualClock())
    async with served(outcomes=store) as gateway:
        gateway.stage.release.set()
        aliases = " ".join(f"w{number}: write" for number in range(10))
        first, second = [await send(gateway, query=f"mutation {{ {aliases} }}") for _ in range(2)]
        assert len(first.json()["data"]) == 10
        assert code_of(second) == "OUTCOME_UNKNOWN"
        assert gateway.stage.written == 10


async def test_the_store_is_bounded_in_bytes_and_forgets_the_oldest() -> None:
    store = OutcomesInProcess(limit=10_000, clock=ManualClock())
    for number in range(100):
        name = f"key-{number}"
        assert await store.claim(name, "print") is None
        await store.keep(name, Record("print", b"x" * 488))
    assert len(store) == 10
    assert await store.claim("key-99", "print") == Record("print", b"x" * 488)
    assert await store.claim("key-0", "print") is None


async def test_what_was_shown_under_some_rights_is_not_replayed_under_others() -> None:
    outcomes = OutcomesInProcess(limit=65_536, clock=ManualClock())
    poorer = Caller("ada", frozenset({"contacts:write"}), sites=None, expires_at=None)
    async with served(outcomes=outcomes) as rich, served(outcomes=outcomes, caller=poorer) as poor:
        rich.stage.release.set()
        first = await send(rich)
        withheld = await send(poor)
        again = await send(rich)
        another = await send(poor, query="mutation { other: write }")
    assert first.json() == again.json() == {"data": {"write": 1}}
    assert (withheld.json()["data"], code_of(withheld)) == (None, "OUTCOME_UNKNOWN")
    assert (another.status_code, code_of(another)) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert (rich.stage.written, poor.stage.written) == (1, 0)
