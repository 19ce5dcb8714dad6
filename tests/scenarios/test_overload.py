"""Five times the load that can be served: most of it is served, and all of it soon after.

`make soak` does so for 20 s; `make test` for 3.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvloop

from tests.support.crowd import ask_at_a_pace, ask_greedily
from tests.support.load import Asked, percentile, request
from tests.support.servers import Server, running_gateway

SECONDS = float(os.environ.get("SOAK_OVERLOAD_SECONDS", "3"))
GOODPUT = float(os.environ.get("SOAK_GOODPUT", "0.5"))
"""Of the peak. On a machine of its own it is over 0.8; in `make test` others run beside it."""
YIELD = 0.6
"""Requests served by a second of the gateway's work, of those in calm: whatever runs beside it."""
OVERLOAD = 5
LINES = 400
RECOVERY_SECONDS = 5.0
MEGABYTES = 100
ASKED = request(
    "{ contacts(first: 25) { nodes { id company name { full } primaryEmail { email } "
    "labels { key displayName } } } }"
)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Server]:
    with running_gateway(settings={"GATEWAY_WIX_CALLS_PER_MINUTE": "100000"}) as server:
        yield server


def _memory(server: Server) -> int:
    """Tell the process's resident memory in megabytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1_024


def _work(server: Server) -> float:
    """Tell the seconds of the processor that the process has used."""
    stat = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _served(asked: list[Asked]) -> list[Asked]:
    return [each for each in asked if each.status == 200]


async def _recovery(port: int) -> None:
    """Wait until everything that is asked is served again."""
    while True:
        asked = await ask_greedily(port, ASKED, lines=4, seconds=0.2)
        if len(_served(asked)) == len(asked):
            return


def test_overload_is_shed_and_what_is_served_is_served_soon(
    gateway: Server, record_property: Callable[[str, object], None]
) -> None:
    # Who asks shares the processor's caches with the gateway, and this loop is quieter.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_overload(gateway, record_property))


async def _overload(gateway: Server, record_property: Callable[[str, object], None]) -> None:
    await ask_greedily(gateway.port, ASKED, lines=4, seconds=1.0)
    before = _work(gateway)
    calm = await ask_greedily(gateway.port, ASKED, lines=8, seconds=SECONDS)
    worked, memory = _work(gateway), _memory(gateway)
    rate, usual = len(_served(calm)) / SECONDS, len(_served(calm)) / (worked - before)

    asked = await ask_at_a_pace(
        gateway.port, ASKED, rate=OVERLOAD * rate, lines=LINES, seconds=SECONDS
    )
    by_its_work = len(_served(asked)) / (_work(gateway) - worked)
    grown, goodput = _memory(gateway) - memory, len(_served(asked)) / SECONDS
    healthy = await ask_greedily(
        gateway.port, b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n", lines=1, seconds=0.1
    )
    await asyncio.wait_for(_recovery(gateway.port), RECOVERY_SECONDS)
    before = _work(gateway)
    calm_again = await ask_greedily(gateway.port, ASKED, lines=8, seconds=SECONDS)
    # Others who run beside it, and take the processor's caches, may have come in between.
    peak = min(rate, len(_served(calm_again)) / SECONDS)
    yielded = by_its_work / min(usual, len(_served(calm_again)) / (_work(gateway) - before))
    figures = (
        f"peak {peak:.0f}/s; offered {len(asked) / SECONDS:.0f}/s; goodput {goodput:.0f}/s, "
        f"{goodput / peak:.2f} of it, {yielded:.2f} by its work; "
        f"p99 {percentile(_served(asked), 0.99) * 1_000:.0f} ms; "
        f"memory {memory} MB, then {grown} more"
    )
    record_property("figures", figures)
    assert {each.status for each in calm + calm_again} == {200}
    assert {each.status for each in asked} == {200, 503}
    assert {each.status for each in healthy} == {200}
    assert goodput >= GOODPUT * peak, figures
    assert yielded >= YIELD, figures
    assert grown < MEGABYTES, figures
