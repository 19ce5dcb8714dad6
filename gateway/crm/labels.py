"""Labels: look-ups in batches, and the four things that can be done with one."""

from collections.abc import Sequence

from gateway.crm.batches import in_pages
from gateway.crm.identities import label_key
from gateway.crm.limits import PAGE
from gateway.errors import LabelNotFound
from gateway.model.labels import Label
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Order, Query, Slice
from gateway.wix.labels import LabelsApi

OLDEST_FIRST = Order("created_at")


class LabelService:
    """What can be asked of, and done to, a site's labels."""

    def __init__(self, api: LabelsApi) -> None:
        self._api = api

    async def by_keys(self, keys: Sequence[str]) -> list[Label | None]:
        """Find labels by key: one upstream call for one key, one per 1,000 for several.

        Returns:
            One entry per key, in the order of `keys`; None for a key nobody has.
        """
        if len(keys) == 1:
            return [await self._by_key(keys[0])]
        found = await in_pages(keys, self._page_of_keys, size=PAGE)
        known = {label.key: label for label in found}
        return [known.get(key) for key in keys]

    async def find(self, query: Query) -> Page[Label]:
        """Answer a filtered, ordered slice of the site's labels."""
        return await self._api.query(query)

    async def by_names(self, names: Sequence[str]) -> dict[str, Label]:
        """Find labels by their exact display names, in one upstream call per 1,000 names.

        Returns:
            The labels found, by name; the oldest where several share one (contract 9, row 18).
        """
        found = await in_pages(names, self._page_of_names, size=PAGE)
        return {label.display_name: label for label in reversed(found)}

    async def find_or_create(self, display_name: str) -> tuple[Label, bool]:
        """Find the label of exactly this name, or make it.

        Returns:
            The label, and whether it was made just now.

        Raises:
            QuotaReached: The site holds as many labels as it may.
        """
        return await self._api.find_or_create(display_name)

    async def rename(self, key: str, display_name: str) -> Label:
        """Give a label another name; its key stays.

        Raises:
            LabelNotFound: Nobody has this key.
            LabelProtected: The label is predefined.
        """
        return await self._api.rename(label_key(key), display_name)

    async def delete(self, key: str) -> None:
        """Remove a label from the site and from every contact that carried it.

        Raises:
            LabelNotFound: Nobody has this key.
            LabelProtected: The label is predefined.
        """
        await self._api.delete(label_key(key))

    async def _by_key(self, key: str) -> Label | None:
        try:
            return await self._api.get(key)
        except LabelNotFound:
            return None

    async def _page_of_keys(self, keys: Sequence[str]) -> Sequence[Label]:
        chosen = Condition("key", Operator.IN, tuple(keys))
        return (await self._api.query(Query(chosen, slice=Slice(limit=len(keys))))).items

    async def _page_of_names(self, names: Sequence[str]) -> Sequence[Label]:
        chosen = Condition("display_name", Operator.IN, tuple(names))
        oldest_first = Query(chosen, OLDEST_FIRST, Slice(limit=PAGE))
        return (await self._api.query(oldest_first)).items
