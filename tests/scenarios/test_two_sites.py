"""Two sites with equal contacts and equal label keys share a process: no value ever crosses.

`make soak` makes 100,000 requests; `SOAK_REQUESTS` says how many else.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

import httpx
import pytest
from structlog.testing import capture_logs

from tests.support.redis_server import running_redis
from tests.support.two_sites import MARKS, MarkedSite, two_sites

REQUESTS = int(os.environ.get("SOAK_REQUESTS", "1000"))
AT_ONCE = 20
OK = 200

LABEL = "query ($key: ID!) { label(key: $key) { key displayName } viewer { siteId } }"
LABELS = "{ labels(first: 100) { nodes { key displayName } } }"
CONTACT = """query ($id: ID!) {
  contact(id: $id) { id company labels { key displayName } }
}"""
CONTACTS = "{ contacts(first: 50) { nodes { id company labels { displayName } } } }"
FOUND = """query ($company: String!) {
  contacts(first: 50, filter: {company: {startsWith: $company}}) { totalCount nodes { company } }
}"""
NODES = """query ($ids: [ID!]!) {
  nodes(ids: $ids) { id ... on Contact { company } ... on Label { displayName } }
}"""
FACETS = "{ contactFacets { type value count } }"
RENAME = """mutation ($given: RenameLabelInput!) {
  renameLabel(input: $given) { label { key displayName } userErrors { message } }
}"""
UPDATE = """mutation ($given: UpdateContactInput!) {
  updateContact(input: $given) { contact { id company } userErrors { message } }
}"""

LABEL_CONTACT = """mutation ($given: LabelContactInput!) {
  labelContact(input: $given) { contact { id company } userErrors { message } }
}"""


@dataclass
class Mixture:
    """Requests of every kind to both sites, which seem the same requests to both."""

    sites: tuple[MarkedSite, MarkedSite]
    dice: random.Random
    made: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    """How many values with a site's own mark were seen, by site."""
    crossed: list[tuple[str, bytes]] = field(default_factory=list)
    """Which site was answered what it should not have been."""

    async def make(self, requests: int) -> None:
        """Make so many requests, several at the same time."""
        for _ in range(0, requests, AT_ONCE):
            kinds = self.dice.choices(list(KINDS), weights=[w for w, _ in KINDS.values()], k=10)
            await asyncio.gather(
                *(self._one(kind, site, number) for kind in kinds for number, site in self._both())
            )

    def _both(self) -> list[tuple[int, MarkedSite]]:
        number = self.dice.randrange(1_000_000)
        return [(number, site) for site in self.sites]

    async def _one(self, kind: str, site: MarkedSite, number: int) -> None:
        answer = await KINDS[kind][1](site, number)
        self.made[kind] += 1
        if answer is not None:
            self._look_at(site, answer)

    def _look_at(self, site: MarkedSite, answer: httpx.Response) -> None:
        (other,) = set(MARKS) - {site.mark}
        # No request fails here, unless its key belongs to one of the other site.
        if other.encode() in answer.content or answer.status_code != OK:
            self.crossed.append((site.mark, answer.content))
        self.told[site.mark] += answer.content.count(site.mark.encode())


async def ask_for_label(site: MarkedSite, number: int) -> httpx.Response:
    return await site.ask(LABEL, key=site.labels[number % len(site.labels)])


async def list_labels(site: MarkedSite, _number: int) -> httpx.Response:
    return await site.ask(LABELS)


async def ask_for_contact(site: MarkedSite, number: int) -> httpx.Response:
    return await site.ask(CONTACT, id=contact_of(site, number))


async def list_contacts(site: MarkedSite, _number: int) -> httpx.Response:
    return await site.ask(CONTACTS)


async def find_contacts(site: MarkedSite, number: int) -> httpx.Response:
    """Ask both sites for what only one of them has."""
    return await site.ask(FOUND, company=MARKS[number % 2])


async def ask_for_nodes(site: MarkedSite, number: int) -> httpx.Response:
    ids = [contact_of(site, number), site.labels[number % len(site.labels)]]
    return await site.ask(NODES, ids=ids)


async def count(site: MarkedSite, _number: int) -> httpx.Response:
    return await site.ask(FACETS)


async def rename(site: MarkedSite, number: int) -> httpx.Response:
    """Rename a label under an Idempotency-Key that both sites are sent."""
    key = site.labels[number % len(site.labels)]
    given = {"key": key, "displayName": f"{site.mark} {number}"}
    return await site.ask(RENAME, under=f"key-{number}", given=given)


async def label(site: MarkedSite, number: int) -> httpx.Response:
    """Send both sites the very same mutation under the very same Idempotency-Key."""
    label_key = site.labels[number % len(site.labels)]
    given = {"contactId": contact_of(site, number), "labelKeys": [label_key]}
    return await site.ask(LABEL_CONTACT, under=f"same-{number}", given=given)


async def rename_behind(site: MarkedSite, number: int) -> None:
    """Let a webhook tell of a new name."""
    key = site.labels[number % len(site.labels)]
    await site.change(f"/labels/{key}", {"label": {"displayName": f"{site.mark} {number}"}})


async def update(site: MarkedSite, number: int) -> httpx.Response:
    """Change a contact, if nobody else has meanwhile."""
    contact_id = contact_of(site, number)
    found = await site.ask("query ($id: ID!) { contact(id: $id) { revision } }", id=contact_id)
    revision = found.json()["data"]["contact"]["revision"]
    changes = {"company": f"{site.mark} {number}"}
    given = {"contactId": contact_id, "revision": revision, "changes": changes}
    return await site.ask(UPDATE, under=f"key-{number}", given=given)


def contact_of(site: MarkedSite, number: int) -> str:
    return site.contacts[number % len(site.contacts)]


KINDS: dict[str, tuple[int, Callable[[MarkedSite, int], Awaitable[httpx.Response | None]]]] = {
    "a label": (20, ask_for_label),
    "labels": (10, list_labels),
    "a contact": (20, ask_for_contact),
    "contacts": (10, list_contacts),
    "contacts found": (5, find_contacts),
    "nodes": (10, ask_for_nodes),
    "counts": (5, count),
    "a label renamed": (6, rename),
    "a contact labelled": (3, label),
    "a label renamed elsewhere": (6, rename_behind),
    "a contact changed": (6, update),
}
"""How often each kind of request is made, and how."""


@pytest.mark.timeout(max(120, REQUESTS // 20))
@pytest.mark.parametrize("shared", [False, True], ids=["alone", "over one Redis"])
async def test_no_value_crosses_between_two_sites(*, shared: bool) -> None:
    with running_redis() if shared else nullcontext() as redis, capture_logs() as lines:
        async with two_sites(redis_url=redis.url if redis else None) as sites:
            mixture = Mixture(sites, random.Random(7))  # noqa: S311 - repeatable on purpose
            for _ in range(0, REQUESTS, 1_000):
                await mixture.make(1_000)
                lines.clear()
    print(  # noqa: T201 - the figure
        f"{mixture.made.total()} requests to two sites, {dict(mixture.told)} values, "
        f"{len(mixture.crossed)} crossed"
    )
    assert mixture.crossed == []
    assert all(mixture.told[mark] > REQUESTS for mark in MARKS)


async def test_values_that_cross_are_seen() -> None:
    """Two gateways that take their two sites for the same one do answer with each other's."""
    with running_redis() as redis, capture_logs():
        async with two_sites(site_ids=("one", "one"), redis_url=redis.url) as sites:
            mixture = Mixture(sites, random.Random(7))  # noqa: S311 - repeatable on purpose
            await mixture.make(200)
    assert mixture.crossed
