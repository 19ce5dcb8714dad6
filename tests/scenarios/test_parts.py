"""What is deferred costs what it costs otherwise, comes later, and fails by itself."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import parse, print_ast, visit
from graphql.language import (
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NameNode,
    Visitor,
)
from hypothesis import HealthCheck, event, given, settings

from gateway.edge.limits import Limits
from gateway.edge.window_store import WindowsInProcess
from gateway.edge.windows import CallerWindows
from gateway.model.principal import SCOPES
from tests.support.operations import Generated, queries
from tests.support.parts import (
    CURRENT,
    DATED,
    errors_in,
    parts_of,
    put_dated_together,
    put_together,
)
from tests.support.served_site import behind_the_endpoint
from tests.support.site import FACETS, LIST_LABELS, QUERY_CONTACTS, Site, forever, opened

WHOLE = "application/json"

DOCUMENTS = [
    "{ contacts(first: 9) { nodes { id ... @defer { labels { key displayName } } } } }",
    "{ contacts(first: 9) { nodes @stream(initialCount: 2) { id labels { key contactCount } } } }",
    "{ contacts(first: 9) { edges @stream { cursor node { labels { displayName } } } } }",
    "{ contacts(first: 9) { totalCount ... @defer { nodes { name { full } } } } }",
    "{ labels { nodes @stream(initialCount: 1) { key contactCount } } contactFacets { key } }",
    """query ($a: ID!, $b: ID!) {
      a: contact(id: $a) { id labels { key } } ... @defer { b: contact(id: $b) { labels { key } } }
    }""",
    """query ($a: ID!, $b: ID!) {
      nodes(ids: [$a, $b]) @stream(initialCount: 1) {
        id ... @defer { ... on Contact { labels { key displayName contactCount } } }
      }
    }""",
    """{ ... @defer { contacts(first: 3) { nodes { id } } }
         ... @defer { contacts(first: 3) { nodes { company labels { displayName } } } } }""",
]


@pytest.mark.parametrize("query", DOCUMENTS)
async def test_it_takes_the_same_calls_and_gives_the_same(query: str) -> None:
    outcomes = []
    for accept, read in ((WHOLE, _whole), (CURRENT, _current), (DATED, _dated)):
        async with opened() as site, behind_the_endpoint(site) as served:
            a, b, *_ = site.ids()
            variables = {"a": a, "b": b} if "$a" in query else {}
            response, calls = await served.post(query, accept=accept, **variables)
            outcomes.append((read(response.content), calls))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][1] != {}


def _whole(body: bytes) -> Any:
    return parts_or_whole(body)[0]["data"]


def parts_or_whole(body: bytes) -> list[Any]:
    return [orjson.loads(body)] if body.startswith(b"{") else parts_of(body)


def _current(body: bytes) -> Any:
    return put_together(parts_of(body))


def _dated(body: bytes) -> Any:
    return put_dated_together(parts_of(body))


async def test_the_first_part_leaves_before_wix_has_answered_the_rest() -> None:
    answered = asyncio.Event()

    async def until_answered(_seconds: float) -> None:
        await answered.wait()

    async with opened(sleep=until_answered) as site, behind_the_endpoint(site) as served:
        site.fault(FACETS, kind="latency", seconds=1)
        line, serving = served.read(
            "{ contacts(first: 2) { nodes { id } } ... @defer { contactFacets { key } } }"
        )
        first = await line.next()
        assert first["data"] == {"contacts": {"nodes": [{"id": each} for each in site.ids()[:2]]}}
        assert first["hasNext"] is True
        await served.has_asked(FACETS)
        answered.set()
        last = await line.next()
        await serving
        assert (last["hasNext"], len(last["incremental"])) == (False, 1)
        assert site.calls() == {QUERY_CONTACTS: 1, FACETS: 1}


async def test_a_caller_who_goes_midway_leaves_nothing_behind() -> None:
    async with opened(sleep=forever) as site, behind_the_endpoint(site) as served:
        site.fault(FACETS, kind="latency", seconds=1)
        mine = asyncio.all_tasks()
        line, serving = served.read(
            "{ contacts(first: 2) { nodes { id } } ... @defer { contactFacets { key } } }"
        )
        await line.next()
        await served.has_asked(FACETS)
        line.hung_up.set()
        await serving
        while asyncio.all_tasks() - mine:  # noqa: ASYNC110 - as the loop turns they end
            await asyncio.sleep(0)
        assert site.services.freshness.flights._tasks == set()


async def test_what_wix_refuses_later_is_null_in_its_part(site: Site) -> None:
    site.fault(FACETS)
    async with behind_the_endpoint(site) as served:
        response, _ = await served.post(
            "{ contacts(first: 1) { nodes { id } } ... @defer { contactFacets { key } } }"
        )
    opening, last = parts_of(response.content)
    assert opening["data"] == {"contacts": {"nodes": [{"id": site.ids()[0]}]}}
    (entry,) = last["incremental"]
    assert entry["data"] == {"contactFacets": None}
    assert [error["extensions"]["code"] for error in entry["errors"]] == ["UPSTREAM_UNAVAILABLE"]


async def test_rights_hold_for_what_comes_later(site: Site) -> None:
    site.scopes = SCOPES - {"contacts:pii"}
    async with behind_the_endpoint(site) as served:
        response, calls = await served.post(
            """{ contacts(first: 2) { nodes {
                 id ... @defer { name { full } } ... @defer { emails { email } } } } }"""
        )
    opening, *later = parts_of(response.content)
    assert "errors" not in opening
    found = {tuple(error["path"][2:]) for part in later for error in errors_in([part])}
    assert found == {(row, field) for row in (0, 1) for field in ("name", "emails")}
    for part in later:
        for entry in part["incremental"]:
            (error,) = entry["errors"]
            assert entry["data"] in ({"name": None}, {"emails": []})
            assert error["extensions"]["code"] == "FORBIDDEN"
    assert calls == {QUERY_CONTACTS: 1}


async def test_withheld_lists_are_told_of_with_their_entry(site: Site) -> None:
    site.scopes = SCOPES - {"contacts:pii"}
    query = "{ contacts(first: 3) { nodes @stream(initialCount: 1) { emails { email } } } }"
    async with behind_the_endpoint(site) as served:
        response, _ = await served.post(query)
    opening, last = parts_of(response.content)
    paths = [error["path"] for error in opening["errors"]]
    assert paths == [["contacts", "nodes", 0, "emails"]]
    (entry,) = last["incremental"]
    assert entry["items"] == [{"emails": []}, {"emails": []}]
    assert [error["path"][2] for error in entry["errors"]] == [1, 2]


async def test_what_is_deferred_counts_in_the_estimate(site: Site) -> None:
    query = "{ viewer { subject } ... @defer { contactFacets { key } } }"
    async with behind_the_endpoint(site, ceiling=1) as served:
        refused, calls = await served.post(query)
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "COST_EXCEEDED"
    assert (error["extensions"]["estimated"], calls) == (2, {})


async def test_the_last_part_tells_all_that_was_spent(site: Site) -> None:
    query = "{ contacts(first: 2) { nodes { id ... @defer { labels { displayName } } } } }"
    async with behind_the_endpoint(site, reported=True) as served:
        response, calls = await served.post(query)
    opening, last = parts_of(response.content)
    spent = [part["extensions"]["cost"]["actual"] for part in (opening, last)]
    assert spent == [1, 2]
    assert calls == {QUERY_CONTACTS: 1, LIST_LABELS: 1}


async def test_calls_for_what_is_deferred_are_the_callers(site: Site) -> None:
    store = WindowsInProcess(most=10, clock=site.time.monotonic)
    windows = CallerWindows(lambda _scope: store, requests=10, calls=2)
    async with behind_the_endpoint(site, windows=windows) as served:
        answered, calls = await served.post(DOCUMENTS[0])
        refused, none = await served.post(DOCUMENTS[0])
    assert (answered.status_code, calls) == (200, {QUERY_CONTACTS: 1, LIST_LABELS: 1})
    assert (refused.status_code, none) == (429, {})
    assert refused.json()["errors"][0]["extensions"]["code"] == "THROTTLED"


class _Deferring(Visitor):
    """Defers every fragment, and streams every list of nodes."""

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: object) -> Any:
        return self._with(node, "defer")

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> Any:
        return self._with(node, "defer")

    def enter_field(self, node: FieldNode, *_: object) -> Any:
        return self._with(node, "stream") if node.name.value == "nodes" else None

    def _with(self, node: Any, name: str) -> Any:
        directive = DirectiveNode(name=NameNode(value=name), arguments=())
        return replace(node, directives=(*(node.directives or ()), directive))


UNBOUNDED = Limits(document_deferrals=1_000, document_directives=1_000, validation_seconds=60.0)
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)


async def _compare(operation: Generated) -> None:
    answers = []
    for deferred in (False, True):
        async with opened() as site, behind_the_endpoint(site, UNBOUNDED, ceiling=10_000) as served:
            document, variables = operation.at_home(site.ids())
            if deferred:
                document = print_ast(visit(parse(document), _Deferring()))
            response, calls = await served.post(document, accept=f"{CURRENT}, {WHOLE}", **variables)
            parts = parts_or_whole(response.content)
            data = put_together(parts) if len(parts) > 1 else parts[0].get("data")
            codes = sorted(error["extensions"]["code"] for error in errors_in(parts))
            answers.append((data, codes, calls))
    if answers[1][1] == ["GRAPHQL_VALIDATION_FAILED"]:
        event("streams a list twice")
        return
    event(f"{min(len(parts), 3)} parts")
    assert answers[0] == answers[1]


@MANY
@given(queries())
def test_any_query_gives_the_same_for_the_same_calls(operation: Generated) -> None:
    asyncio.run(_compare(operation))
