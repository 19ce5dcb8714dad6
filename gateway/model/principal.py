"""Who is calling."""

from dataclasses import dataclass

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
