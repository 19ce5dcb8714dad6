"""What became of one call that was let through."""

from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus


class Outcome(Enum):
    """How a call ended, as far as the budget cares."""

    ANSWERED = auto()
    """Wix answered, be it with a refusal of the call's content."""
    THROTTLED = auto()
    """Wix answered that there were too many calls (429 without an application code)."""
    BROKEN = auto()
    """Wix answered that it is broken (5xx)."""
    SILENT = auto()
    """The request may have reached Wix, but no answer came back."""
    UNREACHED = auto()
    """There was no connection; nothing was sent."""
    ABANDONED = auto()
    """Nobody waited for the answer any longer."""


ANSWERS = frozenset({Outcome.ANSWERED, Outcome.THROTTLED, Outcome.BROKEN})
"""Outcomes after which nothing is under way any more."""

FAILURES = frozenset({Outcome.BROKEN, Outcome.SILENT, Outcome.UNREACHED})
"""Outcomes that say that Wix is away."""


@dataclass(slots=True)
class Passage:
    """One call on its way; whoever makes it tells its answer."""

    sent_at: float
    """When it was let through, in seconds on the gate's clock."""
    outcome: Outcome | None = None
    """None as long as there is no answer."""
    retry_after: float | None = None
    """Seconds that Wix asked to wait; None when it did not."""

    def answered(self, status: int, *, throttled: bool, retry_after: float | None) -> None:
        """Tell the answer's status, and whether it says that there were too many calls."""
        if throttled:
            self.outcome = Outcome.THROTTLED
            self.retry_after = retry_after
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.outcome = Outcome.BROKEN
        else:
            self.outcome = Outcome.ANSWERED
