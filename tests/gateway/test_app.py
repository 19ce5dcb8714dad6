"""The application as a whole, over a sandbox of its own process."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.applications import calling
from tests.support.listening import Overheard
from tests.support.small_schema import CAUSE
from tests.support.webhooks import INSTANCE, document, envelope, public_pem, token

PEOPLE = "{ contacts(first: 2) { nodes { id name { full } } } }"
SITE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = create_sandbox(SandboxOptions(contacts=20))
    yield sandbox
    await sandbox.aclose()


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[FastAPI]:
    app = create_app(Settings(), sandbox=sandbox)
    yield app
    await app.state.gateway.aclose()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def test_a_query_goes_all_the_way_to_the_upstream(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    answer = await client.post("/graphql", json={"query": PEOPLE})
    assert answer.status_code == 200
    assert len(answer.json()["data"]["contacts"]["nodes"]) == 2
    assert sandbox.calls.report()["total"] == 1


async def test_a_slash_at_the_end_leads_to_the_same_endpoint(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/graphql/", json={"query": "{ viewer { siteId } }"})
    assert answer.json()["data"] == {"viewer": {"siteId": SITE}}


async def test_there_is_nothing_else_below_the_endpoint(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql/x", json={"query": "{ viewer { siteId } }"})
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


async def test_the_root_leads_to_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


async def test_what_is_not_there_is_a_404_in_json(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nowhere")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("path", ["/graphql", "/healthz", "/nowhere", "/"])
async def test_every_answer_carries_the_request_s_id(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"x-request-id": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"


async def test_alive_costs_nothing_and_ready_one_call(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    assert sandbox.calls.report()["total"] == 0
    for _ in range(3):
        assert (await client.get("/readyz")).json() == {"status": "ready"}
    assert sandbox.calls.report()["total"] == 1


async def test_two_applications_in_one_process_have_nothing_in_common() -> None:
    apps = [create_app(Settings(sandbox_contacts=count)) for count in (3, 5)]
    totals = []
    for app in apps:
        async with calling(app) as client:
            answer = await client.post("/graphql", json={"query": "{ contacts { totalCount } }"})
            totals.append(answer.json()["data"]["contacts"]["totalCount"])
    assert totals == [3, 5]


async def test_the_sandbox_that_comes_along_tells_the_gateway_of_every_change() -> None:
    app = create_app(Settings(sandbox_contacts=3))
    make = 'mutation { findOrCreateLabel(input: { displayName: "New" }) { label { key } } }'
    sandbox = app.state.gateway.close_sandbox.__self__
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        await client.post("/graphql", json={"query": make})
    await sandbox.courier.idle()
    attempts = [(attempt.event_type, attempt.status) for attempt in sandbox.outbox.attempts]
    await app.state.gateway.aclose()
    assert attempts == [("wix.contacts.v4.label_created", 200)]


@pytest.mark.parametrize(
    ("keys", "status"), [({}, 404), ({"webhook_public_keys": public_pem()}, 400)]
)
async def test_webhooks_are_taken_only_where_there_are_keys(
    keys: dict[str, str], status: int
) -> None:
    credentials = {"wix_api_key": "key-of-the-site", "wix_site_id": "site"}
    app = create_app(Settings.model_validate(credentials | keys))
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.post("/webhooks/wix", content=b"no token")
    await app.state.gateway.aclose()
    assert answer.status_code == status


async def test_events_for_the_site_of_the_api_key_are_heard() -> None:
    assert await _outcomes(wix_api_key="key", wix_site_id=SITE) == ["applied", "foreign"]


async def test_events_for_the_installation_of_the_app_are_heard() -> None:
    app = {"wix_app_id": "app", "wix_app_secret": "secret", "wix_instance_id": INSTANCE}
    assert await _outcomes(**app) == ["applied", "foreign"]


async def test_the_installation_may_be_another_than_that_of_the_credentials() -> None:
    settings = {"wix_api_key": "key", "wix_site_id": "x", "webhook_instance_id": INSTANCE}
    assert await _outcomes(**settings) == ["applied", "foreign"]


async def _outcomes(**settings: str) -> list[str]:
    """Deliver an event to the installation and the site that tests know, and a stranger's."""
    app = create_app(Settings.model_validate({**settings, "webhook_public_keys": public_pem()}))
    transport = Overheard(app)
    now = datetime.now(UTC)
    kind, stranger = "wix.contacts.v4.label_deleted", "00000000-0000-4000-8000-000000000000"
    news = document({"deletedEvent": {}}, eventTime=now.isoformat())
    texts = (
        envelope(kind, news),
        envelope(kind, news, instanceId=stranger, accountInfo={"siteId": stranger}),
    )
    outcomes = []
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        for text in texts:
            answer = await client.post("/webhooks/wix", content=token(text, now=now))
            outcomes.append(answer.json()["outcome"])
    await app.state.gateway.aclose()
    return outcomes


async def test_the_end_of_the_lifespan_closes_everything(app: FastAPI) -> None:
    async with app.router.lifespan_context(app):
        pass
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.post("/graphql", json={"query": PEOPLE})
    assert answer.json()["errors"][0]["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"


async def test_a_fault_outside_graphql_is_a_masked_500(app: FastAPI) -> None:
    async def failing() -> None:
        raise RuntimeError(CAUSE)

    app.add_api_route("/failing", failing)
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.get("/failing")
    assert (answer.status_code, answer.json()) == (500, {"detail": "Internal Server Error"})


async def test_credentials_lead_to_wix_and_not_to_a_sandbox() -> None:
    settings = Settings.model_validate(
        {
            "wix_api_key": "key-of-the-site",
            "wix_site_id": "site",
            "wix_base_url": "http://127.0.0.1:1",
        }
    )
    app = create_app(settings)
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.post("/graphql", json={"query": "{ viewer { siteId } }"})
        assert answer.json()["data"] == {"viewer": {"siteId": "site"}}
        ready = await client.get("/readyz")
    await app.state.gateway.aclose()
    assert ready.status_code == 503
    assert ready.json() == {"status": "not ready", "code": "UPSTREAM_UNAVAILABLE"}
