"""Ten times what one call per operation would allow, for minutes: who is answered, and rightly."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.busy_site import DEADLINE, asker, busy_site, labels_of
from tests.support.site import Site
from tests.support.trace import MIXED_READS, READS, Expected, Report, Trace
from tests.support.virtual_time import in_virtual_time

SECONDS = float(os.environ.get("SOAK_TRACE_SECONDS", "15"))
"""Simulated seconds after the first minute, in which the memory is still cold; a soak plays 300."""
PER_MINUTE = 2_000
CALLS_PER_MINUTE = 200


@dataclass(frozen=True)
class Played:
    """What a trace left."""

    cold: Report
    warm: Report
    calls: int
    peak: int
    throttled: int
    expected: Expected
    contacts: dict[str, dict[str, Any]]
    names: dict[str, str]


async def _play(*, announced: bool, reads: Mapping[str, int]) -> Played:
    async with busy_site(announced=announced) as site:
        clock = asyncio.get_running_loop().time
        trace = Trace(
            asker(site), contacts=site.ids(), labels=labels_of(site), clock=clock, reads=reads
        )
        await trace.play(seconds=60, per_minute=PER_MINUTE)
        cold, trace.report = trace.report, Report()
        before = sum(site.calls().values())
        await trace.play(seconds=SECONDS, per_minute=PER_MINUTE)
        calls = site.sandbox.calls.report()
        await asyncio.sleep(5)
        return Played(
            cold=cold,
            warm=trace.report,
            calls=sum(site.calls().values()) - before,
            peak=calls["peak"],
            throttled=calls["throttled"],
            expected=trace.expected,
            contacts={each["id"]: each for each in site.contacts()},
            names=_names(site),
        )


def _names(site: Site) -> dict[str, str]:
    rows = site.sandbox.store.db.execute("SELECT key, display_name FROM definitions")
    return {row["key"]: row["display_name"] for row in rows}


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("announced", "reads", "answered_cold"),
    [(True, READS, 0.999), (False, MIXED_READS, 0.97)],
    ids=["webhooks", "alone, mixed"],
)
def test_ten_times_the_operations_are_answered_and_no_write_is_lost(
    *, announced: bool, reads: Mapping[str, int], answered_cold: float
) -> None:
    trace = in_virtual_time(_play(announced=announced, reads=reads))
    cold, warm = trace.cold, trace.warm
    sys.stdout.write(f"\ncold: {cold.told()}\nwarm: {warm.told()}, ")
    sys.stdout.write(f"{warm.answered / trace.calls:.1f} operations for each call\n")
    assert warm.answered / warm.asked >= 0.999, warm.failed
    assert cold.answered / cold.asked >= answered_cold, cold.failed
    assert max(cold.percentile(0.99), warm.percentile(0.99)) < DEADLINE
    assert warm.answered / trace.calls >= 8
    assert (trace.peak, trace.throttled) <= (CALLS_PER_MINUTE, 0)
    assert cold.stale + warm.stale == []
    _assert_no_write_is_lost(trace)


def _assert_no_write_is_lost(trace: Played) -> None:
    told, held = trace.expected, trace.contacts
    emails = Counter(
        each["email"]
        for contact in held.values()
        for each in contact["info"].get("emails", {}).get("items", [])
    )
    assert not told.gone & set(held)
    assert {email: emails[email] for email in told.created} == dict.fromkeys(told.created, 1)
    assert {key: trace.names[key] for key in told.names} == told.names
    for contact, company in told.companies.items():
        assert contact in told.gone or held[contact]["info"]["company"] == company
    for (contact, key), carried in told.labels.items():
        keys = held.get(contact, {"info": {}})["info"].get("labelKeys", {}).get("items", [])
        assert contact in told.gone or (key in keys) is carried
