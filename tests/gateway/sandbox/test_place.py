"""A sandbox can be any site, and then takes nobody's word for being on another."""

import json

import httpx
import pytest

from gateway.sandbox.access.credentials import HOME, Place
from gateway.sandbox.app import SandboxOptions
from gateway.sandbox.webhooks.events import Subscription
from tests.support.sandboxes import APP, KEY, LABELS, Site, running

ELSEWHERE = Place("66666666-6666-4666-8666-666666666666", "77777777-7777-4777-8777-777777777777")
OPTIONS = SandboxOptions(contacts=0, place=ELSEWHERE)


async def token_for(site: Site, instance: str) -> httpx.Response:
    grant = {**APP, "grant_type": "client_credentials", "instance_id": instance}
    return await site.client.post("/oauth2/token", json=grant)


@pytest.mark.parametrize(
    ("named", "status"), [(ELSEWHERE.site_id, 200), (HOME.site_id, 403), ("", 403)]
)
async def test_the_key_opens_the_site_it_is(named: str, status: int) -> None:
    async with running(OPTIONS) as site:
        answer = await site.client.get(LABELS, headers={**KEY, "wix-site-id": named})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("instance", "status"), [(ELSEWHERE.instance_id, 200), (HOME.instance_id, 400)]
)
async def test_the_app_is_installed_there_under_its_own_instance(
    instance: str, status: int
) -> None:
    async with running(OPTIONS) as site:
        assert (await token_for(site, instance)).status_code == status


async def test_a_token_of_one_site_opens_no_other() -> None:
    async with running() as home, running(OPTIONS) as elsewhere:
        granted = (await token_for(home, HOME.instance_id)).json()["access_token"]
        headers = {"authorization": granted}
        at_home = await home.client.get(LABELS, headers=headers)
        there = await elsewhere.client.get(LABELS, headers=headers)
        assert (at_home.status_code, there.status_code) == (200, 401)


async def test_its_events_and_its_overview_say_where_it_is() -> None:
    async with running(OPTIONS) as site:
        site.sandbox.outbox.subscribe(Subscription("http://subscriber.test/"))
        site.sandbox.outbox.wake = lambda: None
        await site.client.post(
            LABELS,
            json={"displayName": "New"},
            headers={**KEY, "wix-site-id": ELSEWHERE.site_id},
        )
        (delivery,) = site.sandbox.outbox.due(1)
        told = json.loads(delivery.event.envelope())
        assert (told["instanceId"], told["accountInfo"]["siteId"]) == (
            ELSEWHERE.instance_id,
            ELSEWHERE.site_id,
        )
        credentials = (await site.control("GET"))["credentials"]
        assert (credentials["siteId"], credentials["instanceId"]) == (
            ELSEWHERE.site_id,
            ELSEWHERE.instance_id,
        )
