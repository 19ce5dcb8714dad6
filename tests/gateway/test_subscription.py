"""Who is believed about which site: the keys of an app speak for that app's sites alone."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from gateway.crm.events import OwnHistory
from gateway.settings_sites import SiteSettings, signer_of
from gateway.subscription import Hearer, webhook_routes
from gateway.wix.auth import ApiKey
from tests.support.clock import ManualClock
from tests.support.listening import Overheard
from tests.support.webhooks import Recorded, document, envelope, public_pem, token

KIND = "wix.contacts.v4.label_deleted"


def site(name: str, whose: str | None) -> SiteSettings:
    signer = None if whose is None else signer_of(public_pem(whose), None)
    return SiteSettings(name, ApiKey("key", name), "https://wix.test", 200, signer)


SITES = (
    site("one", "an app"),
    site("two", "another app"),
    site("three", "an app"),
    site("deaf", None),
)


def hearing(memory: Recorded) -> Hearer:
    return Hearer(memory, OwnHistory(clock=ManualClock()))


@asynccontextmanager
async def listening(memories: Mapping[str, Recorded]) -> AsyncIterator[httpx.AsyncClient]:
    hearers = {name: hearing(memory) for name, memory in memories.items()}
    app = Starlette(routes=webhook_routes(SITES, hearers, body_bytes=100_000))
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


async def deliver(about: str, *, signed_by: str) -> tuple[int, str, list[str]]:
    """Deliver an event about a site; tell the status, the outcome, and where it was heard."""
    memories = {each.id: Recorded() for each in SITES}
    now = datetime.now(UTC)
    news = document({"deletedEvent": {}}, eventTime=now.isoformat())
    text = envelope(KIND, news, instanceId="any", accountInfo={"siteId": about})
    async with listening(memories) as client:
        answer = await client.post("/webhooks/wix", content=token(text, whose=signed_by, now=now))
    told = answer.json()
    heard = [name for name, memory in memories.items() if memory.changes]
    return answer.status_code, told.get("outcome") or told["code"], heard


@pytest.mark.parametrize(
    ("about", "signer"), [("one", "an app"), ("two", "another app"), ("three", "an app")]
)
async def test_an_app_tells_of_its_sites(about: str, signer: str) -> None:
    assert await deliver(about, signed_by=signer) == (200, "applied", [about])


@pytest.mark.parametrize(
    ("about", "signer"), [("two", "an app"), ("one", "another app"), ("deaf", "an app")]
)
async def test_an_app_is_not_believed_about_another_s_sites(about: str, signer: str) -> None:
    assert await deliver(about, signed_by=signer) == (200, "foreign", [])


async def test_a_stranger_is_not_believed_about_any() -> None:
    assert await deliver("one", signed_by="mallory") == (401, "FORGED", [])


def test_where_nobody_signs_there_is_no_address_for_events() -> None:
    assert webhook_routes([site("deaf", None)], {"deaf": hearing(Recorded())}, body_bytes=1) == []
