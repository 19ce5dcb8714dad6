"""Paths through the model → paths through what the caller sent."""

from typing import Final

from strawberry.utils.str_converters import to_camel_case

from gateway.errors import Path

OWN: Final = frozenset({"filter", "search", "first", "after"})
"""Roots of paths that are the caller's own already, made where his input was translated."""

UPSTREAM: Final = "query"
"""Root of paths through a query of ours at Wix, which the caller never wrote."""

_CALLED: Final = {
    "add": "addLabelKeys",
    "remove": "removeLabelKeys",
    "source_ids": "sourceContactIds",
    "target_id": "targetContactId",
}
"""What has another name in the graph than in the model."""


def in_callers_words(path: Path) -> list[str] | None:
    """Spell a path as the caller does; None when it leads to nothing that he sent."""
    if not path or path[0] == UPSTREAM:
        return None
    if path[0] in OWN:
        return list(path)
    return [_CALLED.get(step) or to_camel_case(step) for step in path]
