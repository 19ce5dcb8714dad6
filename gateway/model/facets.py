"""Facets: how many contacts share a property (contract 3.2, Facets)."""

from dataclasses import dataclass

from gateway.model.enums import FacetType


@dataclass(frozen=True, slots=True)
class Facet:
    """A count of contacts."""

    type: FacetType
    key: str | None = None
    """E.g. ``contacts.all``, or the label's key when `type` is LABEL."""
    namespace: str | None = None
    display_name: str | None = None
    count: int | None = None
