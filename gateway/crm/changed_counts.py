"""What a change leaves of counts that were taken before it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from gateway.crm.difference import Difference
from gateway.model.contacts import Contact
from gateway.model.enums import FacetType
from gateway.model.facets import Facet
from gateway.model.labels import Label

_MEMBERSHIP = "members.membershipStatus"

Counted = tuple[FacetType, str | None]


def recounted(facets: Sequence[Facet], change: Difference[Contact]) -> tuple[Facet, ...] | None:
    """Count again without asking: only what labels a contact carries has changed; else None."""
    before, after = change.before, change.after
    if before is None or after is None or _statuses(before) != _statuses(after):
        return None
    more = Counter(_counted(after))
    more.subtract(_counted(before))
    return tuple(
        replace(facet, count=facet.count + step)
        if (step := _step(facet, more)) and facet.count is not None
        else facet
        for facet in facets
    )


def renamed(facets: Sequence[Facet], label: Label) -> tuple[Facet, ...]:
    """Give a label's count the label's new name."""
    return tuple(
        replace(facet, display_name=label.display_name)
        if facet.type is FacetType.LABEL and facet.key == label.key
        else facet
        for facet in facets
    )


def _step(facet: Facet, more: Counter[Counted]) -> int:
    is_label = facet.type is FacetType.LABEL
    return more[facet.type, facet.key if is_label else None]


def _counted(contact: Contact) -> list[Counted]:
    """Tell what a contact's labels make it count for."""
    if not contact.label_keys:
        return [(FacetType.NOT_LABELED, None)]
    return [(FacetType.LABEL, key) for key in contact.label_keys]


def _statuses(contact: Contact) -> tuple[object, ...]:
    """Tell what else it counts for."""
    fields = {entry.key: entry.value for entry in contact.extended_fields}
    return (contact.primary_email, fields.get(_MEMBERSHIP))
