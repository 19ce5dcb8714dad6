"""Two gateways' memories over a real Redis: what they share, and what they do when it is away."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from gateway.cache.periods import Periods
from gateway.crm.freshness import Freshness, remembering
from gateway.crm.invalidation import LABELS
from gateway.model.enums import LabelType
from gateway.model.events import LabelChanged
from gateway.model.labels import Label
from gateway.replicas.connection import Connection
from gateway.replicas.memory import SharedMemory
from tests.support.redis_server import RedisServer, running_redis

VIP = Label("custom.vip", "VIP", "custom", LabelType.USER_DEFINED)
KEY = "crm-labels:1:site:"


@dataclass
class Wix:
    """A site with one label."""

    vip: Label = VIP
    loads: int = 0

    async def load(self) -> dict[str, Label]:
        self.loads += 1
        return {self.vip.key: self.vip}


@dataclass
class Gateway:
    """One gateway, and what it shares."""

    wix: Wix
    fresh: Freshness
    memory: SharedMemory
    names: list[str] = field(default_factory=list)

    async def name(self) -> str:
        """Read the label's name, from wherever it is known."""
        fresh = self.fresh
        tags, period = (fresh.tag(LABELS),), fresh.periods.labels
        found = await fresh.reader.read(
            lambda: fresh.subject(LABELS, tags=tags, period=period), self.wix.load
        )
        return found[VIP.key].display_name

    def rename(self, name: str) -> None:
        """Change the label at Wix, and take note of it."""
        self.wix.vip = replace(self.wix.vip, display_name=name)
        self.fresh.apply(LabelChanged(VIP.key))


@asynccontextmanager
async def gateways(redis: RedisServer, wix: Wix, count: int = 2) -> AsyncIterator[list[Gateway]]:
    async with AsyncExitStack() as stack:
        some = []
        for seed in range(count):
            rng = random.Random(seed)  # noqa: S311 - jitter
            connection = Connection(redis.url, site="site", rng=rng)
            stack.push_async_callback(connection.aclose)
            fresh = remembering("site", periods=Periods(settling=0))
            stack.push_async_callback(fresh.aclose)
            memory = SharedMemory(fresh, connection, rng=rng)
            stack.push_async_callback(memory.aclose)
            memory.start()
            some.append(Gateway(wix, fresh, memory))
        await until(lambda: all(each.memory.in_touch for each in some))
        yield some


async def until(is_so: Callable[[], bool], seconds: float = 5.0) -> float:
    """Wait, and tell for how long."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - what is waited for is far away
            await asyncio.sleep(0.001)
    return clock() - began


async def until_read(reader: Gateway, name: str) -> None:
    async with asyncio.timeout(5):
        while await reader.name() != name:  # noqa: ASYNC110 - what is waited for is far away
            await asyncio.sleep(0.001)


async def until_posted(redis: RedisServer) -> None:
    await until(lambda: redis.ask("EXISTS", KEY + "answer:labels") == b":1\r\n")


async def test_what_one_has_read_the_other_need_not(redis: RedisServer) -> None:
    wix = Wix()
    async with gateways(redis, wix) as (one, other):
        await one.name()
        await until_posted(redis)
        assert await other.name() == "VIP"
        assert wix.loads == 1


async def test_a_change_on_one_is_known_to_the_other(redis: RedisServer) -> None:
    wix = Wix()
    async with gateways(redis, wix) as (one, other):
        await asyncio.gather(one.name(), other.name())
        one.rename("MVP")
        assert await one.name() == "MVP"
        await until_read(other, "MVP")


async def test_one_never_finds_what_its_own_change_has_made_untrue(redis: RedisServer) -> None:
    wix = Wix()
    async with gateways(redis, wix) as (one, other):
        for number in range(50):
            await asyncio.gather(one.name(), other.name())
            writer = (one, other)[number % 2]
            writer.rename(f"VIP {number}")
            assert await writer.name() == f"VIP {number}"


@pytest.mark.parametrize("trouble", ["killed", "paused", "flushed"])
async def test_without_redis_each_goes_on_alone_and_both_find_together_again(trouble: str) -> None:
    wix = Wix()
    with running_redis() as redis:
        async with gateways(redis, wix) as (one, other):
            await asyncio.gather(one.name(), other.name())
            begin, end = {
                "killed": (redis.kill, redis.start),
                "paused": (redis.pause, redis.resume),
                "flushed": (redis.flush, lambda: None),
            }[trouble]
            begin()
            one.rename("MVP")
            assert await one.name() == "MVP"
            assert await other.name() in {"VIP", "MVP"}
            end()
            # What could not be told is made up for by letting go of everything.
            await until_read(other, "MVP")
            await until(lambda: one.memory.in_touch and other.memory.in_touch)
            other.rename("VIP again")
            await until_read(one, "VIP again")


JUNK = [
    (b"SET", b"\x00 not json"),
    (b"SET", b'{"json": 1}'),
    (b"RPUSH", b"of another type"),
    (b"SADD", b"of another type"),
]


@pytest.mark.parametrize("junk", JUNK, ids=str)
async def test_nonsense_under_our_keys_is_a_miss(
    redis: RedisServer, junk: tuple[bytes, bytes]
) -> None:
    wix = Wix()
    async with gateways(redis, wix) as (one, other):
        await one.name()
        await until_posted(redis)
        for name in ("answer:labels", "tag:labels", "place"):
            redis.ask("DEL", KEY + name)
            redis.ask(junk[0], KEY + name, junk[1])
        assert await other.name() == "VIP"
        assert wix.loads == 2
        one.rename("MVP")
        await until_read(other, "MVP")


@pytest.mark.parametrize("junk", [b"", b"\x00\xff", b"{}", b"a1 7 {}", b"a1 0 here nobody"])
async def test_after_a_message_that_cannot_be_read_nothing_held_is_believed(
    redis: RedisServer, junk: bytes
) -> None:
    wix = Wix()
    async with gateways(redis, wix, count=1) as (one,):
        await one.name()
        await until_posted(redis)
        wix.vip = replace(VIP, display_name="changed unheard")
        redis.ask("DEL", KEY + "answer:labels")
        assert await one.name() == "VIP"
        redis.ask("PUBLISH", KEY + "news", junk)
        await until_read(one, "changed unheard")


async def test_a_gateway_that_closes_tells_what_it_has_to_tell(redis: RedisServer) -> None:
    wix = Wix()
    async with gateways(redis, wix) as (other, _):
        await other.name()
        async with gateways(redis, wix, count=1) as (one,):
            one.rename("MVP")
        await until_read(other, "MVP")
