"""Three composers take our schema into a larger graph."""

import pytest

from schema.build import print_sdl
from tests.support.node import ready, run_node

EVERY = [
    (composer, subgraphs)
    for subgraphs in (["crm"], ["crm", "orders", "campaigns"])
    for composer in ("apollo", "hive", "cosmo")
]


def test_it_composes_alone_and_beside_others_without_a_hint(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ready("federation")
    sdl = tmp_path_factory.mktemp("schema") / "crm.graphql"
    sdl.write_text(print_sdl())
    compositions = run_node("federation/compose.mjs", str(sdl))
    assert compositions == [
        {"composer": composer, "subgraphs": subgraphs, "errors": [], "hints": []}
        for composer, subgraphs in EVERY
    ]
