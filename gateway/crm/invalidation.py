"""The one table of what a change makes untrue; for our own writes and for Wix's events alike."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.cache.keys import Tag
from gateway.model.events import (
    Change,
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    FieldChanged,
    FieldDeleted,
    LabelChanged,
    LabelDeleted,
)


@dataclass(frozen=True, slots=True)
class ContactsInMotion:
    """A job in the background is changing contacts, and nobody knows which."""


CONTACT: Final = "contact"
"""One contact, by id; without an id, all of them."""
CONTACT_PAGES: Final = "contact-pages"
LABELS: Final = "labels"
"""The site's labels, all together."""
LABEL_PAGES: Final = "label-pages"
FIELDS: Final = "fields"
"""The site's extended fields, all together."""
FIELD_PAGES: Final = "field-pages"
FACETS: Final = "facets"

Touched = tuple[str, str | None]
"""A tag's kind and id, without the site."""

_ALL_CONTACTS: Final[tuple[Touched, ...]] = ((CONTACT, None), (CONTACT_PAGES, None))
_LISTS: Final[tuple[Touched, ...]] = ((CONTACT_PAGES, None), (FACETS, None))
_LABELS: Final[tuple[Touched, ...]] = ((LABELS, None), (LABEL_PAGES, None), (FACETS, None))
_FIELDS: Final[tuple[Touched, ...]] = ((FIELDS, None), (FIELD_PAGES, None))


def _merged(change: ContactsMerged) -> tuple[Touched, ...]:
    ids = (change.target_id, *change.source_ids)
    return (*((CONTACT, contact_id) for contact_id in ids), *_LISTS)


TABLE: Final[Mapping[type, Callable[[Any], tuple[Touched, ...]]]] = {
    ContactChanged: lambda change: ((CONTACT, change.contact_id), *_LISTS),
    ContactDeleted: lambda change: ((CONTACT, change.contact_id), *_LISTS),
    ContactsMerged: _merged,
    ContactsInMotion: lambda _: (*_ALL_CONTACTS, (FACETS, None)),
    LabelChanged: lambda _: _LABELS,
    LabelDeleted: lambda _: (*_LABELS, *_ALL_CONTACTS),
    FieldChanged: lambda _: _FIELDS,
    FieldDeleted: lambda _: (*_FIELDS, *_ALL_CONTACTS),
}


def tags_of(change: Change | ContactsInMotion, site: str) -> Iterator[Tag]:
    """Tell everything on a site that a change touches."""
    for kind, identity in TABLE[type(change)](change):
        yield Tag(site, kind, identity)
