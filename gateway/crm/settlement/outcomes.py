"""Settles a write whose answer was lost by looking for what it would have changed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, Generic, TypeVar

from gateway import deadline
from gateway.deadline import Deadline
from gateway.errors import (
    GatewayError,
    OutcomeUnknown,
    RevisionConflict,
    UpstreamFault,
    UpstreamTimeout,
)

T = TypeVar("T")

TIME_TO_LOOK: Final = 2.0
"""Seconds of a request's time that a write leaves for looking after it; a quarter of it at most."""

LOOKS: Final = (0.0, 0.25, 1.0, 3.0)
"""Pauses in seconds before each look: Wix's queries may trail its writes (contract 9, row 29)."""

REPEATS: Final = 2
"""How often a write is sent again that can be repeated and was not carried out."""

CLOCKS_APART: Final = timedelta(seconds=5)
"""How far Wix's clock may be behind ours for us to know a thing as made after a moment."""

_GATEWAY_TIMEOUT: Final = 504


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The write was carried out; this is what it would have answered."""

    value: T


class Open(Enum):
    """The write shows no effect."""

    NOT_DONE = "not done"
    """Everything is as it was before."""
    UNDECIDED = "undecided"
    """It may have been carried out all the same."""


Finding = Done[T] | Open


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Settlement:
    """Makes writes, and settles those whose answers are lost.

    A write that could not be settled is reported as `OutcomeUnknown`. A fault of any other kind
    means that nothing was done, as far as Wix shows.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep

    def from_now_on(self) -> datetime:
        """Tell a moment by Wix's clock that lies before everything written from now on."""
        return self._now() - CLOCKS_APART

    async def settle(
        self,
        what: str,
        write: Callable[[], Awaitable[T]],
        look: Callable[[], Awaitable[Finding[T]]],
        *,
        repeat: bool = False,
    ) -> T:
        """Make a write, and where its answer is lost find out what became of it.

        Args:
            what: The write's name, for the message of a failure.
            write: Sends it.
            look: Reads what it would have changed.
            repeat:
                Whether a write that was not carried out is sent again: only where twice has the
                effect of once, or where a revision guards against twice.

        Raises:
            OutcomeUnknown: It may have been carried out, or not.
            UpstreamFault: It was not carried out.
            CallerFault: Wix refused it.
        """
        try:
            with _leaving_time_to_look():
                return await write()
        except UpstreamFault as fault:
            if not fault.in_doubt:
                raise
            lost = fault
        if repeat:
            return await self._repeated(what, write, look, lost)
        finding = await self._look(look, until_sure=_may_yet_come(lost))
        return _concluded(what, lost, finding)

    async def _repeated(
        self,
        what: str,
        write: Callable[[], Awaitable[T]],
        look: Callable[[], Awaitable[Finding[T]]],
        lost: GatewayError,
    ) -> T:
        """Send a write again for as long as it is seen not to be carried out."""
        for _ in range(REPEATS):
            finding = await self._look(look, until_sure=False)
            if finding is not Open.NOT_DONE:
                return _concluded(what, lost, finding)
            try:
                with _leaving_time_to_look():
                    return await write()
            except (RevisionConflict, UpstreamFault) as fault:
                if not fault.in_doubt:
                    # A conflict may well be with the first try, carried out after the look.
                    break
                lost = fault
        return _concluded(what, lost, await self._look(look, until_sure=False))

    async def _look(
        self, look: Callable[[], Awaitable[Finding[T]]], *, until_sure: bool
    ) -> Finding[T]:
        """Look several times; `until_sure` takes no first "not done" for an answer."""
        finding: Finding[T] = Open.UNDECIDED
        for pause in LOOKS:
            if not await self._paused(pause):
                break
            try:
                finding = await look()
            except GatewayError:
                finding = Open.UNDECIDED
            if isinstance(finding, Done) or (finding is Open.NOT_DONE and not until_sure):
                break
        return finding

    async def _paused(self, seconds: float) -> bool:
        """Wait, if there is time for it and for a look after it."""
        limit = deadline.current()
        if limit is not None and limit.remaining() <= seconds:
            return False
        if seconds:
            await self._sleep(seconds)
        return True


def _concluded(what: str, lost: GatewayError, finding: Finding[T]) -> T:
    if isinstance(finding, Done):
        return finding.value
    if finding is Open.NOT_DONE and not _may_yet_come(lost):
        lost.in_doubt = False
        raise lost
    message = f"Wix did not say whether {what} was carried out, and it cannot be seen: read first."
    raise OutcomeUnknown(message, in_doubt=True) from lost


def _may_yet_come(fault: GatewayError) -> bool:
    """Tell whether Wix may still be at work on a write that shows no effect so far."""
    return isinstance(fault, UpstreamTimeout) or fault.status == _GATEWAY_TIMEOUT


@contextmanager
def _leaving_time_to_look() -> Iterator[None]:
    limit = deadline.current()
    if limit is None:
        yield
        return
    kept = min(TIME_TO_LOOK, limit.remaining() / 4)
    with deadline.within(Deadline(at=limit.at - kept, clock=limit.clock)):
        yield
