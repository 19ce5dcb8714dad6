"""Who is calling."""

from dataclasses import dataclass, field
from typing import Final

API_KEY_PREFIX: Final = "crmk_"
"""How every API key begins, so that it is told from a token, and found where it should not be."""

SCOPES = frozenset(
    {
        "labels:read",
        "labels:write",
        "contacts:read",
        "contacts:write",
        "contacts:delete",
        "contacts:bulk",
        "contacts:pii",
        "fields:read",
        "fields:write",
        "schema:introspect",
    }
)
"""Everything a caller can be allowed to do."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller, the site he is on, and what he may do there."""

    subject: str
    site_id: str
    scopes: frozenset[str]
    expires_at: float | None = None
    """When his credential ends, in seconds since the epoch; None where it never does."""
    credential: str = field(default="none", compare=False)
    """What he showed, as `Caller` has it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, before it is known on which site."""

    subject: str
    scopes: frozenset[str]
    sites: frozenset[str] | None
    """The sites he may be on; None stands for all of them."""
    expires_at: float | None
    """When his credential ends, in seconds since the epoch; None where it never does."""
    credential: str = field(default="none", compare=False)
    """What he showed: ``none``, ``key``, or ``token``, which is followed by its ``jti`` where that
    is plain. For the record only: with another one he is the same."""

    def at(self, site_id: str) -> Principal:
        """Place the caller on a site; whoever does so has asked `may_be_on`."""
        return Principal(self.subject, site_id, self.scopes, self.expires_at, self.credential)

    def may_be_on(self, site_id: str) -> bool:
        """Tell whether a site is among his."""
        return self.sites is None or site_id in self.sites
