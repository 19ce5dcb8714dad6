"""The names of what is kept, and of what a change makes untrue; both begin with the site."""

from collections.abc import Hashable
from typing import NamedTuple


class Key(NamedTuple):
    """The place of one answer; two sites never share one."""

    site: str
    kind: str
    """What is kept there, e.g. ``contact`` or ``contact-page``."""
    id: Hashable = None
    """Which one; None where a site has only one, as its list of labels."""


class Tag(NamedTuple):
    """Something a change can touch; an answer carries the tags of all it was made from."""

    site: str
    kind: str
    id: str | None = None
