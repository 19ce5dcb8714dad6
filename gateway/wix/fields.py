"""Extended-field calls (contract 4)."""

from dataclasses import dataclass
from typing import Final

from gateway.model.enums import FieldDataType, FieldType
from gateway.model.fields import ExtendedField
from gateway.model.paging import Page
from gateway.model.queries import Order, Query, Slice
from gateway.wix import operations
from gateway.wix.calls import write_call
from gateway.wix.client import WixClient
from gateway.wix.filterable import FIELDS
from gateway.wix.query import known, listing, query_body
from gateway.wix.wire import flag, read_page, unwrapped
from gateway.wix.wire_definitions import read_field

_WHOLE: Final = Slice(0, 100)
"""As many as Wix gives at once."""


@dataclass(frozen=True, slots=True)
class FieldsApi:
    """Extended fields of one site; every call raises what `WixClient.send` raises."""

    client: WixClient

    async def list(
        self,
        *,
        slice: Slice = _WHOLE,  # noqa: A002 - the model's word
        type: FieldType | None = None,  # noqa: A002 - the model's word
        namespace: str | None = None,
        starts_with: str | None = None,
        order: Order | None = None,
    ) -> Page[ExtendedField]:
        """List definitions; ``starts_with`` is about the display name and minds its case."""
        query = {
            "fieldType": known(type, "type"),
            "namespace": namespace,
            "startsWith": starts_with,
            **listing(slice, order, FIELDS),
        }
        body = await self.client.send(write_call(operations.LIST_FIELDS, query=query))
        return read_page(body, "fields", read_field, offset=slice.offset)

    async def query(self, query: Query) -> Page[ExtendedField]:
        """Find definitions."""
        call = write_call(operations.QUERY_FIELDS, body=query_body(query, FIELDS))
        body = await self.client.send(call)
        return read_page(body, "fields", read_field, offset=query.slice.offset)

    async def get(self, key: str) -> ExtendedField:
        """Read one definition; raises FieldNotFound."""
        body = await self.client.send(write_call(operations.GET_FIELD, entity=key))
        return read_field(unwrapped(body, "field"))

    async def find_or_create(
        self, display_name: str, data_type: FieldDataType
    ) -> tuple[ExtendedField, bool]:
        """Find the custom field of this name, or make it; true when it was made.

        The data type of a field that exists stays what it is. Raises QuotaReached.
        """
        written = {"displayName": display_name, "dataType": known(data_type, "data_type")}
        body = await self.client.send(write_call(operations.FIND_OR_CREATE_FIELD, body=written))
        return read_field(unwrapped(body, "field")), flag(body.get("newField"))

    async def rename(self, key: str, display_name: str) -> ExtendedField:
        """Give a custom field another name; its key stays. Raises FieldNotFound or Refused."""
        written = {"field": {"key": key, "displayName": display_name}}
        call = write_call(operations.RENAME_FIELD, entity=key, body=written)
        return read_field(unwrapped(await self.client.send(call), "field"))

    async def delete(self, key: str) -> None:
        """Delete a custom field with all its values. Raises FieldNotFound or Refused."""
        await self.client.send(write_call(operations.DELETE_FIELD, entity=key))
