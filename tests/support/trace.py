"""A day's traffic on one site, in a minute: who reads what, who writes what, and what is right."""

import asyncio
import random
import time
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from tests.support import trace_documents as documents

Response = Mapping[str, Any]
"""An operation's answer as GraphQL over HTTP writes it: ``data`` and ``errors``."""
Ask = Callable[..., Awaitable[Response]]
"""Runs a document with variables."""

READS = {"contact": 60, "contacts of a label": 20, "nodes": 12, "labels counted": 8}
"""How often each read of contacts and labels comes, in parts of their sum."""
MIXED_READS = {
    "contact": 52,
    "contacts of a label": 15,
    "nodes": 10,
    "search": 6,
    "labels counted": 6,
    "at a company": 4,
    "newest": 4,
    "facets": 3,
}
"""The same with searches, filters, orders and all counts, of which fewer are asked twice."""
WRITES = {
    "label": 40,
    "unlabel": 20,
    "update": 24,
    "create": 8,
    "delete": 4,
    "rename": 3,
    "bulk": 1,
}
"""How often each write comes."""
WRITTEN = 0.05
"""The part of the operations that write."""
COMPANIES = 10


@dataclass
class Report:
    """What became of the operations."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """How long each answered operation took, by its kind."""
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Operations that were not answered, by kind and error code."""
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Writes that were answered with a refusal, such as of a contact deleted meanwhile."""
    stale: list[str] = field(default_factory=list)
    """Answers that were older than what had been told before they were asked for."""

    @property
    def answered(self) -> int:
        """Operations answered without an error."""
        return sum(map(len, self.seconds.values()))

    @property
    def asked(self) -> int:
        """All operations."""
        return self.answered + self.failed.total()

    def percentile(self, part: float) -> float:
        """Tell in how many seconds such a part of the answered operations was answered."""
        everything = sorted(each for kind in self.seconds.values() for each in kind)
        return everything[min(len(everything) - 1, int(part * len(everything)))]

    def told(self) -> str:
        """Say it in a line."""
        return (
            f"{100 * self.answered / self.asked:.2f} % of {self.asked:,} answered, "
            f"p99 {self.percentile(0.99):.2f} s, {len(self.stale)} stale"
        )


@dataclass
class Expected:
    """What the answered writes must have left on the site."""

    labels: dict[tuple[str, str], bool] = field(default_factory=dict)
    companies: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    created: dict[str, str] = field(default_factory=dict)
    """Ids by e-mail."""
    gone: set[str] = field(default_factory=set)
    revisions: dict[str, int] = field(default_factory=dict)


class Zipf:
    """Draws so that the n-th choice comes a n-th as often as the first (Zipf's law)."""

    def __init__(self, choices: Sequence[str], rng: random.Random) -> None:
        self._choices = rng.sample(choices, len(choices))
        self._sums = list(accumulate(1 / rank for rank in range(1, len(choices) + 1)))
        self._rng = rng

    def draw(self) -> str:
        """Draw one."""
        return self._choices[bisect(self._sums, self._rng.random() * self._sums[-1])]


class Trace:
    """Callers who come at random moments, at so many a minute, and what they learn and change."""

    def __init__(
        self,
        ask: Ask,
        *,
        contacts: Sequence[str],
        labels: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
        reads: Mapping[str, int] = READS,
        seed: int = 7,
    ) -> None:
        self._ask = ask
        self._reads = reads
        self._clock = clock
        self._rng = random.Random(seed)  # noqa: S311 - traffic, no secret
        self._contacts, self._labels = Zipf(contacts, self._rng), Zipf(labels, self._rng)
        *others, self._ticked = labels
        self._written = Zipf(others, self._rng)
        self._searches = Zipf([f"{a}{b}" for a in "AEJM" for b in "aeiou"], self._rng)
        self._companies = Zipf([f"Company {n}" for n in range(COMPANIES)], self._rng)
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._count = 0
        self.report = Report()
        self.expected = Expected()

    async def play(self, *, seconds: float, per_minute: float) -> None:
        """Let callers come for so long, and wait until all are answered."""
        end = self._clock() + seconds
        async with asyncio.TaskGroup() as callers:
            while self._clock() < end:
                callers.create_task(self._come())
                await asyncio.sleep(self._rng.expovariate(per_minute / 60))

    async def _come(self) -> None:
        self._count += 1
        kinds = WRITES if self._rng.random() < WRITTEN else self._reads
        (kind,) = self._rng.choices(list(kinds), weights=list(kinds.values()))
        await (self._write(kind) if kinds is WRITES else self._read(kind))

    async def _timed(self, kind: str, document: str, **variables: Any) -> Any:
        """Run an operation and note its end; None where it failed."""
        began = self._clock()
        response = await self._ask(document, **variables)
        if response.get("errors"):
            code = response["errors"][0]["extensions"]["code"]
            self.report.failed[kind, code] += 1
            return None
        self.report.seconds[kind].append(self._clock() - began)
        return response["data"]

    # Reads

    async def _read(self, kind: str) -> Any:
        floors, gone = dict(self.expected.revisions), set(self.expected.gone)
        label = self._labels.draw()
        variables: dict[str, dict[str, Any]] = {
            "contact": {"id": self._contacts.draw()},
            "contacts of a label": {"key": label},
            "nodes": {"ids": [self._contacts.draw() for _ in range(self._rng.randint(5, 25))]},
            "search": {"text": self._searches.draw()},
            "at a company": {"company": self._companies.draw()},
        }
        data = await self._timed(kind, documents.READS[kind], **variables.get(kind, {}))
        for node in documents.contacts_in(data):
            if node["id"] in gone or node["revision"] < floors.get(node["id"], 0):
                self.report.stale.append(f"{kind}: {node}")
        return data

    # Writes

    async def _write(self, kind: str) -> None:
        if kind in {"create", "rename", "bulk"}:
            await {"create": self._create, "rename": self._rename, "bulk": self._bulk}[kind]()
            return
        contact = self._contacts.draw()
        async with self._turns[contact]:
            if contact not in self.expected.gone:
                await self._change(kind, contact, self._written.draw())

    async def _change(self, kind: str, contact: str, key: str) -> None:
        """Change one contact, which somebody has before his eyes.

        They take turns with it, so that the last one's word holds.
        """
        told = self.expected
        shown = await self._timed("contact", documents.READS["contact"], id=contact)
        if shown is None or shown["contact"] is None:
            return
        company = self._companies.draw()
        given: dict[str, Any] = {"contactId": contact}
        if kind == "update":
            given |= {"revision": shown["contact"]["revision"], "changes": {"company": company}}
        elif kind != "delete":
            given["labelKeys"] = [key]
        data = await self._mutate(kind, given)
        if data is None:
            return
        if kind == "delete":
            told.gone.add(contact)
            return
        told.revisions[contact] = data["contact"]["revision"]
        if kind == "update":
            told.companies[contact] = company
        else:
            told.labels[contact, key] = kind == "label"

    async def _create(self) -> None:
        email = f"trace-{self._count}@example.com"
        info = {"emails": [{"email": email}], "labelKeys": [self._written.draw()]}
        data = await self._mutate("create", {"info": info, "allowDuplicates": True})
        if data is not None:
            self.expected.created[email] = data["contact"]["id"]
            self.expected.revisions[data["contact"]["id"]] = data["contact"]["revision"]

    async def _rename(self) -> None:
        key = self._labels.draw()
        if key.startswith("custom."):
            async with self._turns[key]:
                name = f"Renamed {self._count}"
                if await self._mutate("rename", {"key": key, "displayName": name}) is not None:
                    self.expected.names[key] = name

    async def _bulk(self) -> None:
        """Label the contacts that somebody has ticked, with a label that nobody takes off."""
        drawn = {self._contacts.draw() for _ in range(20)} - self.expected.gone
        given = {"filter": {"id": {"in": sorted(drawn)}}, "addLabelKeys": [self._ticked]}
        if await self._mutate("bulk", given) is not None:
            self.expected.labels |= {(contact, self._ticked): True for contact in drawn}

    async def _mutate(self, kind: str, given: Mapping[str, Any]) -> Any:
        """Run a mutation; None where it failed or was refused."""
        data = await self._timed(kind, documents.WRITES[kind], given=given)
        if data is None:
            return None
        (payload,) = data.values()
        for error in payload["userErrors"]:
            self.report.refused[kind, error["code"]] += 1
        return None if payload["userErrors"] else payload
