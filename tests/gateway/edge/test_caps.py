"""What is refused before it is parsed."""

import contextlib
import time

import pytest
from graphql import Lexer, Source, TokenKind

from gateway.edge.caps import check_document, check_json
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

LIMITS = Limits(json_depth=3, number_digits=5, json_values=8, document_depth=3)
MEGABYTE = 1_048_576


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": [[1]]}',
        b"[[[]]]",
        b"[[]] [[]] [[]]",
        b'{"a": "[[[[[[[["}',
        rb'{"a": "\"[[[[[[[["}',
        b'{"a": "[[[[[[[[',
        b"12345 67890",
        b'"1234567890"',
        b'[",,,,,,,,,,", 2, 3]',
        b"[1,2,3,4,5,6,7]",
        b"]]]]]]]][[[",
    ],
)
def test_json_within_the_caps_passes(text: bytes) -> None:
    check_json(text, LIMITS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"[[[[1]]]]", "JSON_TOO_DEEP"),
        (b'{"a": {"b": {"c": {}}}}', "JSON_TOO_DEEP"),
        (b'"[" [[[[', "JSON_TOO_DEEP"),
        (b'{"a": 123456}', "NUMBER_TOO_LONG"),
        (b'["123456", 0.1234567]', "NUMBER_TOO_LONG"),
        (b"[1,2,3,4,5,6,7,8]", "TOO_MANY_VALUES"),
        (b'[{},{},{},{"a":1}]', "TOO_MANY_VALUES"),
    ],
)
def test_json_beyond_a_cap_is_refused(text: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_json(text, LIMITS)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "{ a { b { c } } }",
        "{ a } { b } { c } { d }",
        '{ a(b: "{{{{{{{{") }',
        '{ a(b: "\\"{{{{{{{{") }',
        '{ a(b: """ {{{{{ " {{{ \\""" {{{ """) }',
        "{ a # {{{{{{{{\n }",
        '{ a(b: "") { c # """\n } }',
    ],
)
def test_a_document_within_the_depth_passes(text: str) -> None:
    check_document(text, LIMITS)


@pytest.mark.parametrize(
    "text",
    ["{ a { b { c { d } } } }", "{ a(b: [[[1]]]) }", '{ a(b: "") ### \n { b { c { d } } } }'],
)
def test_a_deeper_document_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_document(text, LIMITS)
    assert caught.value.code == "DOCUMENT_TOO_DEEP"


@pytest.mark.parametrize(
    "text",
    [
        "{ a: x b: y }",
        "query Q($a: Int = 1, $b: [I] = {c: 1}) { a: x(y: {z: 1, w: 2}, v: 3) b: w }",
        '{ a: x # c: d\n b: y(z: "c: d e: f") }',
    ],
)
def test_what_only_looks_like_an_alias_is_none(text: str) -> None:
    check_document(text, Limits(document_aliases=2))
    with pytest.raises(Refusal) as caught:
        check_document(text, Limits(document_aliases=1))
    assert caught.value.code == "TOO_MANY_ALIASES"


@pytest.mark.parametrize(
    "text",
    ["{ a @b c @d }", 'query @b { a(b: "@") @d }', "{ a @b # @c @d\n @e }"],
)
def test_directives_are_counted_where_they_are_applied(text: str) -> None:
    check_document(text, Limits(document_directives=2))
    with pytest.raises(Refusal) as caught:
        check_document(text, Limits(document_directives=1))
    assert caught.value.code == "TOO_MANY_DIRECTIVES"


@pytest.mark.parametrize("text", ["{ a }", '{a(b:-1.5e3 c:"x y")}', "{...A} fragment A on B {c}"])
def test_tokens_are_counted_as_the_parser_counts_them(text: str) -> None:
    tokens = _tokens(text)
    check_document(text, Limits(document_tokens=tokens))
    with pytest.raises(Refusal) as caught:
        check_document(text, Limits(document_tokens=tokens - 1))
    assert caught.value.code == "TOO_MANY_TOKENS"


def _tokens(text: str) -> int:
    lexer = Lexer(Source(text))
    return sum(1 for _ in iter(lambda: lexer.advance().kind, TokenKind.EOF))


@pytest.mark.parametrize("text", ["{ a }  ,\n", "{ a } # because", '{ a(b: """\n\n""") }'])
def test_characters_are_counted_whatever_they_are(text: str) -> None:
    check_document(text, Limits(document_characters=len(text)))
    with pytest.raises(Refusal) as caught:
        check_document(text, Limits(document_characters=len(text) - 1))
    assert caught.value.code == "DOCUMENT_TOO_LONG"


def test_the_first_limit_in_order_is_told_of_several() -> None:
    text = "{ a: b { c: d @e { f } } g @h }"
    ascending = ("document_tokens", "document_aliases", "document_directives", "document_depth")
    told = []
    for at in range(len(ascending)):
        with pytest.raises(Refusal) as caught:
            check_document(text, Limits(**dict.fromkeys(ascending[at:], 1)))
        told.append(caught.value.code)
    assert told == [
        "TOO_MANY_TOKENS",
        "TOO_MANY_ALIASES",
        "TOO_MANY_DIRECTIVES",
        "DOCUMENT_TOO_DEEP",
    ]


@pytest.mark.parametrize("unit", ['"', '\\"', '"\\', "{", '"{', '"""', '""', "#", "1", "\\", '{"'])
def test_the_checks_take_linear_time_whatever_they_read(unit: str) -> None:
    text = (unit * MEGABYTE)[:MEGABYTE]
    began = time.process_time()
    with contextlib.suppress(Refusal):
        check_json(text.encode(), LIMITS)
    with contextlib.suppress(Refusal):
        check_document(text, LIMITS)
    assert time.process_time() - began < 2.0
