"""The README's examples of clients are run as they stand, and print what they say they print."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.frontends import SCHEMA, Workshop
from tests.support.servers import ROOT, Server, running_gateway

SHOWN_ORIGIN = "http://127.0.0.1:8000"
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```\w+\n(?://|#) (\w+\.\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES: dict[str, str] = dict(BLOCK.findall(README))
PRINTED = re.compile(r"^ *console\.log\(.*\); // (.+)$", re.MULTILINE)
RENAME = """mutation ($displayName: String!) {
  renameLabel(input: { key: "custom.newsletter", displayName: $displayName }) {
    label { displayName }
  }
}"""


@pytest.fixture(scope="module")
def gateway() -> Iterator[Server]:
    with running_gateway(settings={"GATEWAY_SANDBOX_CONTACTS": "20"}) as server:
        yield server


@pytest.fixture
def workshop(tmp_path: Path, gateway: Server) -> Workshop:
    """Where the README's examples lie, in a folder beside the one for Relay."""
    workshop = Workshop(tmp_path)
    (workshop.folder / "example").mkdir()
    shutil.copy(SCHEMA, workshop.folder / "example")
    for name, text in EXAMPLES.items():
        written = text.replace(SHOWN_ORIGIN, gateway.origin)
        (workshop.folder / "example" / name).write_text(written, encoding="utf-8")
    return workshop


def promised(name: str) -> str:
    """What an example says that it prints."""
    (printed,) = PRINTED.findall(EXAMPLES[name])
    return f"{printed}\n"


def test_there_is_an_example_of_each_client() -> None:
    assert list(EXAMPLES) == [
        "apollo.js",
        "urql.js",
        "relay.js",
        "fetch.js",
        "codegen.yml",
        "typed.ts",
    ]


@pytest.mark.parametrize("name", ["apollo.js", "fetch.js"])
def test_the_example_prints_what_it_promises(name: str, workshop: Workshop) -> None:
    assert workshop.said(f"example/{name}") == promised(name)


def test_the_example_of_relay_is_compiled_and_prints_what_it_promises(workshop: Workshop) -> None:
    shutil.copy(workshop.folder / "relay" / "relay.config.json", workshop.folder / "example")
    workshop.compile_relay("example")
    assert workshop.said("example/relay.js") == promised("relay.js")


def test_the_example_of_urql_hears_of_a_change(workshop: Workshop, gateway: Server) -> None:
    with httpx.Client(base_url=gateway.origin, trust_env=False) as client:

        def rename(turn: int) -> None:
            renamed = {"query": RENAME, "variables": {"displayName": f"Newsletter {turn}"}}
            client.post("/graphql", json=renamed).raise_for_status()

        assert workshop.first_line("example/urql.js", meanwhile=rename) == promised("urql.js")


def test_the_typed_example_compiles_strictly_and_prints_what_it_promises(
    workshop: Workshop,
) -> None:
    shutil.copy(workshop.folder / "codegen" / "tsconfig.json", workshop.folder / "example")
    workshop.compile_types("example")
    assert workshop.said("example/compiled/typed.js") == promised("typed.ts")
