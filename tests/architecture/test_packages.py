"""The packages ``gateway`` and ``schema`` are ours, alone and whole."""

import ast
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

import pytest

import gateway
import schema

ROOT = Path(__file__).parents[2]
DISTRIBUTION = "crm-labels-gateway"
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "tests/clients/package-lock.json",
    "gateway/graphiql/package-lock.json",
)


def test_our_packages_are_installed_from_here() -> None:
    assert Path(gateway.__file__).parent == ROOT / "gateway"
    assert Path(schema.__file__).parent == ROOT / "schema"


def test_no_other_distribution_brings_a_package_of_the_same_name() -> None:
    owners = packages_distributions()
    for name in ("gateway", "schema"):
        assert set(owners.get(name, ())) <= {DISTRIBUTION}


def test_the_command_is_installed() -> None:
    (command,) = entry_points(group="console_scripts", name="crm-labels")
    assert command.value == "gateway.cli:main"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_versions_and_hashes_but_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "sha256:" in text or "sha512-" in text
    assert '"resolved"' not in text
    assert "index-url" not in text


def test_the_sandbox_knows_nothing_of_ours() -> None:
    for module in (ROOT / "gateway" / "sandbox").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = _imported(node)
            ours = {name for name in names if name.split(".")[0] in {"gateway", "schema"}}
            assert all(name.startswith("gateway.sandbox") for name in ours), (module, ours)


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module}
    return set()
