"""The npm lock tells what to install, never where from."""

import orjson

from tests.support.node import CLIENTS

LOCK = (CLIENTS / "package-lock.json").read_text(encoding="utf-8")


def test_the_lock_holds_no_address() -> None:
    assert "://" not in LOCK
    assert '"resolved"' not in LOCK


def test_every_package_is_known_by_version_and_hash() -> None:
    (_, *packages) = orjson.loads(LOCK)["packages"].values()
    assert packages
    assert [each for each in packages if not {"version", "integrity"} <= each.keys()] == []


def test_every_dependency_is_pinned_to_one_version() -> None:
    manifest = orjson.loads((CLIENTS / "package.json").read_bytes())
    locked = orjson.loads(LOCK)["packages"]
    versions = {
        name: locked[f"node_modules/{name}"]["version"] for name in manifest["dependencies"]
    }
    assert manifest["dependencies"] == versions
