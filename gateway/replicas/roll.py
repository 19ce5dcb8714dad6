"""The roll of the replicas: how many of the site's places each occupies."""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import structlog

from gateway.replicas.connection import Connection
from gateway.replicas.faults import Unusable
from gateway.replicas.roll_script import ROLL
from gateway.replicas.vigil import DOUBTED, Vigil

_KEEP: Final = 3_600
"""Seconds without any report after which Redis forgets the roll; longer than any call counts."""

log = structlog.get_logger(source=__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a replica tells of itself, and asks for."""

    places: int
    """How many it occupies."""
    ends: Sequence[float]
    """In how many seconds those become free of which that is known."""
    caps: Sequence[int] = ()
    """For each place it would like: how many may be occupied then, this one included."""
    leaves: bool = False
    """Whether it makes no more calls."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are right after a report."""

    is_open: bool
    """Whether Redis knows of all calls that count; until then it grants nothing."""
    share: int
    """Places that are always ours; none in the hands of a replica too many."""
    others: int
    """Places that others occupy, or may occupy without asking."""
    occupied: int
    """Places that others occupy."""
    ends: tuple[int, ...]
    """In how many seconds those become free of which that is known, rounded up."""
    granted: tuple[bool, ...]
    """Which of the places asked for are ours now."""


class Roll:
    """Where one replica reports to, one report after the other.

    A report tells the whole truth about its replica, so that one which is lost, or arrives late,
    leaves no trace once the next has arrived; reports are numbered, so that none undoes a later.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        replicas: int,
        share: int,
        lease: float,
        clock: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._connection = connection
        self._replicas = replicas
        self._share = share
        self._new_id = new_id
        self._name = new_id()
        self._numbers = itertools.count(1)
        self._vigil = Vigil(lease=lease, clock=clock)
        self._warned = False

    def opens_in(self) -> float:
        """Tell in how many seconds Redis may grant places, when it does not."""
        return self._vigil.opens_in()

    async def report(self, report: Report) -> Standing:
        """Report, and be granted what fits, in one round trip.

        Raises:
            StoreFault: Nothing was granted.
        """
        answer = await self._connection.run(
            ROLL, [self._connection.key("roll")], orjson.dumps(self._told(report))
        )
        if answer == [b"late"]:
            # Somebody else reports under our name, or wrote it there; it is his now.
            self._name = self._new_id()
            raise Unusable("The report's name is taken.")
        try:
            standing = self._read(answer)
        except (ValueError, TypeError) as fault:
            raise Unusable("The roll cannot be read.") from fault
        if len(standing.granted) != len(report.caps):
            raise Unusable("The roll answers something else.")
        self._warn(standing, report)
        return standing

    def _told(self, report: Report) -> dict[str, Any]:
        return {
            "name": self._name,
            "number": next(self._numbers),
            "places": report.places,
            "ends": ",".join(map(str, _by_second(report.ends))),
            "caps": list(report.caps),
            "leaves": report.leaves,
            "share": self._share,
            "replicas": self._replicas,
            "epoch": self._vigil.epoch.removesuffix(DOUBTED),
            "waited_for": self._vigil.waited_for(),
            "fresh_epoch": self._new_id(),
            "silent": self._vigil.silent(),
            "keep": _KEEP,
        }

    def _read(self, answer: list[Any]) -> Standing:
        epoch, is_open, share, others, granted, *members = answer
        entries = list(_entries(members))
        self._vigil.see(epoch.decode(), {name: number for name, number, _, _ in entries})
        return Standing(
            is_open=bool(is_open),
            share=share,
            others=others,
            occupied=sum(places for _, _, places, _ in entries),
            ends=tuple(sorted(end for *_, ends in entries for end in ends)),
            granted=tuple(bit == ord("1") for bit in granted),
        )

    def _warn(self, standing: Standing, report: Report) -> None:
        surplus = standing.share < self._share and not report.leaves
        if surplus and not self._warned:
            log.warning("more replicas than GATEWAY_REPLICAS; this one has no share without redis")
        self._warned = surplus


def _by_second(ends: Iterable[float]) -> Iterator[int]:
    """Count how many places become free in each of the coming seconds."""
    counts = Counter(math.ceil(end) - 1 for end in ends)
    return (counts[second] for second in range(max(counts, default=-1) + 1))


def _entries(members: list[Any]) -> Iterator[tuple[str, int, int, list[int]]]:
    """Read the other replicas' entries: name, number of the report, places, ends."""
    for name, number, places, counts in zip(*(members[i::4] for i in range(4)), strict=True):
        by_second = enumerate(counts.split(b","), start=1) if counts else ()
        ends = [second for second, count in by_second for _ in range(min(int(count or 0), places))]
        yield name.decode(), number, places, ends
