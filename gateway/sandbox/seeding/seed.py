"""The content a new sandbox starts with: labels, custom fields and contacts from one seed."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from gateway.sandbox.seeding.people import EPOCH, Person
from gateway.sandbox.store import Store

Document = Mapping[str, Any]


def sow(store: Store, *, seed: int, contacts: int) -> None:
    """Write the content into a bare site: the same seed and number, the same content."""
    content = _content()
    store.load(
        labels=_definitions(content["labels"], "labelType"),
        fields=_definitions(content["fields"], "fieldType"),
        contacts=(Person(content, seed, number, contacts).document() for number in range(contacts)),
    )


@cache
def _content() -> Document:
    """Read the names, places and other stock from which content is made."""
    text = resources.files("gateway.sandbox.seeding").joinpath("seed.json").read_text("utf-8")
    content: Document = json.loads(text)
    return content


def _definitions(definitions: list[dict[str, Any]], type_name: str) -> Iterator[Document]:
    """Date definitions a day apart, three years back, in the order of the list."""
    first = EPOCH - timedelta(days=3 * 365 + len(definitions))
    for at, definition in enumerate(definitions):
        date = f"{first + timedelta(days=at):%Y-%m-%dT%H:%M:%SZ}"
        wire = {name: value for name, value in definition.items() if name != "percent"}
        yield {
            **wire,
            "namespace": "custom",
            type_name: "USER_DEFINED",
            "createdDate": date,
            "updatedDate": date,
        }
