"""What is known of an error: where it lies, which rule is broken, and where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

Path = tuple[str, ...]
"""Where in a model value a fault lies, e.g. ``("emails", "0", "email")``."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that one value breaks."""

    path: Path
    """Its place in the model value that was sent; empty when the whole value is meant."""
    message: str
    """The rule in words, e.g. ``size must be between 1 and 180``."""
    rule: str | None = None
    """The rule's name at Wix, e.g. ``MAX_LENGTH`` (contract 6.1); None without one."""


class Origin(TypedDict, total=False):
    """What is known of an error's cause."""

    status: int | None
    """The HTTP status Wix answered with; None when Wix was not asked or did not answer."""
    request_id: str | None
    """Wix's own id of the refused call (``x-wix-request-id``), for a support case."""
    upstream_code: str | None
    """Wix's application code (contract 6.1); None when there was none."""
    violations: Sequence[Violation]
    """What exactly is wrong and where; empty when the message says it all."""
    in_doubt: bool
    """Whether the call may have been carried out all the same; of no meaning for a read."""
