"""The sandbox's emulated routes alone, on a site of one's own with a clock that tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from starlette.types import Receive, Scope, Send

from gateway.sandbox.ports import DomainEvent, Identity, Settings
from gateway.sandbox.routes import create_routes
from gateway.sandbox.store import open_store

START = datetime(2026, 3, 4, 9, 15, 2, 311_000, tzinfo=UTC)
START_TEXT = "2026-03-04T09:15:02.311Z"
_BASE = "https://wix.test/contacts/v4"


class Emulation:
    """A bare site: call it, move its clock, look at the events it published."""

    def __init__(self, path: str | None = None) -> None:
        self.now = START
        self.events: list[DomainEvent] = []
        self.settings = Settings()
        self.identity: Identity | None = None
        self._made = 0
        self.store = open_store(path, clock=self.clock, new_id=self.new_id)
        self.routes = create_routes(
            self.store, self.events.append, self.settings, self.clock, self.new_id
        )
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._identified), base_url=_BASE
        )

    def clock(self) -> datetime:
        """Tell the time."""
        return self.now

    def new_id(self) -> str:
        """Count ids up."""
        self._made += 1
        return str(UUID(int=self._made, version=4))

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def behave(self, **switches: Any) -> None:
        """Throw some of the behaviour's switches."""
        self.settings.behaviour = replace(self.settings.behaviour, **switches)

    def happened(self) -> list[tuple[str, str, str]]:
        """Give entity, slug and id of every event since the last time this was asked."""
        told: list[tuple[str, str, str]] = [
            (event.entity, event.slug, event.entity_id) for event in self.events
        ]
        self.events.clear()
        return told

    def state(self) -> list[str]:
        """Give everything the site holds, to compare with later."""
        return list(self.store.db.iterdump())

    async def ok(self, method: str, path: str, body: Any = None, **params: Any) -> dict[str, Any]:
        """Call, and insist on success."""
        response = await self.http.request(method, path, json=body, params=params or None)
        assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
        answer: dict[str, Any] = response.json()
        return answer

    async def refused(
        self, method: str, path: str, body: Any = None, **params: Any
    ) -> tuple[int, str, dict[str, Any]]:
        """Call, and insist on an application error: its status, its code, its data."""
        response = await self.http.request(method, path, json=body, params=params or None)
        fault = response.json()["details"]["applicationError"]
        assert (response.json()["message"], response.status_code >= 400) == (
            fault["description"],
            True,
        )
        return response.status_code, fault["code"], fault["data"]

    async def violations(
        self, method: str, path: str, body: Any = None, **params: Any
    ) -> list[tuple[str, str]]:
        """Call, and insist on a validation error: the fields, each with the rule it violates."""
        response = await self.http.request(method, path, json=body, params=params or None)
        found = response.json()["details"]["validationError"]["fieldViolations"]
        assert response.status_code == 400
        return [(each["field"], each["violatedRule"]) for each in found]

    async def label(self, name: str) -> str:
        """Make a label; give its key."""
        answer = await self.ok("POST", "/labels", {"displayName": name})
        return str(answer["label"]["key"])

    async def field(self, name: str, data_type: str = "TEXT") -> str:
        """Make an extended field; give its key."""
        body = {"displayName": name, "dataType": data_type}
        return str((await self.ok("POST", "/extended-fields", body))["field"]["key"])

    async def contact(self, **info: Any) -> dict[str, Any]:
        """Make a contact, duplicate or not; ``Ada`` if nothing else is said."""
        body = {"info": info or {"name": {"first": "Ada"}}, "allowDuplicates": True}
        contact: dict[str, Any] = (await self.ok("POST", "/contacts", body))["contact"]
        return contact

    async def found(self, condition: Any, **query: Any) -> list[str]:
        """Query contacts; give the first names of those found, in order."""
        body = {"query": {"filter": condition, **query}}
        contacts = (await self.ok("POST", "/contacts/query", body))["contacts"]
        return [each["info"]["name"]["first"] for each in contacts]

    async def _identified(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = {} if self.identity is None else {"identity": self.identity}
        await self.routes({**scope, "state": state}, receive, send)


@contextmanager
def emulation(path: str | None = None) -> Iterator[Emulation]:
    """Open an emulation, and close its database in the end."""
    opened = Emulation(path)
    try:
        yield opened
    finally:
        opened.store.close()


def emails(*addresses: str) -> dict[str, Any]:
    """Write e-mails as a request does."""
    return {"items": [{"tag": "MAIN", "email": each} for each in addresses]}


def phones(*numbers: str, country: str = "GB") -> dict[str, Any]:
    """Write phones of one country as a request does."""
    return {"items": [{"tag": "HOME", "phone": each, "countryCode": country} for each in numbers]}
