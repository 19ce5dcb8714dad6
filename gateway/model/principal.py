"""Who is calling."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller, the site he is on, and what he may do there."""

    subject: str
    site_id: str
    scopes: frozenset[str]
