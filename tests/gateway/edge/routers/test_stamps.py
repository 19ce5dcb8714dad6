"""A stamp is good once, and only for now."""

import pytest

from gateway.edge.routers.stamps import BadStamp, StampsInProcess
from tests.support.clock import ManualClock

NOW = 1_800_000_000.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


def stamp(seconds: float, name: str = "n") -> str:
    return f"{round((NOW + seconds) * 1_000)}.{name}"


async def test_a_stamp_is_taken_once(clock: ManualClock) -> None:
    stamps = StampsInProcess(clock)
    await stamps.admit(stamp(0))
    await stamps.admit(stamp(0, "another"))
    with pytest.raises(BadStamp, match="was here before"):
        await stamps.admit(stamp(0))


@pytest.mark.parametrize("seconds", [-30, 0, 30])
async def test_a_stamp_may_be_half_a_minute_off(clock: ManualClock, seconds: float) -> None:
    stamps = StampsInProcess(clock)
    await stamps.admit(stamp(seconds))
    assert len(stamps) == 1


@pytest.mark.parametrize("seconds", [-30.001, 30.001, -86_400, 86_400])
async def test_a_stamp_further_off_is_refused(clock: ManualClock, seconds: float) -> None:
    with pytest.raises(BadStamp, match="not from now"):
        await StampsInProcess(clock).admit(stamp(seconds))


@pytest.mark.parametrize(
    "text",
    ["", "now", "1800000000000", "1800000000000.", ".n", "-1.n", "1e3.n", "1.n n", "9" * 17 + ".n"],
)
async def test_what_is_no_stamp_is_refused(clock: ManualClock, text: str) -> None:
    with pytest.raises(BadStamp, match="it has no stamp"):
        await StampsInProcess(clock).admit(text)


async def test_stamps_are_forgotten_once_they_are_stale_and_not_before(clock: ManualClock) -> None:
    stamps = StampsInProcess(clock)
    await stamps.admit(stamp(30, "ahead"))
    clock.advance(60)
    with pytest.raises(BadStamp, match="was here before"):
        await stamps.admit(stamp(30, "ahead"))
    clock.advance(0.001)
    with pytest.raises(BadStamp, match="not from now"):
        await stamps.admit(stamp(30, "ahead"))
    assert len(stamps) == 0


async def test_what_had_to_be_forgotten_early_is_refused_all_the_same(clock: ManualClock) -> None:
    stamps = StampsInProcess(clock, most=3)
    for seconds in range(4):
        await stamps.admit(stamp(seconds))
    assert len(stamps) == 3
    with pytest.raises(BadStamp, match="not from now"):
        await stamps.admit(stamp(0))
    await stamps.admit(stamp(1, "another"))
