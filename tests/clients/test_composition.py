"""Three composers take our schema into a larger graph."""

import pytest

from schema.build import print_sdl
from tests.support.node import ready, run_node

EVERY = [
    (composer, subgraphs)
    for subgraphs in (["crm"], ["crm", "orders", "campaigns"])
    for composer in ("apollo", "hive", "cosmo")
]
MERGED_RIGHTS = (
    'Directive @requiresScopes is applied to "Node" in multiple subgraphs with different '
    'arguments. Merging strategies used by arguments: { "scopes": DNF_CONJUNCTION }'
)
"""Apollo tells what it makes of the rights of `Node`: those of all objects that can be one."""


def test_it_composes_alone_and_beside_others_with_no_hint_but_of_merged_rights(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ready("federation")
    sdl = tmp_path_factory.mktemp("schema") / "crm.graphql"
    sdl.write_text(print_sdl())
    compositions = run_node("federation/compose.mjs", str(sdl))
    assert compositions == [
        {
            "composer": composer,
            "subgraphs": subgraphs,
            "errors": [],
            "hints": [MERGED_RIGHTS] if composer == "apollo" else [],
        }
        for composer, subgraphs in EVERY
    ]
