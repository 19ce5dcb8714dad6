"""The npm locks tell what to install, never where from."""

from typing import Any

import orjson
import pytest

from tests.support.node import CLIENTS
from tests.support.servers import ROOT

FOLDERS = (
    CLIENTS,
    CLIENTS / "federation",
    CLIENTS / "frontends",
    ROOT / "gateway" / "graphiql",
)


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def manifest(request: pytest.FixtureRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a folder's package.json asks for, and what its lock holds."""
    folder = request.param
    lock = orjson.loads((folder / "package-lock.json").read_bytes())
    return orjson.loads((folder / "package.json").read_bytes()), lock["packages"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_lock_holds_an_address(folder: Any) -> None:
    text = (folder / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    assert '"resolved"' not in text


def test_every_package_is_known_by_version_and_hash(
    manifest: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    _, locked = manifest
    packages = [package for place, package in locked.items() if place]
    assert packages
    assert [each for each in packages if not {"version", "integrity"} <= each.keys()] == []


def test_every_dependency_is_pinned_to_one_version(
    manifest: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    asked, locked = manifest
    versions = {name: locked[f"node_modules/{name}"]["version"] for name in asked["dependencies"]}
    assert asked["dependencies"] == versions
