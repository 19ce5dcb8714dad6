"""Labels: look-ups from one list of all, and the four things that can be done with one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from gateway.crm.definitions import Definitions, Source
from gateway.crm.freshness import Freshness
from gateway.crm.identities import label_key
from gateway.crm.invalidation import LABEL_PAGES, LABELS
from gateway.crm.judging import LABELS as LABEL_JUDGE
from gateway.model.events import LabelChanged, LabelDeleted
from gateway.model.labels import Label
from gateway.model.paging import Page
from gateway.model.queries import Query
from gateway.wix.labels import LabelsApi

LABELS_PER_PAGE: Final = 2_000
"""The most that List Labels gives at once (contract 6.4)."""

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
"""Since when system labels have existed."""


class LabelService:
    """What can be asked of, and done to, a site's labels."""

    def __init__(self, api: LabelsApi, freshness: Freshness) -> None:
        self._api = api
        self._freshness = freshness
        source = Source(
            listed=lambda part: api.list(slice=part),
            queried=api.query,
            page_size=LABELS_PER_PAGE,
            recent=freshness.labels,
            judge=LABEL_JUDGE,
            whole=freshness.tag(LABELS),
            pages=freshness.tag(LABEL_PAGES),
            period=freshness.periods.labels,
        )
        self._definitions = Definitions(source, freshness)

    async def by_keys(self, keys: Sequence[str]) -> list[Label | None]:
        """Find labels by key: one upstream call, whose answer serves all look-ups for a while.

        Returns:
            One entry per key, in the order of `keys`; None for a key nobody has.
        """
        return await self._definitions.by_keys(keys)

    async def find(self, query: Query) -> Page[Label]:
        """Answer a filtered, ordered slice of the site's labels."""
        return await self._definitions.page(query)

    async def by_names(self, names: Sequence[str]) -> dict[str, Label]:
        """Find labels by their exact display names, from the list of all while it is fresh.

        Returns:
            The labels found, by name; the oldest where several share one (contract 9, row 18).
        """
        fresh = self._freshness.periods.labels.fresh
        everyone = (await self._definitions.all(oldest=fresh)).values()
        wanted = [label for label in everyone if label.display_name in names]
        newest_first = sorted(wanted, key=lambda label: label.created_at or _ALWAYS, reverse=True)
        return {label.display_name: label for label in newest_first}

    async def find_or_create(self, display_name: str) -> tuple[Label, bool]:
        """Find the label of exactly this name, or make it.

        Returns:
            The label, and whether it was made just now.

        Raises:
            QuotaReached: The site holds as many labels as it may.
        """
        # Which key it will have is Wix's to say: all labels are in doubt until then.
        async with self._freshness.writing(LabelChanged("")):
            label, created = await self._api.find_or_create(display_name)
        self._freshness.apply(LabelChanged(label.key, label, created=created))
        return label, created

    async def rename(self, key: str, display_name: str) -> Label:
        """Give a label another name; its key stays.

        Raises:
            LabelNotFound: Nobody has this key.
            LabelProtected: The label is predefined.
        """
        async with self._freshness.writing(LabelChanged(label_key(key))) as write:
            label = await self._api.rename(key, display_name)
        self._freshness.apply(LabelChanged(label.key, label), write)
        return label

    async def delete(self, key: str) -> None:
        """Remove a label from the site and from every contact that carried it.

        Raises:
            LabelNotFound: Nobody has this key.
            LabelProtected: The label is predefined.
        """
        gone = LabelDeleted(label_key(key))
        async with self._freshness.writing(gone):
            await self._api.delete(key)
        self._freshness.apply(gone)
