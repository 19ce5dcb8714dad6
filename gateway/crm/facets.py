"""How many contacts share a property."""

from gateway.crm.limits import PAGE
from gateway.model.facets import Facet
from gateway.model.queries import Slice
from gateway.wix.facets import FacetsApi


class FacetService:
    """The site's counts, all of them at once."""

    def __init__(self, api: FacetsApi) -> None:
        self._api = api

    async def all(self) -> tuple[Facet, ...]:
        """Count everything Wix counts: one upstream call per 1,000 facets."""
        facets: tuple[Facet, ...] = ()
        while True:
            page = await self._api.list(Slice(offset=len(facets), limit=PAGE))
            facets += page.items
            if len(page.items) < PAGE:
                return facets
