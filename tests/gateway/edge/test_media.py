"""Content negotiation: RFC 9110 section 12.5.1, GraphQL-over-HTTP section 4."""

import pytest

from gateway.edge.media import (
    ANSWERS,
    EVENT_STREAM,
    GRAPHQL_RESPONSE,
    HTML,
    JSON,
    PAGES,
    choose,
    is_json,
)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/json; charset=utf-8", JSON),
        ("APPLICATION/JSON", JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, application/json", GRAPHQL_RESPONSE),
        (f"application/json, {GRAPHQL_RESPONSE}", JSON),
        (f"application/json;q=0.5, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};q=0.5, application/json;q=0.9", JSON),
        (f"*/*, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"*/*, {GRAPHQL_RESPONSE};q=0.1", JSON),
        ("application/json;q=0, */*", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, text/event-stream, multipart/mixed", GRAPHQL_RESPONSE),
        ("text/event-stream, */*;q=0.1", EVENT_STREAM),
        ("application/json;q=7", JSON),
    ],
)
def test_the_most_wanted_type_is_chosen(accept: str, chosen: str) -> None:
    assert choose(accept, ANSWERS) == chosen


@pytest.mark.parametrize(
    "accept",
    ["text/plain", "application/json;q=0", "application/json;q=x", "image/*", "*/*;q=0", "json"],
)
def test_nothing_is_chosen_where_nothing_is_wanted(accept: str) -> None:
    assert choose(accept, ANSWERS) is None


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (BROWSER, HTML),
        ("*/*", HTML),
        ("application/json", JSON),
        ("text/html;q=0.1, application/json", JSON),
    ],
)
def test_a_page_is_offered_first_to_whoever_takes_one(accept: str, chosen: str) -> None:
    assert choose(accept, PAGES) == chosen


@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("application/json", True),
        ("Application/JSON; Charset=UTF-8", True),
        ('application/json; charset="utf-8"', True),
        ("application/json; profile=x", True),
        ("application/json; charset=latin-1", False),
        ("application/jsonp", False),
        ("application/graphql", False),
        ("text/plain", False),
        ("", False),
    ],
)
def test_only_json_in_utf8_is_read(content_type: str, *, taken: bool) -> None:
    assert is_json(content_type) is taken
