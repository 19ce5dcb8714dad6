"""The loader under cancellation, failure and its operation's end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from schema.loaders import Abandoned, Loader
from tests.support.site import Site


@dataclass
class Source:
    """Something that loads squares, when a test lets it."""

    asked: list[list[int]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    fault: Exception | None = None

    async def load(self, keys: list[int]) -> Sequence[int | None]:
        self.asked.append(keys)
        self.started.set()
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        return [key * key for key in keys]


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def loader(source: Source) -> Loader[int, int | None]:
    # Asynchronous, because a loader belongs to the loop it is built in.
    return Loader(source.load)


async def test_loads_made_together_are_one_batch_and_are_remembered(
    source: Source, loader: Loader[int, int | None]
) -> None:
    source.gate.set()
    first = await asyncio.gather(*map(loader.load, (2, 3, 2)))
    again = await loader.load(3)
    assert (first, again, source.asked) == ([4, 9, 4], 9, [[2, 3]])


async def test_a_cancelled_waiter_disturbs_nobody(
    source: Source, loader: Loader[int, int | None]
) -> None:
    leaver = asyncio.ensure_future(loader.load(2))
    sibling = asyncio.ensure_future(loader.load(2))
    neighbour = asyncio.ensure_future(loader.load(3))
    await source.started.wait()
    leaver.cancel()
    source.gate.set()
    assert [await sibling, await neighbour] == [4, 9]
    assert leaver.cancelled()
    assert await loader.load(2) == 4
    assert source.asked == [[2, 3]]


async def test_a_batch_whose_waiters_have_all_gone_still_ends(
    source: Source, loader: Loader[int, int | None]
) -> None:
    waiters = [asyncio.ensure_future(loader.load(key)) for key in (2, 3)]
    await source.started.wait()
    for waiter in waiters:
        waiter.cancel()
    source.gate.set()
    assert await loader.load(3) == 9
    assert source.asked == [[2, 3]]


async def test_a_failed_batch_fails_its_waiters_and_is_not_remembered(
    source: Source, loader: Loader[int, int | None]
) -> None:
    source.fault = RuntimeError("down")
    source.gate.set()
    failed = await asyncio.gather(*map(loader.load, (2, 3)), return_exceptions=True)
    source.fault = None
    assert [str(fault) for fault in failed] == ["down", "down"]
    assert await loader.load(2) == 4


async def test_closing_rejects_the_waiters_of_a_batch_under_way(
    source: Source, loader: Loader[int, int | None]
) -> None:
    waiters = [asyncio.ensure_future(loader.load(key)) for key in (2, 3)]
    await source.started.wait()
    loader.close()
    outcomes = await asyncio.wait_for(asyncio.gather(*waiters, return_exceptions=True), 5)
    assert [type(outcome) for outcome in outcomes] == [Abandoned, Abandoned]


async def test_no_batch_begins_once_the_operation_is_over(
    source: Source, loader: Loader[int, int | None]
) -> None:
    waiter = asyncio.ensure_future(loader.load(2))
    loader.close()
    with pytest.raises(Abandoned):
        await waiter
    assert source.asked == []


async def test_what_is_put_replaces_what_was_remembered(
    source: Source, loader: Loader[int, int | None]
) -> None:
    source.gate.set()
    await loader.load(2)
    loader.put(2, 5)
    loader.put(3, None)
    assert (await loader.load(2), await loader.load(3), source.asked) == (5, None, [[2]])


async def test_what_a_write_returned_is_known_without_asking(site: Site) -> None:
    services, loaders = site.services, site.new_context().loaders
    ada, alan, *_ = site.ids()
    contact = await services.contacts.follow(ada)
    label, _ = await services.labels.find_or_create("Lead")
    (definition,) = await services.fields.by_keys(["custom.loyalty-tier"])
    assert contact is not None
    assert definition is not None
    before = site.calls()
    loaders.contact_written(contact)
    loaders.label_written(label)
    loaders.field_written(definition)
    assert await loaders.contacts.load(ada) is contact
    assert await loaders.labels.load(label.key) is label
    assert await loaders.fields.load(definition.key) is definition
    loaders.label_gone(label.key)
    loaders.field_gone(definition.key)
    loaders.contact_gone(ada)
    loaders.contact_gone(alan)
    assert await loaders.contacts.load_many([ada, alan]) == [None, None]
    assert await loaders.labels.load(label.key) is None
    assert await loaders.fields.load(definition.key) is None
    assert site.calls() == before


async def test_whom_a_deleted_contact_stands_for_is_asked_anew(site: Site) -> None:
    loaders = site.new_context().loaders
    ada = site.ids()[0]
    found = await loaders.successors.load(ada)
    await site.services.contacts.delete(ada)
    loaders.contact_gone(ada)
    assert (found and found.id, await loaders.successors.load(ada)) == (ada, None)
