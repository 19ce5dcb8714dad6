"""JSON as signatures are over it: vectors of RFC 8785, and what Node writes."""

import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edge.routers.canonical import canonical


@pytest.mark.parametrize(
    ("bits", "written"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_those_of_rfc_8785(bits: str, written: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number) == written


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_of_json_has_no_form(number: float) -> None:
    with pytest.raises(ValueError, match="no such number"):
        canonical(number)


def test_members_stand_in_the_order_of_their_utf_16_code_units() -> None:
    value = {"é": [True, None], "b": {"z": 1, "a": 1.0}, "\U0001f600": 2, "\ufb33": 3, "a": "x"}
    assert canonical(value) == (
        '{"a":"x","b":{"a":1,"z":1},"é":[true,null],"\U0001f600":2,"\ufb33":3}'
    )


def test_text_is_escaped_as_little_as_json_allows() -> None:
    assert canonical("€$\x0f\nA'B\"\\/\x7f\u2028") == '"€$\\u000f\\nA\'B\\"\\\\/\x7f\u2028"'


EXACT = 2**53
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-EXACT, EXACT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_is_written_reads_back_as_the_same(value: Any) -> None:
    assert json.loads(canonical(value), parse_int=float) == value
