"""Live data through the whole gateway: what is told, to whom, and what it costs upstream."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from gateway.app import GatewayApp, create_app
from gateway.sandbox.app import Sandbox
from gateway.settings import Settings
from tests.support.live import Socket

LABELS = "subscription ($keys: [ID!]) { labelChanged(keys: $keys) { %s } }"
BY_ID = "subscription ($ids: [ID!]) { contactChanged(ids: $ids) { %s } }"
BY_LABEL = "subscription ($keys: [ID!]) { contactChanged(labelKeys: $keys) { %s } }"
CREATE_LABEL = "mutation ($name: String!) { findOrCreateLabel(input: { displayName: $name }) %s }"
RENAME_LABEL = (
    "mutation ($k: ID!, $name: String!) { renameLabel(input: { key: $k, displayName: $name }) "
    "{ label { key } } }"
)
DELETE_LABEL = "mutation ($k: ID!) { deleteLabel(input: { key: $k }) { deletedLabelKey } }"
LABEL_CONTACT = (
    "mutation ($id: ID!, $key: ID!) { labelContact(input: { contactId: $id, labelKeys: [$key] }) "
    "{ userErrors { message } } }"
)


@dataclass
class Whole:
    """The application over a sandbox that tells it of every change."""

    app: GatewayApp
    client: httpx.AsyncClient
    sandbox: Sandbox

    async def run(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        answer = (await self.client.post("/graphql", json=body)).json()
        assert "errors" not in answer
        return answer["data"]

    async def label(self, name: str) -> str:
        shown = "{ label { key } }"
        data = await self.run(CREATE_LABEL % shown, name=name)
        key: str = data["findOrCreateLabel"]["label"]["key"]
        return key

    async def some_ids(self, count: int) -> list[str]:
        data = await self.run(f"{{ contacts(first: {count}) {{ nodes {{ id }} }} }}")
        return [node["id"] for node in data["contacts"]["nodes"]]

    def socket(self) -> Socket:
        return Socket(self.app, {})


@pytest.fixture
async def whole() -> AsyncIterator[Whole]:
    app = create_app(Settings(sandbox_contacts=20))
    assert isinstance(app, GatewayApp)
    sandbox = app.state.gateway.close_sandbox.__self__
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield Whole(app, client, sandbox)
    await app.state.gateway.aclose()


async def _told(socket: Socket) -> Any:
    answer = await socket.read()
    assert answer["type"] == "next"
    assert "errors" not in answer["payload"]
    (change,) = answer["payload"]["data"].values()
    return change


async def _listening(socket: Socket, query: str, **variables: Any) -> None:
    """Begin a subscription; the query after it is answered when that has begun."""
    await socket.greet()
    socket.subscribe(query, to="told", **variables)
    socket.subscribe("{ viewer { subject } }", to="begun")
    assert [(await socket.read())["type"] for _ in range(2)] == ["next", "complete"]


async def test_a_label_is_told_from_its_making_to_its_end(whole: Whole) -> None:
    async with whole.socket() as socket:
        await _listening(socket, LABELS % "kind key changed label { displayName contactCount }")
        key = await whole.label("New")
        made = {"displayName": "New", "contactCount": 0}
        told = {"kind": "CREATED", "key": key, "changed": None, "label": made}
        assert await _told(socket) == told
        await whole.run(RENAME_LABEL, k=key, name="Newer")
        label = {**made, "displayName": "Newer"}
        renamed = {**told, "kind": "UPDATED", "changed": ["displayName"], "label": label}
        assert await _told(socket) == renamed
        await whole.run(DELETE_LABEL, k=key)
        assert await _told(socket) == {**told, "kind": "DELETED", "label": None}


async def test_only_the_chosen_contacts_are_told(whole: Whole) -> None:
    first, second = await whole.some_ids(2)
    wanted, other = await whole.label("Wanted"), await whole.label("Other")
    async with whole.socket() as by_id, whole.socket() as by_label:
        await _listening(by_id, BY_ID % "kind contactId changed", ids=[first])
        shown = "contactId contact { labels { displayName } }"
        await _listening(by_label, BY_LABEL % shown, keys=[wanted])
        await whole.run(LABEL_CONTACT, id=second, key=other)
        await whole.run(LABEL_CONTACT, id=first, key=wanted)
        told = {"kind": "UPDATED", "contactId": first, "changed": ["labelKeys"]}
        assert await _told(by_id) == told
        change = await _told(by_label)
        assert change["contactId"] == first
        assert {"displayName": "Wanted"} in change["contact"]["labels"]


async def test_what_others_change_is_told_by_webhook(whole: Whole) -> None:
    (contact,) = await whole.some_ids(1)
    async with whole.socket() as socket:
        await _listening(socket, BY_ID % "kind contactId", ids=[contact])
        await _delete_elsewhere(whole, contact)
        await whole.sandbox.courier.idle()
        assert await _told(socket) == {"kind": "DELETED", "contactId": contact}


async def test_many_listeners_cost_no_more_calls_than_one(whole: Whole) -> None:
    sockets = [whole.socket() for _ in range(20)]
    (contact,) = await whole.some_ids(1)
    key = await whole.label("New")
    for number, socket in enumerate(sockets):
        await socket.__aenter__()
        name = f"alias{number % 5}"
        shown = f"{name}: contact {{ labels {{ displayName contactCount }} }}"
        await _listening(socket, BY_ID % shown, ids=[contact])
    before = whole.sandbox.calls.report()["total"]
    await whole.run(LABEL_CONTACT, id=contact, key=key)
    for socket in sockets:
        await _told(socket)
    # The write itself, the labels, and the counts.
    assert whole.sandbox.calls.report()["total"] - before <= 3
    for socket in sockets:
        await socket.__aexit__()


async def test_a_job_is_told_until_it_has_ended(whole: Whole) -> None:
    key = await whole.label("All")
    start = (
        "mutation ($key: ID!) { bulkLabelContacts(input: { filter: { createdAt: { gt: "
        '"2000-01-01T00:00:00Z" } }, addLabelKeys: [$key] }) { job { id } } }'
    )
    job = (await whole.run(start, key=key))["bulkLabelContacts"]["job"]["id"]
    async with whole.socket() as socket:
        await socket.greet()
        query = "subscription ($id: ID!) { bulkJob(id: $id) { status succeeded } }"
        socket.subscribe(query, id=job)
        while (told := await _told(socket))["status"] != "COMPLETED":
            pass
        assert told["succeeded"] == 20
        assert (await socket.read())["type"] == "complete"


@pytest.mark.parametrize("job", ["no-guid", "00000000-0000-4000-8000-000000000000"])
async def test_a_job_that_is_not_there_is_null(whole: Whole, job: str) -> None:
    async with whole.socket() as socket:
        await socket.greet()
        socket.subscribe("subscription ($id: ID!) { bulkJob(id: $id) { status } }", id=job)
        assert await _told(socket) is None
        assert (await socket.read())["type"] == "complete"


async def test_more_ids_than_can_be_listened_to_are_refused(whole: Whole) -> None:
    async with whole.socket() as socket:
        await socket.greet()
        socket.subscribe(LABELS % "kind", keys=["custom.x"] * 101)
        (error,) = (await socket.read())["payload"]["errors"]
        assert error["extensions"]["code"] == "INVALID_INPUT"
        assert error["path"] == ["labelChanged"]


async def _delete_elsewhere(whole: Whole, contact: str) -> None:
    """Delete a contact as another client of Wix does."""
    (site,) = whole.app.state.gateway.sites.values()
    await site.wix.contacts.delete(contact)
