"""Keys made from display names, by the sandbox's own algorithm (contract 2.2)."""

import re
from collections.abc import Callable
from itertools import count

_NAMESPACE = "custom."
_KEY_SIZE = 80
_NOT_OF_A_WORD = re.compile(r"\W+")


def key_for(name: str, *, fallback: str, taken: Callable[[str], bool]) -> str:
    """Make the key of a new custom label or field.

    ``VIP Customer`` becomes ``custom.vip-customer``; where that is taken, ``custom.vip-customer-2``
    and so on. ``fallback`` stands in for a name without any letter or digit. Letters of every
    script stay, and nothing that a path would have to escape ever appears except those.
    """
    slug = _cut(_NOT_OF_A_WORD.sub("-", name.strip().lower()).strip("-") or fallback)
    if not taken(_NAMESPACE + slug):
        return _NAMESPACE + slug
    numbered = (f"{_NAMESPACE}{_cut(slug, f'-{number}')}" for number in count(2))
    return next(key for key in numbered if not taken(key))


def _cut(slug: str, suffix: str = "") -> str:
    return slug[: _KEY_SIZE - len(_NAMESPACE) - len(suffix)] + suffix
