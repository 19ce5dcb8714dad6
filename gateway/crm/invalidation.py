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
    """A job in the background is changing contacts, sooner or later."""

    ids: tuple[str, ...] | None = None
    """Which; None when nobody knows."""
    labels: tuple[str, ...] = ()
    """The labels put on or taken off, where nothing else changes; empty where anything may."""


CONTACT: Final = "contact"
"""One contact, by id; without an id, all of them."""
CONTACT_PAGES: Final = "contact-pages"
ANY: Final = "*"
"""In place of a label's key, where any label may decide."""
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


def _in_motion(change: ContactsInMotion) -> tuple[Touched, ...]:
    if change.ids is None:
        return (*_ALL_CONTACTS, (FACETS, None))
    return (*((CONTACT, contact_id) for contact_id in change.ids), *_LISTS)


TABLE: Final[Mapping[type, Callable[[Any], tuple[Touched, ...]]]] = {
    ContactChanged: lambda change: ((CONTACT, change.contact_id), *_LISTS),
    ContactDeleted: lambda change: ((CONTACT, change.contact_id), *_LISTS),
    ContactsMerged: _merged,
    ContactsInMotion: _in_motion,
    LabelChanged: lambda _: _LABELS,
    LabelDeleted: lambda _: (*_LABELS, *_ALL_CONTACTS),
    FieldChanged: lambda _: _FIELDS,
    FieldDeleted: lambda _: (*_FIELDS, *_ALL_CONTACTS),
}


def tags_of(change: Change | ContactsInMotion, site: str) -> Iterator[Tag]:
    """Tell everything on a site that a change touches."""
    for kind, identity in TABLE[type(change)](change):
        yield Tag(site, kind, identity)


def doubtful_tags(change: Change | ContactsInMotion, site: str) -> Iterator[Tag]:
    """Tell what may become untrue at any moment while a change is under way."""
    labels = change.labels if isinstance(change, ContactsInMotion) and change.ids else ()
    for tag in tags_of(change, site):
        if labels and tag.kind == CONTACT_PAGES:
            yield from (Tag(site, CONTACT_PAGES, by_label(key)) for key in (*labels, ANY))
        else:
            yield tag


def by_label(key: str) -> str:
    """Name, among the pages of contacts, those that depend on who carries a label."""
    return f"by label {key}"
