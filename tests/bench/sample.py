"""The durations of one measurement, and how they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

MICROSECONDS_BELOW = 1e-3
MILLISECONDS_BELOW = 1.0


@dataclass(frozen=True)
class Sample:
    """What was measured, and how long it took each time, in seconds."""

    name: str
    seconds: Sequence[float]
    elapsed: float | None = None
    """Wall time of all of them together where they overlapped; gives the rate."""

    @property
    def rate(self) -> float | None:
        """How many ended per second, where they overlapped."""
        return len(self.seconds) / self.elapsed if self.elapsed else None

    def __str__(self) -> str:
        slow = quantiles(self.seconds, n=100)[98] if len(self.seconds) > 1 else self.seconds[0]
        rate = f"{self.rate:>10,.0f}/s" if self.rate else " " * 12
        return (
            f"{self.name:<48} median {_told(median(self.seconds)):>10}   p99 {_told(slow):>10}"
            f" {rate}   n={len(self.seconds)}"
        )


@dataclass(frozen=True)
class Figure:
    """One number that was counted, in words."""

    name: str
    told: str

    def __str__(self) -> str:
        return f"{self.name:<48} {self.told}"


def _told(seconds: float) -> str:
    if seconds < MICROSECONDS_BELOW:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < MILLISECONDS_BELOW:
        return f"{seconds * 1e3:.2f} ms"
    return f"{seconds:.2f} s"
