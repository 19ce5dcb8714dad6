"""The seam between the sandbox's core and what surrounds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Tells the time, aware and in UTC."""

NewId: TypeAlias = Callable[[], str]
"""Makes a GUID in lower-case text; in practice from a seeded source."""


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Something that happened to one entity, before anybody numbers, signs or delivers it.

    The shape of ``body`` is that of contract section 7.3.
    """

    entity: Literal["label", "contact", "extended_field"]
    slug: Literal["created", "updated", "deleted", "merged"]
    entity_id: str
    """A label or field key, or a contact id."""
    body: Mapping[str, Any]
    """One property: ``createdEvent``, ``updatedEvent``, ``deletedEvent`` or ``actionEvent``."""
    originated_from: str = ""
    """``merge`` for what a merge caused, else empty."""


Publish: TypeAlias = Callable[[DomainEvent], None]
"""Takes an event; called after the write that caused it has been committed."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, as ``scope["state"]["identity"]`` carries it to the core."""

    kind: Literal["api_key", "app"]
    site_id: str = ""
    app_id: str | None = None
    instance_id: str = ""


class Standing(StrEnum):
    """What ties a contact to more than the contact list, and so protects it (contract 3.2)."""

    MEMBER = "MEMBER"
    """A site member: may not be deleted, merged away, nor lose the primary e-mail."""
    OWNER = "OWNER"
    """The site's owner or a contributor: may not be deleted nor merged away."""
    BILLING_SUBSCRIPTION = "BILLING_SUBSCRIPTION"
    """Pays a running subscription: may not be deleted."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Every decision the contract marks as inferred, with the contract's choice as the default."""

    labels_quota: int = 1000
    """Custom labels a site may have; predefined ones do not count (section 9, row 20)."""
    fields_quota: int = 100
    """Custom extended fields a site may have (section 4)."""
    index_lag: float = 0.0
    """Seconds by which queries, lists, facets and bulk selections trail writes (row 29)."""
    label_delete_touches_contacts: bool = True
    """Whether deleting a label raises its contacts' revisions and fires their events (row 22)."""
    field_delete_touches_contacts: bool = True
    """The same for deleting an extended field."""
    labelling_raises_revision: bool = True
    """Whether a real change of labels raises the contact's revision (row 21)."""
    job_step_seconds: float = 0.2
    """Time a bulk job spends in each of NEW, LOADING, RUNNING and INDEXING (Appendix C)."""
    count_ceiling: int | None = None
    """Totals above this are left out and ``tooManyToCount`` is true; None counts everything."""
    max_body_bytes: int = 1 << 20
    """Larger request bodies are refused with 413 (row 38)."""
    labels_page_max: int = 2000
    """Largest ``paging.limit`` for labels (row 5)."""
    fields_page_max: int = 1000
    """Largest ``paging.limit`` for extended fields (unpublished)."""
    facets_page_max: int = 1000
    """Largest, and default, ``paging.limit`` for facets (section 3.2)."""
    api_key_source: str = "ADMIN"
    """``source.sourceType`` of contacts made with an API key (section 3.1, enum A)."""
    app_source: str = "WIX_APP"
    """``source.sourceType`` of contacts made by an app (section 3.1, enum A)."""
    empty_bulk_filter_refused: bool = True
    """Whether a bulk filter without a condition is refused; if not, it means everybody (row 32)."""


@dataclass(slots=True)
class Settings:
    """Holds the behaviour in force; replace it whole, with ``dataclasses.replace``, at any time."""

    behaviour: Behaviour = Behaviour()
