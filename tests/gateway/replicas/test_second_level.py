"""What one gateway has asked Wix, the other answers for no call; on a model of the board."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from gateway.cache.periods import Periods
from gateway.crm.freshness import Freshness, remembering
from gateway.crm.services import Services
from gateway.model.contacts import Contact
from gateway.model.queries import Query, Slice
from gateway.replicas.broadcast import Broadcast
from gateway.replicas.second_level import SharedAnswers
from gateway.sandbox.access.credentials import SITE_ID
from tests.support.board_model import BoardModel
from tests.support.site import NOBODY, Site, opened

PERIODS = Periods(settling=0)


@dataclass
class Together:
    """Two gateways of one site, who hear each other at once."""

    site: Site
    board: BoardModel
    sides: list[tuple[Services, Broadcast]]

    @property
    def one(self) -> Services:
        return self.sides[0][0]

    @property
    def other(self) -> Services:
        return self.sides[1][0]

    async def calls(self, work: Awaitable[Any]) -> int:
        """Tell how many calls to Wix something takes, once all that follows from it is done."""
        before = sum(self.site.calls().values())
        await work
        await self.rest()
        return sum(self.site.calls().values()) - before

    async def rest(self) -> None:
        """Let everything happen that is about to, and hear what was told."""
        for _ in range(3):
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.wait(tasks, timeout=0.05) if tasks else None
        while self.board.messages:
            data = self.board.messages.pop(0)
            for _, broadcast in self.sides:
                broadcast.hear(data)


@asynccontextmanager
async def together(contacts: int = 12) -> AsyncIterator[Together]:
    async with opened(contacts) as site:
        clock = site.time.monotonic
        board = BoardModel(clock)
        memories: list[Freshness] = []
        sides = []
        for name in ("one", "other"):
            fresh = remembering(SITE_ID, clock=clock, periods=PERIODS)
            broadcast = Broadcast(board, fresh, origin=name, clock=clock)
            fresh.listener = broadcast.tell
            fresh.store.second = SharedAnswers(board, broadcast, listen=lambda: None, clock=clock)
            memories.append(fresh)
            sides.append((Services.over(site.wix, freshness=fresh), broadcast))
        both = Together(site, board, sides)
        for _, broadcast in sides:
            await broadcast.begin()
        await both.rest()
        try:
            yield both
        finally:
            for fresh in memories:
                await fresh.aclose()


Ask = Callable[[Services, list[str]], Awaitable[Any]]

ASKED: dict[str, Ask] = {
    "contacts by id": lambda services, ids: services.contacts.by_ids(ids),
    "one contact": lambda services, ids: services.contacts.follow(ids[0]),
    "nobody": lambda services, _: services.contacts.by_ids([NOBODY]),
    "a page of contacts": lambda services, _: services.contacts.find(Query(slice=Slice(0, 5))),
    "labels by key": lambda services, _: services.labels.by_keys(["custom.vip-customer"]),
    "a page of labels": lambda services, _: services.labels.find(Query()),
    "fields by key": lambda services, _: services.fields.by_keys(["custom.none"]),
    "a page of fields": lambda services, _: services.fields.find(Query()),
    "counts": lambda services, _: services.facets.all(),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
async def test_what_one_has_asked_the_other_need_not(ask: Ask) -> None:
    async with together() as both:
        ids = both.site.ids()
        assert await both.calls(ask(both.one, ids)) > 0
        assert await both.calls(ask(both.other, ids)) == 0
        assert await ask(both.one, ids) == await ask(both.other, ids)


async def test_a_page_on_one_answers_look_ups_on_the_other() -> None:
    async with together() as both:
        page = await both.one.contacts.find(Query(slice=Slice(0, 5)))
        await both.rest()
        ids = [contact.id for contact in page.items]
        assert await both.calls(both.other.contacts.by_ids(ids)) == 0


async def test_more_than_go_into_one_message_are_found_all_the_same() -> None:
    async with together(250) as both:
        ids = both.site.ids()
        assert await both.calls(both.one.contacts.by_ids(ids)) == 1
        assert await both.calls(both.other.contacts.by_ids(ids)) == 0


async def test_time_that_passes_before_another_asks_counts() -> None:
    async with together() as both:
        contact_id = both.site.ids()[0]
        await both.calls(both.one.contacts.follow(contact_id))
        both.site.time.advance(PERIODS.contacts.fresh)
        assert await both.calls(both.other.contacts.by_ids([contact_id])) == 1
        assert await both.calls(both.one.contacts.by_ids([contact_id])) == 0


async def test_a_write_on_one_is_known_to_the_other() -> None:
    async with together() as both:
        key = "custom.vip-customer"
        await both.calls(both.other.labels.by_keys([key]))
        renamed = await both.one.labels.rename(key, "MVP")
        await both.rest()
        assert await both.other.labels.by_keys([key]) == [renamed]


async def test_what_is_not_of_its_shape_on_the_board_is_asked_of_wix() -> None:
    async with together() as both:
        ids = both.site.ids()
        found: list[Contact | None] = await both.one.contacts.by_ids(ids)
        await both.rest()
        for name, (proof, at, posting) in both.board.paper.answers.items():
            both.board.paper.answers[name] = proof, at, replace(posting, body=b"nonsense")
        assert await both.other.contacts.by_ids(ids) == found
