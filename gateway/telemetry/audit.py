"""The audit: one record for each mutation, in a logger of its own, ``gateway.audit``.

Records hold identities of what was touched, and nothing of what is personal. They are written
whatever the log's level is.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

import structlog

MOST: Final = 100
"""Identities that one record lists."""

Outcome = Literal["ok", "refused", "unknown"]
"""Done; not done, for reasons that have codes; or perhaps done, perhaps not."""

log: Final[Any] = structlog.wrap_logger(
    None,
    wrapper_class=structlog.make_filtering_bound_logger("debug"),
    cache_logger_on_first_use=False,
    source="gateway.audit",
)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, or tried to do."""

    subject: str
    """Who: a token's subject, ``key:`` and the id of an API key, or ``anonymous``."""
    credential: str
    """What he showed, as `gateway.model.principal.Caller` has it."""
    site: str
    operation: str | None
    """The operation's name, where it has one."""
    mutation: str
    """The root field."""
    identities: tuple[str, ...]
    """Ids and keys, first those that were named, then those that came of it."""
    outcome: Outcome
    codes: tuple[str, ...]
    """Why it was refused, or is unknown."""
    request_id: str


def write(deed: Deed) -> None:
    """Write one record."""
    left_out = len(deed.identities) - MOST
    log.info(
        "mutation",
        request_id=deed.request_id,
        subject=deed.subject,
        credential=deed.credential,
        site=deed.site,
        operation=deed.operation,
        mutation=deed.mutation,
        identities=list(deed.identities[:MOST]),
        outcome=deed.outcome,
        codes=list(deed.codes),
        **({"identities_left_out": left_out} if left_out > 0 else {}),
    )
