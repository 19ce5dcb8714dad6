"""Putting a vocabulary of the model into the graph."""

import pytest
from strawberry.types.enum import StrawberryEnumDefinition

from gateway.model.enums import Vocabulary
from schema.vocabulary import UNKNOWN, describe


class Season(Vocabulary):
    """A vocabulary of the tests' own."""

    WARM = "WARM"
    COLD = "COLD"
    UNKNOWN = "UNKNOWN"


def test_each_value_is_described_and_unknown_always_alike() -> None:
    describe(Season, "Season", "A time of year.", {"WARM": "Sun.", "COLD": "Snow."})
    definition: StrawberryEnumDefinition = Season.__dict__["__strawberry_definition__"]
    assert (definition.name, definition.description) == ("Season", "A time of year.")
    assert [(value.name, value.description) for value in definition.values] == [
        ("WARM", "Sun."),
        ("COLD", "Snow."),
        ("UNKNOWN", UNKNOWN),
    ]


def test_a_value_without_a_description_is_refused() -> None:
    with pytest.raises(KeyError, match="COLD"):
        describe(Season, "Season", "A time of year.", {"WARM": "Sun."})
