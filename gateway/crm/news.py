"""What one gateway tells the others that serve the same site."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.cache.keys import Tag
from gateway.crm.invalidation import ContactsInMotion, tags_of
from gateway.model.events import Change


@dataclass(frozen=True, slots=True)
class Happened:
    """A change that has happened: from now on nothing older is given out."""

    change: Change


@dataclass(frozen=True, slots=True)
class Doubted:
    """A change that may happen any moment, or already has."""

    change: Change | ContactsInMotion


@dataclass(frozen=True, slots=True)
class Disproved:
    """Things that are not as they were believed to be; a refusal of Wix's showed it."""

    lists: tuple[str, ...] = ()
    """The kinds of those that are not whole, or too long."""
    target: Change | ContactsInMotion | None = None
    """The change that was refused because what it was for has moved on; None for no such one."""


News = Happened | Doubted | Disproved


def tags_in(news: News, site: str) -> Iterator[Tag]:
    """Tell everything on a site that is no longer true."""
    match news:
        case Happened(change) | Doubted(change):
            yield from tags_of(change, site)
        case Disproved(lists, target):
            yield from (Tag(site, kind) for kind in lists)
            if target is not None:
                yield from tags_of(target, site)
