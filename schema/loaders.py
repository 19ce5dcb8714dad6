"""One operation's loads: batched, remembered, and kept true by the operation's own writes."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TypeVar

from aiodataloader import DataLoader

from gateway.crm.services import Services
from gateway.errors import GatewayError
from gateway.model.contacts import Contact
from gateway.model.facets import Facet
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ALL_FACETS = "facets"
"""The one key of the facet loader: Wix counts everything in one call."""


class Abandoned(GatewayError):
    """The operation ended before the batch did."""


class Loader(DataLoader[K, V]):
    """A DataLoader that is safe under cancellation.

    As shipped, a waiter that is cancelled cancels the future it shares with its siblings, and a
    batch that is cancelled never settles any. Here each waiter has a future of its own in front of
    the shared one, and a cancelled batch rejects its waiters.
    """

    def __init__(self, batch: Callable[[list[K]], Awaitable[Sequence[V]]]) -> None:
        self._batch = batch
        self._batches: set[asyncio.Task[object]] = set()
        self._closed = False
        super().__init__()

    def load(self, key: K) -> "asyncio.Future[V]":
        """Ask for one value; what a caller awaits is his alone to cancel."""
        return asyncio.shield(super().load(key))

    def put(self, key: K, value: V) -> None:
        """Replace what is remembered for `key`."""
        self.clear(key).prime(key, value)

    def close(self) -> None:
        """Cancel the batches still under way; none begins any more."""
        self._closed = True
        for task in self._batches:
            task.cancel()

    async def batch_load_fn(self, keys: list[K]) -> list[V]:
        """Load values by their keys, in order; the service below splits what exceeds a page.

        It is a method, as one handed over would hold the loader, and all that it loaded, in a
        circle.
        """
        if self._closed:
            raise Abandoned("the operation ended before its loads began")
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - coroutines run in tasks
        self._batches.add(task)
        try:
            return list(await self._batch(keys))
        except asyncio.CancelledError:
            raise Abandoned("the operation ended before its loads did") from None
        finally:
            self._batches.discard(task)


class Loaders:
    """The loaders of one operation; build them inside the running loop, close them after it."""

    def __init__(self, services: Services) -> None:
        async def all_facets(keys: list[str]) -> Sequence[Sequence[Facet]]:
            facets = await services.facets.all()
            return [facets for _ in keys]

        self.contacts: Loader[str, Contact | None] = Loader(services.contacts.by_ids)
        self.successors: Loader[str, Contact | None] = Loader(services.contacts.follow_each)
        """Whom a merged-away id stands for; asked for what `contacts` misses."""
        self.labels: Loader[str, Label | None] = Loader(services.labels.by_keys)
        self.fields: Loader[str, ExtendedField | None] = Loader(services.fields.by_keys)
        self.facets: Loader[str, Sequence[Facet]] = Loader(all_facets)

    def contact_written(self, contact: Contact) -> None:
        """Remember a contact as a write returned it."""
        self.contacts.put(contact.id, contact)
        self.facets.clear_all()

    def contact_gone(self, contact_id: str) -> None:
        """Remember that a contact no longer exists."""
        self.contacts.put(contact_id, None)
        self.successors.clear(contact_id)
        self.facets.clear_all()

    def label_written(self, label: Label) -> None:
        """Remember a label as a write returned it."""
        self.labels.put(label.key, label)
        self.facets.clear_all()

    def label_gone(self, key: str) -> None:
        """Remember that a label no longer exists, on the site or on any contact."""
        self.labels.put(key, None)
        self.contacts.clear_all()
        self.facets.clear_all()

    def field_written(self, definition: ExtendedField) -> None:
        """Remember a field's definition as a write returned it."""
        self.fields.put(definition.key, definition)

    def field_gone(self, key: str) -> None:
        """Remember that a field no longer exists, on the site or on any contact."""
        self.fields.put(key, None)
        self.contacts.clear_all()

    def contacts_in_motion(self) -> None:
        """Forget what a job in the background is changing."""
        self.contacts.clear_all()
        self.facets.clear_all()

    def close(self) -> None:
        """Cancel every load still under way: its operation is over."""
        for loader in (self.contacts, self.successors, self.labels, self.fields, self.facets):
            loader.close()
