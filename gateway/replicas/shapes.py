"""The shapes of what gateways write down for one another, and their version."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from gateway.crm.invalidation import (
    CONTACT,
    CONTACT_PAGES,
    FACETS,
    FIELD_PAGES,
    FIELDS,
    LABEL_PAGES,
    LABELS,
    TABLE,
)
from gateway.model.contacts import Contact
from gateway.model.facets import Facet
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label
from gateway.model.paging import Page

ANSWERS: Final[Mapping[str, TypeAdapter[Any]]] = {
    CONTACT: TypeAdapter(Contact | None),
    CONTACT_PAGES: TypeAdapter(Page[Contact]),
    LABELS: TypeAdapter(dict[str, Label]),
    LABEL_PAGES: TypeAdapter(Page[Label]),
    FIELDS: TypeAdapter(dict[str, ExtendedField]),
    FIELD_PAGES: TypeAdapter(Page[ExtendedField]),
    FACETS: TypeAdapter(tuple[Facet, ...]),
}
"""What is kept of a site and shared, by its kind."""

CHANGES: Final[Mapping[str, TypeAdapter[Any]]] = {
    kind.__name__: TypeAdapter(kind) for kind in TABLE
}
"""What can be told of a site, by its name."""


def _digest() -> str:
    schemas = [
        [name, adapter.json_schema()] for name, adapter in [*ANSWERS.items(), *CHANGES.items()]
    ]
    text = orjson.dumps(schemas, option=orjson.OPT_SORT_KEYS)
    return blake2b(text, digest_size=8).hexdigest()


VERSION: Final = _digest()
"""Another one for every other set of shapes: gateways believe only those of their own."""
