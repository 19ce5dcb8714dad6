"""Facet calls: counts of contacts (contract 3.2, Facets)."""

from dataclasses import dataclass
from typing import Final

from gateway.model.facets import Facet
from gateway.model.paging import Page
from gateway.model.queries import Filter, Slice
from gateway.wix import operations
from gateway.wix.calls import write_call
from gateway.wix.client import WixClient
from gateway.wix.filterable import FACETS
from gateway.wix.query import compile_facet_filter, listing, paging
from gateway.wix.wire import read_page
from gateway.wix.wire_definitions import read_facet

_WHOLE: Final = Slice(0, 1000)
"""As many as Wix gives at once."""


@dataclass(frozen=True, slots=True)
class FacetsApi:
    """Facets of one site; every call raises what `WixClient.send` raises."""

    client: WixClient

    async def list(
        self,
        slice: Slice = _WHOLE,  # noqa: A002 - the model's word
    ) -> Page[Facet]:
        """List facets; every label is among them, also without contacts."""
        query = listing(slice, None, FACETS)
        body = await self.client.send(write_call(operations.LIST_FACETS, query=query))
        return read_page(body, "facets", read_facet, offset=slice.offset)

    async def query(
        self,
        filter: Filter | None = None,  # noqa: A002 - the model's word
        slice: Slice = _WHOLE,  # noqa: A002 - the model's word
    ) -> Page[Facet]:
        """List facets of the contacts with these e-mail subscriptions."""
        written = {"paging": paging(slice)}
        if filter is not None:
            written["filter"] = compile_facet_filter(filter)
        body = await self.client.send(write_call(operations.QUERY_FACETS, body=written))
        return read_page(body, "facets", read_facet, offset=slice.offset)
