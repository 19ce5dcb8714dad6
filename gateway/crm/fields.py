"""Definitions of extended fields."""

from collections.abc import Sequence

from gateway.crm.batches import in_pages
from gateway.crm.identities import field_key
from gateway.errors import FieldNotFound
from gateway.model.enums import FieldDataType
from gateway.model.fields import ExtendedField
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Query, Slice
from gateway.wix.fields import FieldsApi

FIELDS_PER_PAGE = 100
"""Wix's default page of fields; it publishes no larger one (contract 6.4)."""


class FieldService:
    """What can be asked of, and done to, a site's extended fields."""

    def __init__(self, api: FieldsApi) -> None:
        self._api = api

    async def by_keys(self, keys: Sequence[str]) -> list[ExtendedField | None]:
        """Find definitions by key: one upstream call for up to 100 keys.

        Returns:
            One entry per key, in the order of `keys`; None for a key nobody has.
        """
        if len(keys) == 1:
            return [await self._by_key(keys[0])]
        found = await in_pages(keys, self._page_of_keys, size=FIELDS_PER_PAGE)
        known = {definition.key: definition for definition in found}
        return [known.get(key) for key in keys]

    async def find(self, query: Query) -> Page[ExtendedField]:
        """Answer a filtered, ordered slice of the site's definitions."""
        return await self._api.query(query)

    async def find_or_create(
        self, display_name: str, data_type: FieldDataType
    ) -> tuple[ExtendedField, bool]:
        """Find the custom field of exactly this name, or make it.

        Returns:
            The definition, and whether it was made just now; one that existed keeps its type.

        Raises:
            QuotaReached: The site holds 100 custom fields already (contract 4).
        """
        return await self._api.find_or_create(display_name, data_type)

    async def rename(self, key: str, display_name: str) -> ExtendedField:
        """Give a custom field another name; its key stays.

        Raises:
            FieldNotFound: Nobody has this key.
        """
        return await self._api.rename(field_key(key), display_name)

    async def delete(self, key: str) -> None:
        """Remove a custom field and, for good, its values on all contacts.

        Raises:
            FieldNotFound: Nobody has this key.
        """
        await self._api.delete(field_key(key))

    async def _by_key(self, key: str) -> ExtendedField | None:
        try:
            return await self._api.get(key)
        except FieldNotFound:
            return None

    async def _page_of_keys(self, keys: Sequence[str]) -> Sequence[ExtendedField]:
        chosen = Condition("key", Operator.IN, tuple(keys))
        return (await self._api.query(Query(chosen, slice=Slice(limit=len(keys))))).items
