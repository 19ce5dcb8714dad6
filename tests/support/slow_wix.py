"""A Wix whose every call a test holds open: it decides when a call is carried out, and answered."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.errors import ContactNotFound, LabelNotFound, UpstreamTimeout
from gateway.model.changes import ContactInfo
from gateway.model.contacts import Contact
from gateway.model.enums import FacetType, LabelType
from gateway.model.facets import Facet
from gateway.model.labels import Label
from gateway.model.paging import Page
from gateway.model.queries import Condition, Query, Slice
from tests.support.clock import ManualClock

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
EVEN, ODD = "even", "odd"
"""Companies that contacts work for, by their revision: each change takes them elsewhere."""


def contact(number: int, revision: int) -> Contact:
    """Write a contact as it is at a revision."""
    return Contact(
        id=f"{number:08d}-0000-4000-8000-000000000000",
        revision=revision,
        created_at=EPOCH + timedelta(days=number),
        company=ODD if revision % 2 else EVEN,
    )


def label(number: int, version: int) -> Label:
    """Write a label as it is after so many changes."""
    return Label(
        key=f"custom.{number}",
        display_name=f"version {version}",
        namespace="custom",
        type=LabelType.USER_DEFINED,
        created_at=EPOCH + timedelta(days=number),
        updated_at=EPOCH + timedelta(seconds=version),
    )


def version_of(found: Label) -> int:
    """Tell how often a label had been changed."""
    return int(found.display_name.removeprefix("version "))


@dataclass(eq=False)
class HeldCall:
    """One call under way."""

    carry_out: Callable[[], Any]
    """What Wix does; returns the answer, or raises the refusal."""
    changes: bool
    """Whether it writes."""
    began: float
    answer: Any = None
    refusal: Exception | None = None
    carried_out: bool = False
    done: "asyncio.Future[None]" = field(default_factory=asyncio.Future)

    def run(self) -> None:
        """Let Wix carry it out, once; the answer stays on its way."""
        if not self.carried_out:
            self.carried_out = True
            try:
                self.answer = self.carry_out()
            except (ContactNotFound, LabelNotFound) as refusal:
                self.refusal = refusal

    def deliver(self) -> None:
        """Let the answer arrive."""
        self.run()
        if not self.done.done():
            self.done.set_result(None)

    def lose(self) -> None:
        """Let the caller's wait end without an answer."""
        if not self.done.done():
            self.done.set_exception(UpstreamTimeout("lost", in_doubt=self.changes))


@dataclass
class SlowWix:
    """The site's truth, an index that trails behind it, and the calls under way.

    It stands for the contact, label and facet calls of one site at once.
    """

    clock: ManualClock
    lag: float
    """Seconds after which queries see a change."""
    held: list[HeldCall] = field(default_factory=list)
    truth: dict[str, Contact] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    _history: list[tuple[float, str, Contact | None]] = field(default_factory=list)

    def put(self, changed: Contact) -> Contact:
        """Change a contact, whoever does it."""
        self.truth[changed.id] = changed
        self._history.append((self.clock(), changed.id, changed))
        return changed

    def remove(self, contact_id: str) -> None:
        """Delete a contact, whoever does it."""
        if self.truth.pop(contact_id, None) is None:
            raise ContactNotFound("gone")
        self._history.append((self.clock(), contact_id, None))

    def bump(self, contact_id: str) -> Contact:
        """Change a contact into its next revision."""
        known = self.truth.get(contact_id)
        if known is None:
            raise ContactNotFound("gone")
        return self.put(contact(int(contact_id[:8]), known.revision + 1))

    def rename_on(self, key: str) -> Label:
        """Give a label its next name."""
        if key not in self.labels:
            raise LabelNotFound("gone")
        version = version_of(self.labels[key]) + 1
        self.labels[key] = label(int(key.removeprefix("custom.")), version)
        return self.labels[key]

    def indexed(self) -> list[Contact]:
        """Tell the contacts that queries see now, oldest first."""
        seen: dict[str, Contact] = {}
        for at, contact_id, version in self._history:
            if at <= self.clock() - self.lag:
                seen.pop(contact_id, None)
                if version is not None:
                    seen[contact_id] = version
        return sorted(seen.values(), key=lambda each: each.id)

    async def get(self, contact_id: str) -> Contact:
        """Answer Get Contact."""

        def read() -> Contact:
            if contact_id not in self.truth:
                raise ContactNotFound("gone")
            return self.truth[contact_id]

        found: Contact = await self._hold(read)
        return found

    async def query(self, query: Query) -> Page[Contact]:
        """Answer Query Contacts, with a single condition at the most."""

        def read() -> Page[Contact]:
            rows = [row for row in self.indexed() if _matches(query.filter, row)]
            part = query.slice
            return Page(tuple(rows[part.offset : part.offset + part.limit]), part.offset, len(rows))

        page: Page[Contact] = await self._hold(read)
        return page

    async def update(
        self, contact_id: str, *, revision: int, info: ContactInfo, allow_duplicates: bool
    ) -> Contact:
        """Answer Update Contact, whatever is to be changed."""
        del revision, info, allow_duplicates
        changed: Contact = await self._hold(lambda: self.bump(contact_id), changes=True)
        return changed

    async def delete(self, contact_id: str) -> None:
        """Answer Delete Contact."""
        await self._hold(lambda: self.remove(contact_id), changes=True)

    async def list(self, slice: Slice) -> Page[Any]:  # noqa: A002 - the model's word
        """Answer List Labels."""
        del slice

        def read() -> Page[Label]:
            return Page(tuple(self.labels.values()), 0, len(self.labels))

        page: Page[Label] = await self._hold(read)
        return page

    async def rename(self, key: str, display_name: str) -> Label:
        """Answer Update Label, whatever the name."""
        del display_name
        renamed: Label = await self._hold(lambda: self.rename_on(key), changes=True)
        return renamed

    async def _hold(self, carry_out: Callable[[], Any], *, changes: bool = False) -> Any:
        call = HeldCall(carry_out, changes, self.clock())
        self.held.append(call)
        try:
            await call.done
        finally:
            self.held.remove(call)
        if call.refusal is not None:
            raise call.refusal
        return call.answer


@dataclass
class SlowFacets:
    """The facets of a `SlowWix`."""

    wix: SlowWix

    async def list(self, slice: Slice) -> Page[Facet]:  # noqa: A002 - the model's word
        """Answer List Facets: how many contacts there are."""
        del slice

        def read() -> Page[Facet]:
            return Page((Facet(FacetType.ALL_CONTACTS, count=len(self.wix.indexed())),), 0, 1)

        page: Page[Facet] = await self.wix._hold(read)
        return page


def _matches(tree: Any, row: Contact) -> bool:
    if tree is None:
        return True
    assert isinstance(tree, Condition)
    wanted: Sequence[str] = tree.value if isinstance(tree.value, tuple) else (tree.value,)
    return getattr(row, tree.field) in wanted
