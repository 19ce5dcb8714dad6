"""Clients that front ends use (Apollo Client, urql, Relay, plain fetch) work with the gateway."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.support.frontends import FRONTENDS, Workshop
from tests.support.servers import running_gateway

PROGRAMS = {
    "apollo": "apollo.mjs",
    "fetch": "fetch.mjs",
    "relay": "relay/run.mjs",
    "urql": "urql.mjs",
}
CHECK = re.compile(r'^check\("(.+?)", (?:async )?\(', re.MULTILINE)
SETTINGS = {"GATEWAY_DOCUMENTS": "prefer", "GATEWAY_SANDBOX_CONTACTS": "60"}

Lines = list[dict[str, Any]]


def checks_of(client: str) -> list[str]:
    """List the checks that a client's program holds."""
    return CHECK.findall((FRONTENDS / PROGRAMS[client]).read_text(encoding="utf-8"))


CHECKS = [(client, check) for client in PROGRAMS for check in checks_of(client)]


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Where a gateway over a sandbox takes operations."""
    with running_gateway(settings=SETTINGS) as gateway:
        yield f"{gateway.origin}/graphql"


@pytest.fixture(scope="session")
def lines_of(url: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Lines]:
    """Tell what a client's program printed; it runs once for all tests that ask."""

    @cache
    def run(client: str) -> Lines:
        workshop = Workshop(tmp_path_factory.mktemp(client))
        if client == "relay":
            workshop.compile_relay("relay")
        return workshop.run(PROGRAMS[client], url)

    return run


@pytest.mark.parametrize(("client", "check"), CHECKS)
def test_the_client_works(client: str, check: str, lines_of: Callable[[str], Lines]) -> None:
    errors = {line["check"]: line["error"] for line in lines_of(client)}
    assert errors[check] is None, errors[check]


@pytest.mark.parametrize("client", PROGRAMS)
def test_every_check_in_the_file_is_run(client: str, lines_of: Callable[[str], Lines]) -> None:
    assert [line["check"] for line in lines_of(client)] == checks_of(client)
