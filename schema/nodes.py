"""Relay object identification: `node` and `nodes` (Relay Global Object Identification)."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from gateway.errors import Forbidden, InvalidInput
from gateway.model.contacts import Contact
from gateway.model.labels import Label
from schema.access.guard import barred
from schema.context import Context, Info
from schema.field import argument, plain
from schema.ids import is_guid, is_key

MOST_NODES = 100
"""Ids in one `nodes` field."""

Found = Contact | Label | None


@strawberry.interface(description="Anything that can be fetched again by its id.")
class Node:
    """Relay's Node."""

    id: strawberry.ID = plain("The object's identity: a contact's GUID or a label's key.")


def load_node(context: Context, node_id: str) -> Awaitable[Found] | Forbidden | None:
    """Begin to load whatever has this id, if the caller may see such; None for nobody's id."""
    if is_guid(node_id):
        loaders = context.loaders
        return barred(context.principal, "Contact") or loaders.contacts.load(node_id.lower())
    if is_key(node_id):
        return barred(context.principal, "Label") or context.loaders.labels.load(node_id)
    return None


async def node(
    info: Info,
    id: Annotated[strawberry.ID, argument("A contact's GUID or a label's key.")],
) -> Found:
    """Answer Query.node."""
    loading = load_node(info.context, id)
    if isinstance(loading, Forbidden):
        raise loading
    return None if loading is None else await loading


def nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], argument("At most 100 ids, of contacts or labels.")],
) -> list[Awaitable[Found] | Exception | None]:
    """Answer Query.nodes; each entry fails alone, so that one fault never erases the list."""
    if len(ids) > MOST_NODES:
        refusal = InvalidInput(f"ids takes at most {MOST_NODES} entries, got {len(ids)}")
        return [refusal, *[None] * (len(ids) - 1)]
    return [load_node(info.context, node_id) for node_id in ids]
