"""Writes the table of rights in words, for `schema/README.md`."""

import sys
from collections.abc import Mapping

from schema.access.rules import RULES, Rules
from schema.access.table import Scopes


def document(rules: Rules = RULES) -> str:
    """Write a Markdown table: each set of scopes, and all places that ask for it."""
    places: dict[Scopes, list[str]] = {}
    for place, asked in rules.asked.items():
        if asked:
            places.setdefault(asked, []).append(place)
    rows = [
        f"| {_words(asked)} | {_together(named)} |"
        for asked, named in sorted(places.items(), key=lambda row: (len(row[0]), sorted(row[0])))
    ]
    return "\n".join(["| asks for | places |", "|---|---|", *rows])


def _words(scopes: Scopes) -> str:
    return " and ".join(f"`{scope}`" for scope in sorted(scopes))


def _together(places: list[str]) -> str:
    """Write coordinates by type: ``Contact.name emails``."""
    kinds: dict[str, list[str]] = {}
    for place in places:
        kind, _, name = place.partition(".")
        kinds.setdefault(kind, []).append(name)
    return ", ".join(f"`{kind}.{_braced(names)}`" for kind, names in _sorted(kinds).items())


def _sorted(kinds: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {kind: kinds[kind] for kind in sorted(kinds, key=lambda kind: (kind != "Query", kind))}


def _braced(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{{{' '.join(names)}}}"


if __name__ == "__main__":
    sys.stdout.write(f"{document()}\n")
