"""Subscription: what is told while it happens."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import strawberry
from strawberry import ID

from gateway.crm.limits import require_size
from gateway.model import jobs, live
from schema.context import Info
from schema.field import argument, subscribed
from schema.ids import is_guid
from schema.jobs.types import BulkJob
from schema.live.types import ContactChange, LabelChange

MOST: int = 100
"""Entries in one list of ids or keys."""


def label_changed(
    info: Info,
    keys: Annotated[list[ID] | None, argument("Only these labels, at most 100.")] = None,
) -> AsyncIterator[live.LabelChange]:
    """Answer Subscription.labelChanged."""
    wanted = _chosen(keys, "keys")
    return info.context.services.live.labels(lambda change: wanted is None or change.key in wanted)


def contact_changed(
    info: Info,
    ids: Annotated[list[ID] | None, argument("Only these contacts, at most 100.")] = None,
    label_keys: Annotated[
        list[ID] | None,
        argument("Only contacts that carry, or carried, one of these labels, at most 100."),
    ] = None,
) -> AsyncIterator[live.ContactChange]:
    """Answer Subscription.contactChanged."""
    chosen, labels = _chosen(ids, "ids"), _chosen(label_keys, "labelKeys")
    if chosen is not None:
        chosen = frozenset(contact_id.lower() for contact_id in chosen)
    return info.context.services.live.contacts(lambda change: change.is_about(chosen, labels))


async def bulk_job(
    info: Info, id: Annotated[ID, argument("The job's GUID.")]
) -> AsyncIterator[jobs.BulkJob | None]:
    """Answer Subscription.bulkJob."""
    if not is_guid(id):
        yield None
        return
    async for job in info.context.services.jobs.progress(id.lower()):
        yield job


def _chosen(entries: Sequence[str] | None, name: str) -> frozenset[str] | None:
    if entries is None:
        return None
    require_size(entries, least=0, most=MOST, path=(name,))
    return frozenset(entries)


@strawberry.type(description="Everything that can be listened to, one field at a time.")
class Subscription:
    """The root of subscriptions; each field is nullable, so that it can be withheld."""

    label_changed: LabelChange | None = subscribed(
        label_changed, "Labels that are made, renamed or deleted, by whomever."
    )
    contact_changed: ContactChange | None = subscribed(
        contact_changed,
        "Contacts that are created, updated, deleted or merged, by whomever; where both arguments "
        "are given, both must hold.",
    )
    bulk_job: BulkJob | None = subscribed(
        bulk_job, "How far a bulk job is, until it has ended; null when there is no such job."
    )
