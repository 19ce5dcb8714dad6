"""How many contacts share a property."""

from gateway.cache.store import Subject
from gateway.crm.freshness import Freshness
from gateway.crm.invalidation import FACETS
from gateway.crm.limits import PAGE
from gateway.model.facets import Facet
from gateway.model.queries import Slice
from gateway.wix.facets import FacetsApi


class FacetService:
    """The site's counts, all of them at once."""

    def __init__(self, api: FacetsApi, freshness: Freshness) -> None:
        self._api = api
        self._freshness = freshness

    async def all(self) -> tuple[Facet, ...]:
        """Count everything Wix counts: one upstream call per 1,000 facets, good for a while."""
        return await self._freshness.reader.read(self._subject, self._load)

    def _subject(self) -> Subject:
        fresh = self._freshness
        return fresh.subject(FACETS, tags=(fresh.tag(FACETS),), period=fresh.counts_period())

    async def _load(self) -> tuple[Facet, ...]:
        facets: tuple[Facet, ...] = ()
        while True:
            page = await self._api.list(Slice(offset=len(facets), limit=PAGE))
            facets += page.items
            if len(page.items) < PAGE:
                return facets
