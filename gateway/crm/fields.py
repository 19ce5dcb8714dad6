"""Definitions of extended fields: look-ups from one list of all, and what can be done with one."""

from collections.abc import Sequence
from typing import Final

from gateway.crm.definitions import Definitions, Source
from gateway.crm.freshness import Freshness
from gateway.crm.identities import field_key
from gateway.crm.invalidation import FIELD_PAGES, FIELDS
from gateway.crm.judging import FIELDS as FIELD_JUDGE
from gateway.model.enums import FieldDataType
from gateway.model.events import FieldChanged, FieldDeleted
from gateway.model.fields import ExtendedField
from gateway.model.paging import Page
from gateway.model.queries import Query
from gateway.wix.fields import FieldsApi

FIELDS_PER_PAGE: Final = 100
"""Wix's default page of fields; it publishes no larger one (contract 6.4)."""


class FieldService:
    """What can be asked of, and done to, a site's extended fields."""

    def __init__(self, api: FieldsApi, freshness: Freshness) -> None:
        self._api = api
        self._freshness = freshness
        source = Source(
            listed=lambda part: api.list(slice=part),
            queried=api.query,
            page_size=FIELDS_PER_PAGE,
            recent=freshness.fields,
            judge=FIELD_JUDGE,
            whole=freshness.tag(FIELDS),
            pages=freshness.tag(FIELD_PAGES),
            period=freshness.periods.fields,
        )
        self._definitions = Definitions(source, freshness)

    async def by_keys(self, keys: Sequence[str]) -> list[ExtendedField | None]:
        """Find definitions by key: one upstream call, whose answer serves all for a while.

        Returns:
            One entry per key, in the order of `keys`; None for a key nobody has.
        """
        return await self._definitions.by_keys(keys)

    async def find(self, query: Query) -> Page[ExtendedField]:
        """Answer a filtered, ordered slice of the site's definitions."""
        return await self._definitions.page(query)

    async def find_or_create(
        self, display_name: str, data_type: FieldDataType
    ) -> tuple[ExtendedField, bool]:
        """Find the custom field of exactly this name, or make it.

        Returns:
            The definition, and whether it was made just now; one that existed keeps its type.

        Raises:
            QuotaReached: The site holds 100 custom fields already (contract 4).
        """
        # Which key it will have is Wix's to say: all fields are in doubt until then.
        async with self._freshness.writing(FieldChanged("")):
            definition, created = await self._api.find_or_create(display_name, data_type)
        self._freshness.apply(FieldChanged(definition.key, definition, created=created))
        return definition, created

    async def rename(self, key: str, display_name: str) -> ExtendedField:
        """Give a custom field another name; its key stays.

        Raises:
            FieldNotFound: Nobody has this key.
        """
        async with self._freshness.writing(FieldChanged(field_key(key))):
            definition = await self._api.rename(key, display_name)
        self._freshness.apply(FieldChanged(definition.key, definition))
        return definition

    async def delete(self, key: str) -> None:
        """Remove a custom field and, for good, its values on all contacts.

        Raises:
            FieldNotFound: Nobody has this key.
        """
        gone = FieldDeleted(field_key(key))
        async with self._freshness.writing(gone):
            await self._api.delete(key)
        self._freshness.apply(gone)
