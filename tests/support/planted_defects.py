"""Defects planted in a machine of interleavings, and the shortest interleaving that shows each."""

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from tests.support.interleavings import Interleavings

M = TypeVar("M", bound=Interleavings)

Regimes = list[tuple[float, float]]

AT_ONCE: Final[Regimes] = [(0.0, 0.0)]
"""The index does not lag, and nothing is remembered that would make up for a defect."""
LAGGING: Final[Regimes] = [(6.0, 10.0)]


class Planted(Generic[M]):
    """One defect: a part of the machine that has it, and the script that shows it."""

    def __init__(
        self,
        machine: type[M],
        script: Callable[[M], None],
        *,
        regimes: Regimes = AT_ONCE,
        **part: Any,
    ) -> None:
        self.script = script
        self.sound = varied(machine, regimes=regimes)
        """The machine without the defect, in the defect's regime."""
        self.defective = varied(machine, regimes=regimes, **part)

    def __str__(self) -> str:
        """Name it by what it takes to show it."""
        return self.script.__name__


def varied(machine: type[M], **parts: Any) -> type[M]:
    """Make a machine with some of its parts replaced."""
    return type(f"Varied{machine.__name__}", (machine,), parts)


def play(machine: type[M], script: Callable[[M], None]) -> None:
    """Run one interleaving from the beginning; a stale read is raised."""
    site = machine()
    site.begin(0, 1_000_000)
    try:
        script(site)
    finally:
        site.teardown()
