"""The root queries on labels, contacts, extended fields and jobs."""

from typing import Annotated

from strawberry import ID

from gateway.crm.search import both, search_filter
from gateway.model.contacts import Contact
from gateway.model.fields import ExtendedField
from gateway.model.jobs import BulkJob
from gateway.model.labels import Label
from schema.connection import Connection, connect
from schema.contacts.filters import ContactFilter, ContactOrder
from schema.context import Info
from schema.field import argument
from schema.fields.filters import ExtendedFieldFilter, ExtendedFieldOrder
from schema.filters import to_filter
from schema.ids import is_guid, is_key
from schema.labels.filters import LabelFilter, LabelOrder
from schema.ordering import to_order

First = Annotated[int, argument("Rows per page, 1 to 100.")]
After = Annotated[str | None, argument("A cursor of this very list, to go on after it.")]


async def label(info: Info, key: Annotated[ID, argument("The label's key.")]) -> Label | None:
    """Answer Query.label."""
    return await info.context.loaders.labels.load(key) if is_key(key) else None


async def labels(
    info: Info,
    first: First = 50,
    after: After = None,
    filter: Annotated[LabelFilter | None, argument("Conditions.")] = None,
    order_by: Annotated[LabelOrder | None, argument("Order; newest first when left out.")] = None,
) -> Connection[Label]:
    """Answer Query.labels."""
    return await connect(
        info.context.services.labels.find,
        listed="Label",
        first=first,
        after=after,
        chosen=to_filter(filter),
        order=to_order(order_by),
    )


async def contact(info: Info, id: Annotated[ID, argument("The contact's GUID.")]) -> Contact | None:
    """Answer Query.contact; the one place that follows a merged-away id (contract 3.2, Get)."""
    if not is_guid(id):
        return None
    loaders = info.context.loaders
    found = await loaders.contacts.load(id.lower())
    return found or await loaders.successors.load(id.lower())


async def contacts(
    info: Info,
    first: First = 25,
    after: After = None,
    filter: Annotated[ContactFilter | None, argument("Conditions.")] = None,
    search: Annotated[
        str | None,
        argument(
            "Beginning of a first name, last name, e-mail or phone; capitals and small letters "
            "are alike. At most 100 characters; filter and search must both hold."
        ),
    ] = None,
    order_by: Annotated[
        ContactOrder | None, argument("Order; by creation, oldest first, when left out.")
    ] = None,
) -> Connection[Contact]:
    """Answer Query.contacts."""
    searched = search_filter(search) if search is not None else None
    return await connect(
        info.context.services.contacts.find,
        listed="Contact",
        first=first,
        after=after,
        chosen=both(to_filter(filter), searched),
        order=to_order(order_by),
    )


async def merge_preview(
    info: Info,
    target_contact_id: Annotated[ID, argument("The contact that would stay.")],
    source_contact_ids: Annotated[list[ID], argument("1 to 5 contacts; the first wins.")],
) -> Contact:
    """Answer Query.mergePreview."""
    sources = [source.lower() for source in source_contact_ids]
    return await info.context.services.contacts.preview_merge(target_contact_id, sources)


async def extended_field(
    info: Info, key: Annotated[ID, argument("The field's key.")]
) -> ExtendedField | None:
    """Answer Query.extendedField."""
    return await info.context.loaders.fields.load(key) if is_key(key) else None


async def extended_fields(
    info: Info,
    first: First = 50,
    after: After = None,
    filter: Annotated[ExtendedFieldFilter | None, argument("Conditions.")] = None,
    order_by: Annotated[
        ExtendedFieldOrder | None, argument("Order; newest first when left out.")
    ] = None,
) -> Connection[ExtendedField]:
    """Answer Query.extendedFields."""
    return await connect(
        info.context.services.fields.find,
        listed="ExtendedField",
        first=first,
        after=after,
        chosen=to_filter(filter),
        order=to_order(order_by),
    )


async def bulk_job(info: Info, id: Annotated[ID, argument("The job's GUID.")]) -> BulkJob | None:
    """Answer Query.bulkJob."""
    return await info.context.services.bulk.job(id.lower()) if is_guid(id) else None


async def bulk_jobs(info: Info) -> list[BulkJob]:
    """Answer Query.bulkJobs."""
    return list(await info.context.services.bulk.jobs())
