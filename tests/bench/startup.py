"""How long ``crm-labels serve`` takes from nothing to its first answer."""

import time

from tests.bench.sample import Sample
from tests.support.servers import running_gateway

STARTS = 5


def measure_startup() -> Sample:
    """Start the gateway over its own sandbox a few times."""
    return Sample("start to first answer", [_start() for _ in range(STARTS)])


def _start() -> float:
    began = time.perf_counter()
    with running_gateway():
        return time.perf_counter() - began
