"""Puts an enumeration of the model into the graph, each value with its meaning."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

UNKNOWN = "A value newer than this gateway; never sent to Wix."


def describe(
    vocabulary: type[StrEnum], name: str, description: str, values: Mapping[str, str]
) -> None:
    """Register `vocabulary` as the GraphQL enum `name`; ``UNKNOWN`` need not be described.

    Raises:
        KeyError: A value of the vocabulary has no description.
    """
    strawberry.enum(vocabulary, name=name, description=description)
    definition: Any = vocabulary.__dict__["__strawberry_definition__"]
    assert isinstance(definition, StrawberryEnumDefinition)  # noqa: S101 - what the line above made
    meanings = {"UNKNOWN": UNKNOWN, **values}
    for value in definition.values:
        value.description = meanings[value.name]
