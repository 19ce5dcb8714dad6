"""GraphiQL in a real browser that reaches no other host: the page, its starters and the panel."""

import os
import shutil
from typing import Any

import pytest

from tests.support.node import give_up, run_node
from tests.support.servers import ROOT, running_gateway

STARTERS = [
    "Labels",
    "ContactsOfALabel",
    "FindContact",
    "LabelContact",
    "RenameLabel",
    "BulkLabel",
    "MergePreview",
]
USABLE_SECONDS = 3.0
VISIT_SECONDS = 115.0
VISITS = ("light", "dark", "shared", "refused", "parts", "subscribed")


@pytest.fixture(scope="module")
def visit() -> dict[str, Any]:
    """Tell what happened on a visit; `tests/clients/graphiql/visit.mjs` makes it."""
    browser = shutil.which("chromium")
    if browser is None:
        give_up("chromium is not installed", os.environ)
    if not (ROOT / "gateway/edge/graphiql/index.html").exists():
        give_up("GraphiQL is not bundled; `make page` does it", os.environ)
    with running_gateway() as gateway:
        arguments = (gateway.origin, browser, str(USABLE_SECONDS))
        (told,) = run_node("graphiql/visit.mjs", *arguments, seconds=VISIT_SECONDS)
    return told


@pytest.fixture(scope="module", params=["light", "dark"])
def seen(visit: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """What was seen in one of the two colour schemes."""
    told: dict[str, Any] = visit[request.param]
    return told


def test_it_is_usable_in_three_seconds(visit: dict[str, Any]) -> None:
    # The best of several: the others tell how busy the machine is with other tests. While all of
    # them are slow, the visit loads the page again, a few times.
    assert min(visit["loads"]) < USABLE_SECONDS


def test_it_asks_no_other_host_and_the_browser_complains_of_nothing(visit: dict[str, Any]) -> None:
    assert [visit[each]["watched"] for each in VISITS] == [[]] * len(VISITS)


def test_it_follows_the_colour_scheme(visit: dict[str, Any]) -> None:
    brightness = {
        scheme: sum(int(part) for part in visit[scheme]["background"][4:-1].split(","))
        for scheme in ("light", "dark")
    }
    assert brightness["light"] > 700
    assert brightness["dark"] < 200


def test_it_opens_with_seven_tabs(seen: dict[str, Any]) -> None:
    assert len(seen["tabs"]) == 7


def test_every_starter_query_and_mutation_is_run(visit: dict[str, Any]) -> None:
    assert [run["name"] for run in visit["light"]["runs"]] == STARTERS


def test_the_starter_operations_run_as_they_stand(seen: dict[str, Any]) -> None:
    assert [run["body"]["errors"] for run in seen["runs"] if "errors" in run["body"]] == []
    answers = [field for run in seen["runs"] for field in run["body"]["data"].values()]
    assert [each for each in answers if each is None or each.get("userErrors")] == []


def test_the_starters_find_something(seen: dict[str, Any]) -> None:
    labels, label, found, *_ = (run["body"]["data"] for run in seen["runs"])
    assert labels["labels"]["nodes"]
    assert label["label"]["contacts"]["nodes"]
    assert found["contacts"]["nodes"]


def test_the_panel_shows_the_calls_and_the_costs_that_the_answer_tells(
    seen: dict[str, Any],
) -> None:
    for run in (*seen["runs"], seen["again"]):
        extensions, panel = run["body"]["extensions"], run["panel"]
        calls, cost = extensions["trace"]["calls"], extensions["cost"]
        assert panel["calls"] == [f"{call['method']} {call['path']}" for call in calls]
        assert panel["results"] == [str(call["status"]) for call in calls]
        assert {name: panel[name] for name in ("estimated", "actual", "hits", "left")} == {
            "estimated": cost["estimated"],
            "actual": cost["actual"],
            "hits": cost["cacheHits"],
            "left": cost["budget"]["remaining"],
        }


def test_the_panel_shows_what_came_from_memory_and_how_old_it_was(seen: dict[str, Any]) -> None:
    known = [memory for run in seen["runs"] for memory in run["panel"]["memory"]]
    assert any(each.startswith("labels\n") and each.endswith(" old") for each in known)


def test_the_documentation_describes_the_schema(seen: dict[str, Any]) -> None:
    assert "Everything that can be read." in seen["documentation"]
    assert "The site's labels." in seen["documentation"]


def test_a_token_is_sent_and_nowhere_kept(visit: dict[str, Any]) -> None:
    shared = visit["shared"]
    assert shared["sent"] == f"Bearer {shared['token']}"
    assert shared["kept"] is False


def test_an_empty_place_for_a_token_is_not_sent(seen: dict[str, Any]) -> None:
    assert [run["authorization"] for run in seen["runs"] if run["authorization"]] == []


def test_who_comes_back_finds_his_tabs_and_the_gateway_is_not_asked_again(
    visit: dict[str, Any],
) -> None:
    assert len(visit["shared"]["tabs"]) == 7
    assert visit["shared"]["asked"] == 1


def test_what_is_refused_for_its_cost_is_shown_with_its_cost(visit: dict[str, Any]) -> None:
    refused = visit["refused"]
    (error,) = refused["body"]["errors"]
    assert error["extensions"]["code"] == "COST_EXCEEDED"
    assert refused["panel"]["estimated"] == error["extensions"]["estimated"]
    assert (refused["panel"]["actual"], refused["panel"]["calls"]) == (0, [])


def test_a_shared_link_opens_the_operation_and_holds_no_token(visit: dict[str, Any]) -> None:
    shared = visit["shared"]
    assert shared["token"] not in shared["link"]
    assert "?" not in shared["link"].partition("#")[0]
    assert "query Labels {" in shared["shown"].replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_asked_for_in_parts_is_shown_whole(visit: dict[str, Any]) -> None:
    parts = visit["parts"]
    assert parts["type"].startswith("multipart/mixed")
    assert parts["shown"]["data"] == parts["whole"]
    assert [len(node) for node in parts["whole"]["contacts"]["nodes"]] == [2, 2, 2]


def test_the_panel_shows_the_costs_that_the_last_part_tells(visit: dict[str, Any]) -> None:
    cost, panel = visit["parts"]["shown"]["extensions"]["cost"], visit["parts"]["panel"]
    assert len(panel["calls"]) == panel["actual"] == cost["actual"]
    assert panel["left"] == cost["budget"]["remaining"]


def test_stop_ends_a_request_that_waits_for_its_answer(visit: dict[str, Any]) -> None:
    assert visit["parts"]["stopped"] == "net::ERR_ABORTED"


def test_the_starter_subscription_shows_each_change_made_elsewhere(seen: dict[str, Any]) -> None:
    for result in seen["live"]["results"]:
        change = result["shown"]["labelChanged"]
        assert (change["kind"], change["changed"]) == ("UPDATED", ["displayName"])
        assert change["label"]["displayName"] == result["name"]


def test_a_linked_subscription_without_a_name_runs(visit: dict[str, Any]) -> None:
    assert [result["shown"] for result in visit["subscribed"]["results"]] == [
        {"labelChanged": {"kind": "UPDATED", "label": {"displayName": result["name"]}}}
        for result in visit["subscribed"]["results"]
    ]


def test_the_panel_counts_a_subscriptions_results_and_shows_the_last_ones_cost(
    visit: dict[str, Any],
) -> None:
    for live, name in (
        (visit["light"]["live"], "LabelChanges"),
        (visit["subscribed"], "The subscription"),
    ):
        results = live["socket"]["results"]
        assert live["summaries"] == [
            f"{name} is under way: {results} results so far.",
            f"{name} has ended after {results} results.",
        ]
        assert live["cost"]["actual"] == 0
        assert live["cost"]["left"] > 0


def test_stop_ends_a_subscription_and_its_websocket(seen: dict[str, Any]) -> None:
    # The visit has waited until the WebSocket was closed.
    sent = seen["live"]["socket"]["sent"]
    assert [message["type"] for message in sent] == ["connection_init", "subscribe", "complete"]


def test_a_subscription_is_opened_with_the_token_of_the_headers_editor(
    visit: dict[str, Any],
) -> None:
    subscribed, unnamed = visit["subscribed"], visit["light"]["live"]
    assert subscribed["socket"]["sent"][0]["payload"] == {
        "Authorization": f"Bearer {subscribed['token']}"
    }
    assert unnamed["socket"]["sent"][0]["payload"] == {}
