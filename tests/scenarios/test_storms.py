"""A minute of 429s: each write is made, and made once, as soon as Wix lets it, and not before."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from tests.support.mutations import MUTATIONS
from tests.support.network import networked, now
from tests.support.site import Answer, Site
from tests.support.traffic import peak
from tests.support.virtual_time import in_virtual_time

STORM = 60.0
STORM_BEGINS = 20.0
WRITES = 200
EVERY_SECONDS = 0.5

KINDS = [
    mutation
    for mutation in MUTATIONS
    if mutation.name
    in {
        "createContact",
        "updateContact",
        "labelContact",
        "unlabelContact",
        "findOrCreateLabel",
        "findOrCreateExtendedField",
    }
]
"""Those whose repeats are counted one by one, whatever else happens at the same time."""


async def patiently(site: Site, document: str, **variables: Any) -> Answer:
    """Run an operation as a well-behaved client does: throttled, it comes back when told to."""
    while True:
        with site.within(10):
            answer = await site.run(document, **variables)
        if answer.codes != ["THROTTLED"]:
            return answer
        await asyncio.sleep(answer.errors[0]["extensions"]["retryAfter"])


@dataclass(frozen=True)
class Survived:
    """What is left after a storm of 429s; times count from the storm's begin."""

    answers: list[Answer]
    times: Counter[int]
    """How many writes were carried out so many times."""
    arrivals: list[tuple[float, int]]
    """When calls arrived at Wix, and the statuses they were answered with."""

    @property
    def refused(self) -> list[float]:
        """When Wix said 429."""
        return [at for at, status in self.arrivals if status == 429]

    def resumed_after(self, retry_after: float) -> float:
        """Tell after how long a call was answered again, from when one was allowed to be made."""
        # The storm is over for the gateway when it may call again, and not before.
        end = max(self.refused[-1] + retry_after, STORM)
        return min(at for at, status in self.arrivals if status == 200 and at > STORM) - end

    def too_early(self, retry_after: float) -> list[float]:
        """Tell when a call came that had been told to come later."""
        calls = [at for at, _ in self.arrivals]
        return [at for at in calls if any(0 < at - told < retry_after for told in self.refused)]


async def _weather_a_storm(retry_after: int | None) -> Survived:
    """Write twice a second, before, during and after a storm of 429s."""
    async with networked() as (site, network):
        planned = [KINDS[number % len(KINDS)] for number in range(WRITES)]
        attempts = [
            await mutation.prepare(site, f"storm{number}")
            for number, mutation in enumerate(planned)
        ]
        await asyncio.sleep(60)
        network.arrivals.clear()
        began = now()
        loop = asyncio.get_running_loop()
        loop.call_at(
            began + STORM_BEGINS,
            lambda: site.fault("*", status=429, retry_after=retry_after),
        )
        loop.call_at(began + STORM_BEGINS + STORM, site.sandbox.faults.clear)
        tasks = []
        async with asyncio.TaskGroup() as writers:
            for mutation, attempt in zip(planned, attempts, strict=True):
                write = patiently(site, mutation.document, given=attempt.given)
                tasks.append(writers.create_task(write))
                await asyncio.sleep(EVERY_SECONDS)
        return Survived(
            [task.result() for task in tasks],
            Counter(attempt.times() for attempt in attempts),
            [(at - began - STORM_BEGINS, status) for at, status in network.arrivals],
        )


@cache
def after_a_storm(retry_after: int | None) -> Survived:
    """Let a storm pass, once for all tests; its 429s say when to come back, or do not."""
    return in_virtual_time(_weather_a_storm(retry_after))


@pytest.mark.parametrize("retry_after", [None, 1, 7, 60])
def test_a_storm_of_429s_loses_no_write_and_makes_none_twice(retry_after: int | None) -> None:
    survived = after_a_storm(retry_after)
    print(  # noqa: T201 - the figure
        f"a storm of {STORM:.0f} s, Retry-After {retry_after}: {WRITES} writes, "
        f"{len(survived.refused)} calls refused, carried out {dict(survived.times)}"
    )
    assert [answer.errors for answer in survived.answers] == [[]] * WRITES
    assert [user_errors(answer) for answer in survived.answers] == [[]] * WRITES
    assert survived.times == {1: WRITES}
    assert peak(at for at, _ in survived.arrivals) <= 200


def user_errors(answer: Answer) -> Any:
    """Tell what a mutation was refused for."""
    (payload,) = answer.data.values()
    return payload["userErrors"]


@pytest.mark.parametrize("retry_after", [1, 7, 60])
def test_no_call_is_made_before_retry_after(retry_after: int) -> None:
    survived = after_a_storm(retry_after)
    assert survived.refused
    assert survived.too_early(retry_after) == []


@pytest.mark.parametrize("retry_after", [None, 1, 7, 60])
def test_calls_resume_within_a_second_of_the_storms_end(retry_after: int | None) -> None:
    resumed_after = after_a_storm(retry_after).resumed_after(retry_after or 0)
    print(  # noqa: T201 - the figure
        f"Retry-After {retry_after}: calls resume {resumed_after:.2f} s after the storm"
    )
    assert 0.0 <= resumed_after <= 1.0
