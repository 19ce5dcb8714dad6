"""Connections that stay open: what so many of them leave behind is tidied up."""

import asyncio

from gateway.edge.live.gathering import LEFT, Gathering


def come_and_go(gathering: Gathering, times: int) -> None:
    for _ in range(times):
        with gathering.joined(lambda: None):
            pass


async def test_memory_is_tidied_up_each_time_that_many_have_left() -> None:
    tidied: list[str] = []
    gathering = Gathering(10, tidy=lambda: tidied.append("tidied"))
    counts = []
    for times in (LEFT - 1, 1, LEFT - 1, 1):
        come_and_go(gathering, times)
        await asyncio.sleep(0)
        counts.append(len(tidied))
    assert counts == [0, 1, 1, 2]
