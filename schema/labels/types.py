"""Label and its connection."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import ID

from gateway.crm.search import both
from gateway.model import labels as records
from gateway.model.contacts import Contact as ContactRecord
from gateway.model.enums import FacetType, LabelType
from gateway.model.queries import Condition, Operator
from schema.connection import MOST, Connection, PageInfo, connect
from schema.contacts.filters import ContactFilter, ContactOrder
from schema.context import Info
from schema.cost.charges import FACETS, joined, page
from schema.field import argument, plain, resolved
from schema.filters import to_filter
from schema.loaders import ALL_FACETS
from schema.nodes import Node
from schema.ordering import to_order

if TYPE_CHECKING:
    from schema.contacts.types import ContactConnection


async def count_contacts(root: strawberry.Parent[records.Label], info: Info) -> int | None:
    """Answer Label.contactCount from the one facets call of the operation."""
    facets = await info.context.loaders.facets.load(ALL_FACETS)
    counts = (
        facet.count for facet in facets if facet.type is FacetType.LABEL and facet.key == root.key
    )
    return next(counts, None)


async def list_contacts(
    root: strawberry.Parent[records.Label],
    info: Info,
    first: Annotated[int, argument("Contacts per page, 1 to 100.")] = 25,
    after: Annotated[str | None, argument("A cursor of this list, to go on after it.")] = None,
    filter: Annotated[
        ContactFilter | None, argument("Conditions beside carrying the label.")
    ] = None,
    order_by: Annotated[
        ContactOrder | None, argument("Order; by creation, oldest first, when left out.")
    ] = None,
) -> Connection[ContactRecord]:
    """Answer Label.contacts."""
    carrying = Condition("labels", Operator.HAS_SOME, (root.key,))
    return await connect(
        info.context.services.contacts.find,
        listed="Contact",
        first=first,
        after=after,
        chosen=both(carrying, to_filter(filter)),
        order=to_order(order_by),
    )


@strawberry.federation.type(
    keys=["key"],
    description="A name that contacts can carry, such as `VIP Customer`, to group them by.",
)
class Label(Node):
    """A contact label (contract 2)."""

    id: ID = plain("The label's identity in the graph; equals `key`.")
    key: ID = plain("`<namespace>.<slug>`; made by Wix, and kept when the label is renamed.")
    display_name: str = plain("The name people see, 1 to 180 characters.")
    namespace: str = plain("`custom` for labels made by people and APIs, `contacts` for Wix's own.")
    namespace_display_name: str | None = plain(
        "The namespace's name for people; null where Wix sent none."
    )
    type: LabelType = plain("Who made the label.")
    created_at: datetime | None = plain("When it was made; null on system labels.")
    updated_at: datetime | None = plain("When it was last renamed; null on system labels.")
    contact_count: int | None = resolved(
        count_contacts,
        "How many contacts carry the label; null where Wix did not count. One upstream call "
        "answers it for every label of the operation.",
        joined(FACETS),
    )
    contacts: Annotated["ContactConnection", strawberry.lazy("schema.contacts.types")] | None = (
        resolved(
            list_contacts,
            "The contacts that carry the label; one upstream call per label.",
            page(first=25, most=MOST),
        )
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Recognise the record behind a label."""
        return isinstance(value, records.Label)


@strawberry.type(description="A label in a list, with its cursor.")
class LabelEdge:
    """An edge to a label."""

    cursor: str = plain("Where the label stands, to be sent as `after`.")
    node: Label = plain("The label.")


@strawberry.type(description="One page of labels.")
class LabelConnection:
    """A page of labels."""

    nodes: list[Label] = plain("The page's labels.")
    edges: list[LabelEdge] = plain("The page's labels with their cursors.")
    page_info: PageInfo = plain("Where the page lies in the list.")
    total_count: int | None = plain("Labels in the whole list; null where Wix could not count.")
