"""Who listens to a site is told what happens there, by whomever."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.crm.freshness import Freshness, remembering
from gateway.crm.listening import ListenerTooSlow, ListeningInterrupted
from gateway.crm.live import Live
from gateway.model.contacts import Contact
from gateway.model.events import (
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    FieldDeleted,
    LabelChanged,
    LabelDeleted,
)
from gateway.model.live import ChangeKind, ContactChange, LabelChange
from tests.support.clock import ManualClock
from tests.support.site import ADA, ALAN, Site

CREATED, UPDATED, DELETED, MERGED = ChangeKind


class Listener:
    """Collects what it is told from now on."""

    def __init__(self, changes: AsyncIterator[Any]) -> None:
        self.told: list[Any] = []
        self._task = asyncio.ensure_future(self._listen(changes))

    async def _listen(self, changes: AsyncIterator[Any]) -> None:
        async for change in changes:
            self.told.append(change)

    async def settled(self) -> list[Any]:
        """Tell what was told once nothing is under way."""
        for _ in range(5):
            await asyncio.sleep(0)
        return self.told

    async def fault(self) -> BaseException | None:
        """Tell what ended it."""
        await asyncio.wait({self._task})
        return self._task.exception()

    async def leave(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def anything(_change: object) -> bool:
    return True


@pytest.fixture
def freshness() -> Freshness:
    return remembering("the-site", clock=ManualClock())


@pytest.fixture
def live(freshness: Freshness) -> Live:
    freshness.watcher = live = Live(freshness, most_waiting=3)
    return live


async def _listening(changes: AsyncIterator[Any]) -> Listener:
    listener = Listener(changes)
    await listener.settled()
    return listener


async def test_our_own_writes_are_told_with_what_they_changed(site: Site) -> None:
    listener = await _listening(site.services.live.labels(anything))
    label, _ = await site.services.labels.find_or_create("New")
    renamed = await site.services.labels.rename(label.key, "Newer")
    await site.services.labels.delete(label.key)
    assert await listener.settled() == [
        LabelChange(CREATED, label.key, label, None),
        LabelChange(UPDATED, label.key, renamed, ("display_name",)),
        LabelChange(DELETED, label.key, None, None),
    ]
    await listener.leave()


async def test_a_label_that_was_only_found_is_no_news(site: Site) -> None:
    label, _ = await site.services.labels.find_or_create("New")
    listener = await _listening(site.services.live.labels(anything))
    await site.services.labels.find_or_create("New")
    assert (await listener.settled(), label.display_name) == ([], "New")
    await listener.leave()


async def test_what_a_contact_was_is_told_from_memory(site: Site) -> None:
    ada = (await site.services.contacts.by_ids([site.ids()[ADA]]))[0]
    assert ada is not None
    listener = await _listening(site.services.live.contacts(anything))
    changed = replace(ada, company="Engines", revision=ada.revision + 1)
    site.services.freshness.apply(ContactChanged(ada.id, changed))
    assert await listener.settled() == [
        ContactChange(UPDATED, ada.id, changed, ("company",), former=ada)
    ]
    await listener.leave()


async def test_an_echo_is_told_once(site: Site) -> None:
    listener = await _listening(site.services.live.labels(anything))
    label, _ = await site.services.labels.find_or_create("New")
    site.services.freshness.apply(LabelChanged(label.key, label, created=True))
    assert len(await listener.settled()) == 1
    await listener.leave()


async def test_every_kind_of_change_is_told_to_those_it_is_for(
    freshness: Freshness, live: Live
) -> None:
    labels = await _listening(live.labels(anything))
    contacts = await _listening(live.contacts(anything))
    for change in (
        ContactChanged("a", created=True),
        ContactDeleted("b"),
        ContactsMerged("a", ("c", "d")),
        LabelDeleted("custom.x"),
        FieldDeleted("custom.y"),
    ):
        freshness.apply(change)
    assert await labels.settled() == [LabelChange(DELETED, "custom.x", None, None)]
    assert await contacts.settled() == [
        ContactChange(CREATED, "a", None, None),
        ContactChange(DELETED, "b", None, None),
        ContactChange(MERGED, "a", None, None, ("c", "d")),
    ]
    for listener in (labels, contacts):
        await listener.leave()
    assert len(live) == 0


async def test_one_who_does_not_keep_up_is_sent_away_alone(
    freshness: Freshness, live: Live
) -> None:
    slow = live.contacts(anything)
    begun = asyncio.ensure_future(anext(slow))
    quick = await _listening(live.contacts(anything))
    for name in "abcde":
        freshness.apply(ContactDeleted(name))
        await quick.settled()
    assert (await begun).contact_id == "a"
    with pytest.raises(ListenerTooSlow):
        await anext(slow)
    assert [change.contact_id for change in quick.told] == list("abcde")
    assert len(live) == 1
    await quick.leave()


async def test_all_are_sent_away_when_something_may_have_been_missed(live: Live) -> None:
    listeners = [
        await _listening(live.labels(anything)),
        await _listening(live.contacts(anything)),
    ]
    live.interrupt()
    assert [type(await listener.fault()) for listener in listeners] == [ListeningInterrupted] * 2
    assert len(live) == 0


@pytest.mark.parametrize(
    ("kind", "now", "before", "ids", "labels", "told"),
    [
        (UPDATED, (), None, None, None, True),
        (UPDATED, (), None, {"a"}, None, True),
        (UPDATED, (), None, {"source"}, None, True),
        (UPDATED, (), None, {"b"}, None, False),
        (UPDATED, (), None, set(), None, False),
        (UPDATED, ("x",), None, None, {"x", "y"}, True),
        (UPDATED, ("z",), None, None, {"x", "y"}, False),
        (UPDATED, ("z",), ("x",), None, {"x"}, True),
        (UPDATED, None, ("z",), None, {"x"}, True),
        (UPDATED, ("x",), None, {"b"}, {"x"}, False),
        (DELETED, None, ("x",), None, {"x"}, True),
        (DELETED, None, ("z",), None, {"x"}, False),
        (DELETED, None, None, None, {"x"}, True),
    ],
)
async def test_a_listener_chooses_contacts_and_carriers_of_labels(  # noqa: PLR0917 - a table
    kind: ChangeKind,
    now: tuple[str, ...] | None,
    before: tuple[str, ...] | None,
    ids: set[str] | None,
    labels: set[str] | None,
    told: bool,  # noqa: FBT001 - a column
    site: Site,
) -> None:
    alan = (await site.services.contacts.by_ids([site.ids()[ALAN]]))[0]
    assert alan is not None

    def carrying(keys: tuple[str, ...] | None) -> Contact | None:
        return None if keys is None else replace(alan, label_keys=keys)

    change = ContactChange(kind, "a", carrying(now), None, ("source",), carrying(before))
    chosen = None if ids is None else frozenset(ids)
    assert change.is_about(chosen, None if labels is None else frozenset(labels)) is told
