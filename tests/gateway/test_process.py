"""Readiness with several sites: the process is ready as long as it can serve one of them."""

from pathlib import Path

import httpx
import pytest

from gateway.crm.events import OwnHistory
from gateway.crm.services import Services
from gateway.edge.execution import Executions
from gateway.edge.live.gathering import Gathering
from gateway.edge.outcomes import OutcomesInProcess
from gateway.edge.window_store import WindowsInProcess
from gateway.process import Gateway, Site
from gateway.sandbox.traffic.faults import Fault, Kind
from tests.support.clock import ManualClock
from tests.support.listening import Overheard
from tests.support.three_sites import NAMES, three_sites
from tests.support.upstream import Upstream, reply

DEAD = Fault(Kind.STATUS, status=500)
THROTTLING = Fault(Kind.STATUS, status=429)
UNKNOWN = Fault(Kind.STATUS, status=401)


async def readiness(folder: Path, faults: dict[str, Fault]) -> tuple[int, str | None]:
    """Ask whether a gateway is ready whose sites fail like this; tell the status and the code."""
    async with three_sites(folder) as sites:
        for name, fault in faults.items():
            sites.sandboxes[name].faults.add(fault)
        transport = Overheard(sites.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            answer = await client.get("/readyz")
    return answer.status_code, answer.json().get("code")


@pytest.mark.parametrize(
    "faults",
    [
        {},
        {"alpha": UNKNOWN},
        {"alpha": UNKNOWN, "bravo": DEAD},
        {"alpha": UNKNOWN, "bravo": UNKNOWN, "charlie": THROTTLING},
    ],
)
async def test_one_site_that_answers_is_enough(tmp_path: Path, faults: dict[str, Fault]) -> None:
    assert await readiness(tmp_path, faults) == (200, None)


def site_that_answers(name: str, status: int) -> tuple[Upstream, Site]:
    upstream = Upstream.of(reply({"labels": []}, status))
    wix = upstream.connect()
    return upstream, Site(
        name,
        wix,
        Services.over(wix),
        upstream.gate(),
        outcomes=OutcomesInProcess(limit=1_000, clock=ManualClock()),
        windows=WindowsInProcess(clock=ManualClock()),
        history=OwnHistory(clock=ManualClock()),
        join_others=lambda: None,
        leave_others=_nothing,
    )


async def _nothing() -> None:
    """Leave nobody."""


@pytest.mark.parametrize("place", [0, 4, 5, 6])
async def test_many_sites_are_asked_a_few_at_a_time_until_one_answers(place: int) -> None:
    made = [site_that_answers(str(at), 200 if at == place else 401) for at in range(12)]
    gateway = Gateway(
        sites={site.id: site for _, site in made},
        executions=Executions(),
        drain_seconds=1.0,
        gathering=Gathering(0),
        leave_commons=_nothing,
    )
    await gateway.probe()
    asked = [at for at, (upstream, _) in enumerate(made) if upstream.asked]
    assert asked == list(range(5 if place < 5 else 10))
    await gateway.aclose()


async def test_without_any_the_first_one_s_fault_is_told(tmp_path: Path) -> None:
    faults = dict.fromkeys(NAMES, DEAD) | {"alpha": UNKNOWN}
    assert await readiness(tmp_path, faults) == (503, "UPSTREAM_UNAUTHENTICATED")
