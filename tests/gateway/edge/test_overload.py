"""Overload: what cannot be served soon is turned away at once, for as long as that lasts."""

import asyncio
from dataclasses import dataclass

import pytest

from gateway.edge.overload import BEAT, Shedder
from gateway.edge.refusals import Refusal
from tests.support.clock import ManualClock
from tests.support.endpoint import served

MOST = 256


@dataclass
class Load:
    """As much work as a test says."""

    running: int = 0
    waiting: int = 0
    ended: int = 0

    def __len__(self) -> int:
        return self.running


class Scene:
    """A shedder, its load, and the clocks of the wall and of the processor."""

    def __init__(self, each: float = 0.0005, work: float = 0.26) -> None:
        self.work = work
        self.load = Load()
        self.clock = ManualClock()
        self.processor = ManualClock()
        self.shedder = Shedder(
            self.load, most=MOST, each=each, clock=self.clock, processor=self.processor
        )

    async def slow_request(self) -> bool:
        """Come in, and keep the loop busy if let in; tell whether it was turned away."""
        turned_away = await self.shedder.turns_away()
        if not turned_away:
            self.clock.advance(0.26)
            self.processor.advance(self.work)
        return turned_away

    def beat(self, *, work: float = 0.0, elsewhere: float = 0.0, ended: int = 0) -> None:
        """Let one beat pass in which operations ended, after seconds of work here and elsewhere."""
        self.clock.advance(max(work + elsewhere, BEAT))
        self.processor.advance(work)
        self.load.ended += ended
        self.shedder.beat()


async def test_the_bound_grows_as_it_is_needed_while_the_loop_is_on_time() -> None:
    scene = Scene(each=0.0025)
    assert not await scene.shedder.turns_away()
    bounds = [scene.shedder.bound]
    for _ in range(12):
        scene.load.running = scene.shedder.bound
        scene.beat()
        bounds.append(scene.shedder.bound)
    assert (bounds[:2], bounds[-1]) == ([100, 110], MOST)
    assert bounds == sorted(bounds)


async def test_it_does_not_grow_while_nobody_needs_it() -> None:
    scene = Scene(each=0.0025)
    assert not await scene.shedder.turns_away()
    scene.load.running = 80
    scene.beat()
    assert scene.shedder.bound == 100


async def test_it_does_not_grow_while_the_processor_has_no_time_for_more() -> None:
    scene = Scene(each=0.0025)
    assert not await scene.shedder.turns_away()
    for work in (BEAT, 0.95 * BEAT, 0.85 * BEAT):
        scene.load.running = scene.shedder.bound
        scene.beat(work=work)
    assert scene.shedder.bound == 110


async def test_the_bound_is_what_a_late_loop_does_in_a_quarter_of_a_second() -> None:
    scene = Scene()
    assert not await scene.shedder.turns_away()
    for _ in range(40):
        scene.load.running = scene.shedder.bound
        scene.beat(work=0.5, ended=40)
    assert scene.shedder.bound == 20
    assert await scene.shedder.turns_away()


async def test_others_who_use_the_processor_make_nobody_late() -> None:
    scene = Scene(each=0.0025)
    assert not await scene.shedder.turns_away()
    for _ in range(40):
        scene.load.running = 90
        scene.beat(work=0.04, elsewhere=0.96, ended=10)
    assert scene.shedder.bound >= 100
    assert not await scene.shedder.turns_away()


async def test_a_late_loop_that_has_half_the_processor_takes_half_as_much() -> None:
    scene = Scene()
    assert not await scene.shedder.turns_away()
    for _ in range(40):
        scene.beat(work=0.5, elsewhere=0.5, ended=80)
    assert scene.shedder.bound == 20


async def test_it_recovers_within_seconds() -> None:
    scene = Scene()
    assert not await scene.shedder.turns_away()
    for _ in range(40):
        scene.beat(work=0.5, ended=4)
    beats = 0
    while scene.shedder.bound < MOST:
        scene.load.running = scene.shedder.bound
        scene.beat(work=0.01, ended=10)
        beats += 1
    assert beats * BEAT < 5.0


async def test_less_is_begun_than_the_processor_comes_to_soon() -> None:
    scene = Scene(each=0.0025)
    assert not await scene.shedder.turns_away()
    for _ in range(4):
        scene.load.running = scene.shedder.bound
        scene.beat()
    scene.load.running = scene.load.waiting = 100
    assert not await scene.shedder.turns_away()
    scene.load.waiting = 101
    assert await scene.shedder.turns_away()
    with pytest.raises(Refusal) as caught:
        scene.shedder.admit()
    refusal = caught.value
    assert (refusal.code, refusal.status, refusal.headers) == (
        "OVERLOADED",
        503,
        {"retry-after": "1"},
    )


async def test_so_few_that_none_is_in_the_way_of_another_are_never_too_many() -> None:
    scene = Scene(each=1.0)
    scene.load.running = scene.load.waiting = 15
    assert not await scene.shedder.turns_away()
    for _ in range(40):
        scene.beat(work=15.0, ended=15)
    assert not await scene.shedder.turns_away()
    scene.load.running = 16
    assert await scene.shedder.turns_away()


async def test_a_turn_of_the_loop_that_lasts_takes_no_more_requests() -> None:
    """What is late in two turns is turned away; what is late in one waits for the next."""
    scene = Scene()
    assert not await scene.shedder.turns_away()
    late = [asyncio.create_task(scene.slow_request()) for _ in range(3)]
    assert [await each for each in late] == [False, False, True]


async def test_a_turn_in_which_others_had_the_processor_takes_all_requests() -> None:
    scene = Scene(work=0.01)
    assert not await scene.shedder.turns_away()
    late = [asyncio.create_task(scene.slow_request()) for _ in range(3)]
    assert [await each for each in late] == [False, False, False]


async def test_who_comes_alone_is_never_late() -> None:
    scene = Scene()
    assert [await scene.slow_request() for _ in range(5)] == [False] * 5


async def test_operations_at_the_bound_are_served_and_one_more_is_not() -> None:
    async with served(concurrent=1) as gateway:
        first = gateway.background("{ slow }")
        await gateway.stage.started.wait()
        second = await gateway.post("{ hello }")
        gateway.stage.release.set()
        served_first = await first
        third = await gateway.post("{ hello }")
    assert (second.status_code, second.headers["retry-after"]) == (503, "1")
    assert second.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"
    assert (served_first.status_code, third.status_code) == (200, 200)


async def test_other_paths_are_served_all_the_same() -> None:
    async with served(concurrent=1) as gateway:
        first = gateway.background("{ slow }")
        await gateway.stage.started.wait()
        answer = await gateway.client.get("/healthz")
        gateway.stage.release.set()
        await first
    assert answer.status_code == 404


async def test_without_a_bound_nobody_is_turned_away() -> None:
    load = Load(running=100_000, waiting=100_000)
    shedder = Shedder(load, most=0)
    assert not await shedder.turns_away()
    shedder.admit()
