"""What is refused before it is parsed."""

import contextlib
import time

import pytest

from gateway.edge.caps import check_document, check_json
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

LIMITS = Limits(json_depth=3, number_digits=5, document_depth=3)
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
        b"]]]]]]]][[[",
    ],
)
def test_json_within_the_caps_passes(text: bytes) -> None:
    check_json(text, LIMITS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[[[[1]]]]", "The JSON nests more than 3 levels deep."),
        (b'{"a": {"b": {"c": {}}}}', "The JSON nests more than 3 levels deep."),
        (b'"[" [[[[', "The JSON nests more than 3 levels deep."),
        (b'{"a": 123456}', "A number has more than 5 digits."),
        (b'["123456", 0.1234567]', "A number has more than 5 digits."),
    ],
)
def test_json_beyond_a_cap_is_refused(text: bytes, message: str) -> None:
    with pytest.raises(Refusal, match=message):
        check_json(text, LIMITS)


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
    with pytest.raises(Refusal, match="The document nests more than 3 levels deep"):
        check_document(text, LIMITS)


@pytest.mark.parametrize("unit", ['"', '\\"', '"\\', "{", '"{', '"""', '""', "#", "1", "\\", '{"'])
def test_the_checks_take_linear_time_whatever_they_read(unit: str) -> None:
    text = (unit * MEGABYTE)[:MEGABYTE]
    began = time.process_time()
    with contextlib.suppress(Refusal):
        check_json(text.encode(), LIMITS)
    with contextlib.suppress(Refusal):
        check_document(text, LIMITS)
    assert time.process_time() - began < 2.0
