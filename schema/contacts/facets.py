"""ContactFacet: how many contacts share a property."""

from typing import Annotated

import strawberry

from gateway.model import facets as records
from gateway.model.enums import FacetType
from gateway.model.labels import Label as LabelRecord
from schema.context import Info
from schema.cost.charges import LABELS, joined
from schema.field import argument, plain, resolved
from schema.labels.types import Label
from schema.loaders import ALL_FACETS


async def load_label(root: strawberry.Parent[records.Facet], info: Info) -> LabelRecord | None:
    """Answer ContactFacet.label."""
    if root.type is not FacetType.LABEL or root.key is None:
        return None
    return await info.context.loaders.labels.load(root.key)


@strawberry.type(description="How many contacts share a property.")
class ContactFacet:
    """A count of contacts (contract 3.2, Facets)."""

    type: FacetType = plain("What is counted.")
    namespace: str | None = plain("The namespace of `key`; null where Wix sent none.")
    key: str | None = plain("E.g. `contacts.all`, or the label's key for LABEL facets.")
    display_name: str | None = plain("The property's name for people; null where Wix sent none.")
    count: int | None = plain("How many contacts have it; null where Wix did not count.")
    label: Label | None = resolved(
        load_label,
        "The label counted, for LABEL facets, else null; one upstream call for the operation.",
        joined(LABELS),
    )


async def list_facets(
    info: Info,
    types: Annotated[
        list[FacetType] | None, argument("Only these kinds; all when left out.")
    ] = None,
) -> list[records.Facet]:
    """Answer Query.contactFacets."""
    facets = await info.context.loaders.facets.load(ALL_FACETS)
    return [facet for facet in facets if types is None or facet.type in types]
