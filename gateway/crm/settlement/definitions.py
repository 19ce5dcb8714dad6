"""Calls about labels and extended fields whose lost answers are settled."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from gateway.crm.settlement.outcomes import Done, Finding, Open, Settlement
from gateway.errors import NotFound
from gateway.model.enums import FieldDataType, FieldType
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label
from gateway.model.queries import Condition, Operator, Order, Query
from gateway.wix.fields import FieldsApi
from gateway.wix.labels import LabelsApi

D = TypeVar("D", Label, ExtendedField)

OLDEST_FIRST = Order("created_at")


@dataclass(frozen=True)
class SettledLabels(LabelsApi):
    """Labels of one site; every write raises what `Settlement.settle` raises besides."""

    settlement: Settlement

    async def find_or_create(self, display_name: str) -> tuple[Label, bool]:
        """Find the label of exactly this name, or make it."""
        since = self.settlement.from_now_on()

        async def look() -> Finding[tuple[Label, bool]]:
            page = await self.query(_named(display_name))
            return _found(page.items[0], since) if page.items else Open.UNDECIDED

        write = super().find_or_create
        return await self.settlement.settle("findOrCreateLabel", lambda: write(display_name), look)

    async def rename(self, key: str, display_name: str) -> Label:
        """Give a label another name; twice has the effect of once."""
        since = self.settlement.from_now_on()
        write = super().rename
        return await self.settlement.settle(
            "renameLabel",
            lambda: write(key, display_name),
            lambda: _renamed(self.get, key, display_name, since),
            repeat=True,
        )

    async def delete(self, key: str) -> None:
        """Delete a label, also from its contacts."""
        write = super().delete
        await self.settlement.settle(
            "deleteLabel", lambda: write(key), lambda: _gone(self.get, key)
        )


@dataclass(frozen=True)
class SettledFields(FieldsApi):
    """Extended fields of one site; every write raises what `Settlement.settle` raises besides."""

    settlement: Settlement

    async def find_or_create(
        self, display_name: str, data_type: FieldDataType
    ) -> tuple[ExtendedField, bool]:
        """Find the custom field of this name, or make it."""
        since = self.settlement.from_now_on()

        async def look() -> Finding[tuple[ExtendedField, bool]]:
            page = await self.query(_named(display_name))
            custom = [each for each in page.items if each.type is FieldType.USER_DEFINED]
            return _found(custom[0], since) if custom else Open.UNDECIDED

        write = super().find_or_create
        return await self.settlement.settle(
            "findOrCreateExtendedField", lambda: write(display_name, data_type), look
        )

    async def rename(self, key: str, display_name: str) -> ExtendedField:
        """Give a custom field another name; twice has the effect of once."""
        since = self.settlement.from_now_on()
        write = super().rename
        return await self.settlement.settle(
            "renameExtendedField",
            lambda: write(key, display_name),
            lambda: _renamed(self.get, key, display_name, since),
            repeat=True,
        )

    async def delete(self, key: str) -> None:
        """Delete a custom field with all its values."""
        write = super().delete
        await self.settlement.settle(
            "deleteExtendedField", lambda: write(key), lambda: _gone(self.get, key)
        )


def _named(display_name: str) -> Query:
    return Query(Condition("display_name", Operator.EQ, display_name), OLDEST_FIRST)


def _found(definition: D, since: datetime) -> Done[tuple[D, bool]]:
    """Take a definition for the answer; as new when it was made since then."""
    born = definition.created_at
    return Done((definition, born is not None and born >= since))


async def _renamed(
    get: Callable[[str], Awaitable[D]], key: str, display_name: str, since: datetime
) -> Finding[D]:
    definition = await get(key)
    if definition.display_name.strip() == display_name.strip():
        return Done(definition)
    changed = definition.updated_at
    # Changed since then, it may be that another renaming came after ours.
    return Open.UNDECIDED if changed is not None and changed >= since else Open.NOT_DONE


async def _gone(get: Callable[[str], Awaitable[object]], key: str) -> Finding[None]:
    try:
        await get(key)
    except NotFound:
        return Done(None)
    return Open.NOT_DONE
