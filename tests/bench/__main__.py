"""Prints the medians of everything measured, within about four minutes."""

import asyncio
import sys
from collections.abc import Iterator

from tests.bench.coalescing import measure_coalescing
from tests.bench.in_process import measure_in_process
from tests.bench.overload import measure_overload
from tests.bench.sample import Figure, Sample
from tests.bench.served import measure_served
from tests.bench.startup import measure_startup
from tests.bench.trace import measure_trace
from tests.bench.worst_documents import measure_worst_documents


def samples() -> Iterator[Sample | Figure]:
    """Take every measurement, one after the other: they share the machine."""
    yield measure_startup()
    yield measure_worst_documents()
    yield from asyncio.run(measure_in_process())
    yield from measure_served()
    yield from measure_overload()
    yield from asyncio.run(measure_coalescing())
    yield from measure_trace()


if __name__ == "__main__":
    for sample in samples():
        sys.stdout.write(f"{sample}\n")
        sys.stdout.flush()
