"""Errors about values name places and types, and never the value."""

from typing import Any, Final

import pytest

from tests.support.endpoint import served

SECRET: Final = "ada@canary.example"

LITERALS: Final = {
    f'{{ number(value: "{SECRET}") }}': "Int cannot represent non-integer value.",
    f'{{ hello(name: ["{SECRET}"]) }}': "String cannot represent a non string value.",
    f'{{ colour(value: "{SECRET}") }}': "Enum 'Colour' cannot represent non-enum value.",
    "{ colour(value: CANARY) }": "There is no such value in 'Colour' enum.",
    f'{{ weekday(value: "{SECRET}") }}': (
        "Expected value of type 'Weekday', but encountered error 'there is only monday'."
    ),
    f'{{ hello(name: "x" "{SECRET}") }}': "Syntax Error: Expected Name, found String.",
    f'{{ hello """{SECRET}""" }}': "Syntax Error: Expected Name, found BlockString.",
    '{ hello(name "canary") }': "Syntax Error: Expected ':', found String.",
}
VARIABLES: Final[list[tuple[str, str, Any, str]]] = [
    ("Int!", "number", SECRET, "Int cannot represent non-integer value."),
    ("Int!", "number", {SECRET: SECRET}, "Int cannot represent non-integer value."),
    ("Int!", "number", f"x found: {SECRET}", "Int cannot represent non-integer value."),
    ("Colour!", "colour", SECRET, "There is no such value in 'Colour' enum."),
    (
        "Colour!",
        "colour",
        f"{SECRET}' does not exist in 'Colour' enum. {SECRET}",
        "There is no such value in 'Colour' enum.",
    ),
    (
        "Weekday!",
        "weekday",
        SECRET,
        "Expected value of type 'Weekday', but encountered error 'there is only monday'.",
    ),
]


@pytest.mark.parametrize(("document", "message"), LITERALS.items())
async def test_a_value_in_a_document_is_not_repeated(document: str, message: str) -> None:
    async with served() as gateway:
        (error,) = (await gateway.post(document)).json()["errors"]
    assert error["message"] == message


@pytest.mark.parametrize(("kind", "field", "value", "message"), VARIABLES)
async def test_a_variable_s_value_is_not_repeated(
    kind: str, field: str, value: Any, message: str
) -> None:
    document = f"query ($v: {kind}) {{ {field}(value: $v) }}"
    async with served() as gateway:
        answer = await gateway.post(document, variables={"v": value})
    (error,) = answer.json()["errors"]
    assert error["message"] == f"Variable '$v' has invalid value: {message}"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ none }", "Cannot query field 'none' on type 'Query'."),
        ("{ hello(zzzzzzz: 1) }", "Unknown argument 'zzzzzzz' on field 'Query.hello'."),
        ("{ hello", "Syntax Error: Expected Name, found <EOF>."),
    ],
)
async def test_what_has_no_value_in_it_stays_as_it_is(document: str, message: str) -> None:
    async with served() as gateway:
        (error,) = (await gateway.post(document)).json()["errors"]
    assert error["message"] == message
