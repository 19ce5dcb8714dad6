"""Label calls (contract 2)."""

from dataclasses import dataclass
from typing import Final

from gateway.model.enums import LabelType
from gateway.model.labels import Label
from gateway.model.paging import Page
from gateway.model.queries import Order, Query, Slice
from gateway.wix import operations
from gateway.wix.calls import write_call
from gateway.wix.client import WixClient
from gateway.wix.filterable import LABELS
from gateway.wix.query import known, listing, query_body
from gateway.wix.wire import flag, read_page, unwrapped
from gateway.wix.wire_definitions import read_label

_WHOLE: Final = Slice(0, 1000)
"""As many as Wix gives at once."""


@dataclass(frozen=True, slots=True)
class LabelsApi:
    """Labels of one site; every call raises what `WixClient.send` raises."""

    client: WixClient

    async def list(
        self,
        *,
        slice: Slice = _WHOLE,  # noqa: A002 - the model's word
        type: LabelType | None = None,  # noqa: A002 - the model's word
        namespace: str | None = None,
        starts_with: str | None = None,
        order: Order | None = None,
        language: str | None = None,
    ) -> Page[Label]:
        """List labels, newest first unless ordered.

        ``starts_with`` is about the display name and minds its case; ``language`` (ISO 639-1)
        translates the names of system labels and of namespaces.
        """
        query = {
            "labelType": known(type, "type"),
            "namespace": namespace,
            "startsWith": starts_with,
            **listing(slice, order, LABELS),
            "language": language,
        }
        body = await self.client.send(write_call(operations.LIST_LABELS, query=query))
        return read_page(body, "labels", read_label, offset=slice.offset)

    async def query(self, query: Query) -> Page[Label]:
        """Find labels."""
        call = write_call(operations.QUERY_LABELS, body=query_body(query, LABELS))
        body = await self.client.send(call)
        return read_page(body, "labels", read_label, offset=query.slice.offset)

    async def get(self, key: str) -> Label:
        """Read one label; raises LabelNotFound."""
        body = await self.client.send(write_call(operations.GET_LABEL, entity=key))
        return read_label(unwrapped(body, "label"))

    async def find_or_create(self, display_name: str) -> tuple[Label, bool]:
        """Find the label of exactly this name, or make it; true when it was made.

        Raises QuotaReached when the site can hold no more labels.
        """
        written = {"displayName": display_name}
        body = await self.client.send(write_call(operations.FIND_OR_CREATE_LABEL, body=written))
        return read_label(unwrapped(body, "label")), flag(body.get("newLabel"))

    async def rename(self, key: str, display_name: str) -> Label:
        """Give a label another name; its key stays. Raises LabelNotFound or LabelProtected."""
        written = {"label": {"key": key, "displayName": display_name}}
        call = write_call(operations.RENAME_LABEL, entity=key, body=written)
        return read_label(unwrapped(await self.client.send(call), "label"))

    async def delete(self, key: str) -> None:
        """Delete a label, also from its contacts. Raises LabelNotFound or LabelProtected."""
        await self.client.send(write_call(operations.DELETE_LABEL, entity=key))
