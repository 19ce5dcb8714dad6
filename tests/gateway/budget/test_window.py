"""The sliding window over a site's upstream calls."""

from gateway.budget.window import CallWindow
from tests.support.clock import ManualClock


def test_a_window_without_calls_is_empty_and_needs_no_time() -> None:
    window = CallWindow(limit=3, clock=ManualClock())
    assert (window.remaining(), window.resets_in()) == (3, 0.0)


def test_each_call_leaves_the_window_exactly_one_length_after_it_was_made() -> None:
    clock = ManualClock()
    window = CallWindow(limit=3, seconds=60, clock=clock)
    window.charge()
    clock.advance(20)
    window.charge()
    seen = [(window.remaining(), window.resets_in())]
    for seconds in (39, 1, 19, 1):
        clock.advance(seconds)
        seen.append((window.remaining(), window.resets_in()))
    assert seen == [(1, 60.0), (1, 21.0), (2, 20.0), (2, 1.0), (3, 0.0)]


def test_more_calls_than_allowed_leave_zero_and_no_debt() -> None:
    clock = ManualClock()
    window = CallWindow(limit=2, seconds=60, clock=clock)
    for _ in range(5):
        window.charge()
    spent = window.remaining()
    clock.advance(60)
    assert (spent, window.remaining()) == (0, 2)
