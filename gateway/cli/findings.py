"""What the probes of a check find."""

from dataclasses import dataclass
from enum import Enum

from gateway.cli.probes import Probe


class Outcome(Enum):
    """How one probe ended."""

    PERMITTED = "ok"
    FORBIDDEN = "not permitted"
    UNKNOWN_CREDENTIALS = "not known"
    THROTTLED = "throttled"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found."""

    probe: Probe
    outcome: Outcome
    message: str = ""
    request_id: str | None = None
    """Wix's id of the refused call, for a support case."""
