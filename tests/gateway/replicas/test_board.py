"""The board in Redis does what its model does, and takes nonsense for nothing."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.replicas import board
from gateway.replicas.board import (
    EVERYTHING,
    LARGEST,
    Board,
    Place,
    Posted,
    Posting,
    RedisBoard,
    Subject,
)
from gateway.replicas.connection import Connection
from gateway.replicas.faults import StoreFault
from tests.support.board_model import BoardModel
from tests.support.clock import ManualClock
from tests.support.redis_server import RedisServer

ZERO = Place("0", 0)
ONE = Subject("one", ("red",))
TWO = Subject("two", ("red", "blue"))
PREFIX = "crm-labels:1:site:"
JUNK = [
    ("SET", b"\x00\xff junk"),
    ("SET", b'{"another": "json"}'),
    ("SET", b""),
    ("RPUSH", b"a list"),
    ("SADD", b"a set"),
]


@asynccontextmanager
async def connected(redis: RedisServer) -> AsyncIterator[RedisBoard]:
    tokens = (f"{number:x}" for number in itertools.count(1))
    connection = Connection(redis.url, site="site", rng=random.Random(7))  # noqa: S311 - jitter
    try:
        yield RedisBoard(connection, new_token=lambda: next(tokens))
    finally:
        await connection.aclose()


def posting(subject: Subject = ONE, body: bytes = b"answer", seconds: float = 60) -> Posting:
    return Posting(subject, body, seconds)


async def bodies(on: Board, *subjects: Subject) -> list[bytes | None]:
    return [found.body if found else None for found in await on.find(subjects)]


async def begun(on: Board) -> Place:
    await on.begin_anew()
    place = await on.place()
    assert place is not None
    return place


Act = Callable[[Board, list[Place]], Awaitable[Any]]


def greet(on: Board, _places: list[Place]) -> Awaitable[Any]:
    return on.greet(b"here")


def begin(on: Board, _places: list[Place]) -> Awaitable[Any]:
    return on.begin_anew()


def tell(*tags: str) -> Act:
    return lambda on, _places: on.tell(b"news", tags=tags)


def post(number: int, *postings: Posting) -> Act:
    """Post from the place at which the board was so many acts ago."""
    return lambda on, places: on.post(postings, place=places[-number % len(places)])


acts: st.SearchStrategy[Act] = st.one_of(
    st.sampled_from([greet, begin, tell("red"), tell("blue"), tell("red", "blue"), tell()]),
    st.builds(
        lambda number, subject, body: post(number, posting(subject, body)),
        st.integers(1, 2),
        st.sampled_from([ONE, TWO]),
        st.binary(min_size=1, max_size=5),
    ),
)


async def told(on: Board, script: Sequence[Act]) -> list[Any]:
    """Tell what is found after each act, and how far the board has moved."""
    places, seen = [Place("0", 0)], []
    for act in script:
        await act(on, places)
        place = await on.place()
        moved = (place == places[-1], place.number if place else None)
        places.append(place or ZERO)
        seen.append((moved, await bodies(on, ONE, TWO)))
    return seen


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(acts, max_size=15))
def test_it_does_what_its_model_does(redis: RedisServer, script: list[Act]) -> None:
    async def both() -> tuple[list[Any], list[Any]]:
        async with connected(redis) as real:
            return await told(real, script), await told(BoardModel(ManualClock()), script)

    redis.flush()
    real, model = asyncio.run(both())
    assert real == model


async def test_an_answer_tells_its_age_and_ends(redis: RedisServer) -> None:
    async with connected(redis) as on:
        await on.post([posting(), posting(TWO, seconds=0.001)], place=await begun(on))
        while await bodies(on, TWO) != [None]:
            pass
        (found,) = await on.find([ONE])
        assert found is not None
        assert (found.body, 0.0 <= found.seconds < 1) == (b"answer", True)


async def test_a_token_lives_as_long_as_the_answers_that_it_proves(redis: RedisServer) -> None:
    async with connected(redis) as on:
        place = await begun(on)
        await on.post([posting(seconds=1)], place=place)
        await on.post([posting(TWO, seconds=1_000)], place=place)
        await on.post([posting(seconds=1)], place=place)
        ends = redis.ask("PTTL", PREFIX + "tag:red")
        assert int(ends.strip(b":\r\n")) > 900_000


async def test_no_more_is_read_at_once_than_fits(redis: RedisServer) -> None:
    async with connected(redis) as on:
        half, place = b"x" * (LARGEST // 2), await begun(on)
        await on.post([posting(body=half), posting(TWO, body=half)], place=place)
        assert await bodies(on, ONE, TWO) == [half, None]
        assert await bodies(on, TWO, ONE) == [half, None]
        await on.post([posting(body=half * 2)], place=place)
        assert await bodies(on, ONE, TWO) == [None, half]


@pytest.mark.parametrize("junk", JUNK, ids=str)
@pytest.mark.parametrize("name", ["place", "answer:one", "tag:red"])
async def test_nonsense_is_a_miss_and_is_written_over(
    redis: RedisServer, name: str, junk: tuple[str, bytes]
) -> None:
    async with connected(redis) as on:
        await on.post([posting(), posting(TWO)], place=await begun(on))
        redis.ask("DEL", PREFIX + name)
        redis.ask(junk[0], PREFIX + name, junk[1])
        # What is found by a token that was made up is still what was posted.
        assert set(await bodies(on, ONE)) <= {None, b"answer"}
        await on.tell(b"news", tags=["red"])
        assert await bodies(on, ONE, TWO) == [None, None]
        place = await on.place()
        assert place is not None
        await on.post([posting()], place=place)
        assert await bodies(on, ONE) == [b"answer"]


async def test_an_answer_that_lies_about_its_time_is_a_miss(redis: RedisServer) -> None:
    async with connected(redis) as on:
        place = await begun(on)
        await on.post([posting()], place=place)
        token = redis.ask("GET", PREFIX + "tag:red").split(b"\r\n")[1]
        proof = place.epoch.encode() + b" " + token
        for rest in (b"", b"\n", b"\nnever\nanswer", b"\n-1\nanswer"):
            redis.ask("SET", PREFIX + "answer:one", proof + rest)
            assert await bodies(on, ONE) == [None]
        redis.ask("SET", PREFIX + "answer:one", proof + b"\n9999999999999\nanswer")
        assert await on.find([ONE]) == [Posted(b"answer", 0.0)]


async def test_a_full_board_takes_no_answers_but_still_takes_down_untrue_ones(
    redis: RedisServer,
) -> None:
    async with connected(redis) as on:
        await on.post([posting()], place=await begun(on))
        redis.ask("CONFIG", "SET", "maxmemory", "1")
        try:
            with pytest.raises(StoreFault):
                await on.post([posting(Subject("new", ("new",)))], place=await on.place() or ZERO)
            await on.tell(b"news", tags=["red"])
            assert await bodies(on, ONE) == [None]
        finally:
            redis.ask("CONFIG", "SET", "maxmemory", "0")


def test_messages_are_read_as_they_come() -> None:
    read = [board.read(data) for data in (b"a1 7 some news\n", b"a1 0 everything")]
    assert read == [(Place("a1", 7), b"some news\n"), (Place("a1", 0), EVERYTHING)]


@pytest.mark.parametrize("data", [b"", b"7", b"a1 x news", b"A1 7 news", b"\xff 1 ", b"a1 -1 news"])
def test_a_message_that_is_none_is_nothing(data: bytes) -> None:
    assert board.read(data) is None
