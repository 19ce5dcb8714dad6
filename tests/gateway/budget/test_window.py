"""The sliding window over a site's upstream calls."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from gateway.budget.window import Granted, SlidingWindow, WaitFor
from tests.support.clock import ManualClock


async def call(window: SlidingWindow, *, answered: bool = True) -> None:
    """Make one call that takes no time."""
    granted = await window.reserve(window.limit)
    assert isinstance(granted, Granted)
    window.settle(granted, answered=answered)


def test_a_window_without_calls_is_empty_and_needs_no_time() -> None:
    window = SlidingWindow(limit=3, clock=ManualClock())
    assert (window.remaining(), window.resets_in()) == (3, 0.0)


async def test_each_call_leaves_the_window_exactly_one_length_after_its_answer() -> None:
    clock = ManualClock()
    window = SlidingWindow(limit=3, seconds=60, clock=clock)
    await call(window)
    clock.advance(20)
    await call(window)
    seen = [(window.remaining(), window.resets_in())]
    for seconds in (39, 1, 19, 1):
        clock.advance(seconds)
        seen.append((window.remaining(), window.resets_in()))
    assert seen == [(1, 60.0), (1, 21.0), (2, 20.0), (2, 1.0), (3, 0.0)]


async def test_a_call_under_way_occupies_a_place_however_long_it_takes() -> None:
    clock = ManualClock()
    window = SlidingWindow(limit=1, clock=clock)
    granted = await window.reserve(1)
    clock.advance(600)
    assert isinstance(granted, Granted)
    assert (window.remaining(), window.resets_in()) == (0, 60.0)
    assert isinstance(await window.reserve(1), WaitFor)
    window.settle(granted, answered=True)
    clock.advance(60)
    assert window.remaining() == 1


async def test_a_call_given_up_may_still_arrive_and_leaves_later() -> None:
    clock = ManualClock()
    window = SlidingWindow(limit=2, clock=clock)
    await call(window, answered=False)
    await call(window)
    seen = []
    for seconds in (59.9, 0.2, 2.0):
        clock.advance(seconds)
        seen.append(window.remaining())
    assert seen == [0, 1, 2]


async def test_what_was_not_sent_gives_its_place_back() -> None:
    window = SlidingWindow(limit=1, clock=ManualClock())
    granted = await window.reserve(1)
    assert isinstance(granted, Granted)
    window.release(granted)
    assert window.remaining() == 1


async def test_who_may_use_less_of_the_window_waits_longer() -> None:
    clock = ManualClock()
    window = SlidingWindow(limit=4, clock=clock)
    for _ in range(4):
        await call(window)
        clock.advance(10)
    waits = [await window.reserve(cap) for cap in (4, 3, 2, 1)]
    assert [round(wait.seconds) for wait in waits if isinstance(wait, WaitFor)] == [20, 30, 40, 50]


async def test_later_calls_wait_for_later_places_and_then_for_another_round() -> None:
    clock = ManualClock()
    window = SlidingWindow(limit=2, clock=clock)
    await call(window)
    clock.advance(10)
    await call(window)
    assert [round(window.expected(calls, 2)) for calls in range(1, 6)] == [50, 60, 110, 120, 170]


@given(steps=st.lists(st.tuples(st.floats(0, 100), st.integers(1, 3), st.booleans()), max_size=60))
async def test_what_is_expected_for_one_call_is_when_it_fits(
    steps: list[tuple[float, int, bool]],
) -> None:
    clock = ManualClock()
    window = SlidingWindow(limit=3, clock=clock)
    under_way: deque[Granted] = deque()
    for seconds, cap, finish in steps:
        clock.advance(seconds)
        if finish and under_way:
            window.settle(under_way.popleft(), answered=True)
        claim = await window.reserve(cap)
        if isinstance(claim, Granted):
            under_way.append(claim)
        elif len(under_way) < cap:
            clock.advance(claim.seconds)
            granted = await window.reserve(cap)
            assert isinstance(granted, Granted)
            window.release(granted)
