"""What others change at Wix is seen by the next query, because Wix tells; nobody else is heard."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.announced import Announced, announced
from tests.support.sandboxes import KEY, client_of
from tests.support.servers import running, running_sandbox
from tests.support.site import opened
from tests.support.webhooks import NOON, document, envelope, token

LABELS = "{ labels(first: 100) { nodes { key displayName } } }"
LABEL = "query ($key: ID!) { label(key: $key) { displayName } }"
CONTACTS = "{ contacts(first: 50) { totalCount nodes { id company labels { displayName } } } }"
CONTACT = """query ($id: ID!) { contact(id: $id) { id revision company labels { displayName } } }"""
FIELDS = "{ extendedFields(first: 100) { nodes { key displayName } } }"
VIP = "custom.vip-customer"
ARRIVAL_SECONDS = 5
"""Milliseconds on an idle machine; far below the fresh period on a busy one."""


@pytest.fixture
async def both() -> AsyncIterator[Announced]:
    async with announced() as both:
        yield both


async def names(both: Announced) -> dict[str, str]:
    nodes = (await both.ask(LABELS))["labels"]["nodes"]
    return {node["key"]: node["displayName"] for node in nodes}


async def contact(both: Announced, contact_id: str) -> Any:
    return (await both.ask(CONTACT, id=contact_id))["contact"]


async def first_id(both: Announced) -> str:
    found: str = (await both.ask(CONTACTS))["contacts"]["nodes"][0]["id"]
    return found


async def test_a_rename_behind_the_gateway_s_back_is_seen_by_the_next_query(
    both: Announced,
) -> None:
    assert (await names(both))[VIP] == "VIP Customer"
    await both.change("PATCH", f"/labels/{VIP}", label={"displayName": "Regular"})
    assert (await names(both))[VIP] == "Regular"
    assert both.outcomes() == [200]


async def test_until_something_changes_the_answer_costs_nothing(both: Announced) -> None:
    await names(both)
    before = both.calls()
    await names(both)
    assert both.calls() == before


async def test_without_webhooks_the_old_name_would_still_be_given() -> None:
    async with announced(subscribed=False) as deaf:
        assert (await names(deaf))[VIP] == "VIP Customer"
        await deaf.change("PATCH", f"/labels/{VIP}", label={"displayName": "Regular"})
        assert (await names(deaf))[VIP] == "VIP Customer"


async def test_a_new_label_is_listed_and_a_deleted_one_is_gone(both: Announced) -> None:
    before = await names(both)
    made = await both.change("POST", "/labels", displayName="Brand new")
    key = made["label"]["key"]
    assert await names(both) == {**before, key: "Brand new"}
    await both.change("DELETE", f"/labels/{key}")
    assert await names(both) == before


async def test_a_changed_contact_is_seen_alone_and_in_lists(both: Announced) -> None:
    contact_id = await first_id(both)
    before = await contact(both, contact_id)
    await both.change(
        "PATCH",
        f"/contacts/{contact_id}",
        revision=before["revision"],
        info={"company": "Behind Your Back"},
    )
    after = await contact(both, contact_id)
    assert after["company"] == "Behind Your Back"
    assert int(after["revision"]) > int(before["revision"])
    rows = (await both.ask(CONTACTS))["contacts"]["nodes"]
    assert [row["company"] for row in rows if row["id"] == contact_id] == ["Behind Your Back"]


async def test_a_labelled_contact_carries_the_label(both: Announced) -> None:
    contact_id = await first_id(both)
    made = await both.change("POST", "/labels", displayName="Brand new")
    await contact(both, contact_id)
    await both.change("POST", f"/contacts/{contact_id}/labels", labelKeys=[made["label"]["key"]])
    labels = (await contact(both, contact_id))["labels"]
    assert {"displayName": "Brand new"} in labels


async def test_a_deleted_label_leaves_its_contacts(both: Announced) -> None:
    rows = (await both.ask(CONTACTS))["contacts"]["nodes"]
    carrier = next(row for row in rows if {"displayName": "VIP Customer"} in row["labels"])
    await both.change("DELETE", f"/labels/{VIP}")
    left = [name for name in carrier["labels"] if name != {"displayName": "VIP Customer"}]
    assert (await contact(both, carrier["id"]))["labels"] == left


async def test_a_created_contact_is_listed_and_a_deleted_one_is_gone(both: Announced) -> None:
    before = (await both.ask(CONTACTS))["contacts"]["totalCount"]
    made = await both.change("POST", "/contacts", info={"name": {"first": "New"}})
    contact_id = made["contact"]["id"]
    assert (await both.ask(CONTACTS))["contacts"]["totalCount"] == before + 1
    assert (await contact(both, contact_id))["id"] == contact_id
    await both.change("DELETE", f"/contacts/{contact_id}")
    assert await contact(both, contact_id) is None
    assert (await both.ask(CONTACTS))["contacts"]["totalCount"] == before


async def test_a_contact_merged_away_leaves_the_list(both: Announced) -> None:
    made = [
        (await both.change("POST", "/contacts", info={"name": {"first": name}}))["contact"]
        for name in ("Source", "Target")
    ]
    before = (await both.ask(CONTACTS))["contacts"]["totalCount"]
    await both.change(
        "POST",
        f"/contacts/{made[1]['id']}/merge",
        sourceContactIds=[made[0]["id"]],
        targetContactRevision=made[1]["revision"],
    )
    found = (await both.ask(CONTACTS))["contacts"]
    assert found["totalCount"] == before - 1
    assert made[0]["id"] not in [row["id"] for row in found["nodes"]]


async def test_a_renamed_field_has_its_new_name(both: Announced) -> None:
    made = await both.change("POST", "/extended-fields", displayName="Shoe size", dataType="NUMBER")
    key = made["field"]["key"]
    await both.ask(FIELDS)
    await both.change("PATCH", f"/extended-fields/{key}", field={"displayName": "Size"})
    nodes = (await both.ask(FIELDS))["extendedFields"]["nodes"]
    assert [node["displayName"] for node in nodes if node["key"] == key] == ["Size"]


async def test_repeats_in_disorder_end_with_what_is_true() -> None:
    async with announced(untidy=True) as both:
        await names(both)
        for number in range(20):
            path, name = f"/labels/{VIP}", {"displayName": f"VIP {number}"}
            answer = await both.behind.patch(f"/contacts/v4{path}", json={"label": name})
            assert answer.status_code == 200
        await both.sandbox.courier.idle()
        assert (await names(both))[VIP] == "VIP 19"
        assert both.outcomes() == [200] * 40


async def test_a_replayed_webhook_changes_nothing(both: Announced) -> None:
    await both.change("PATCH", f"/labels/{VIP}", label={"displayName": "Before"})
    await both.change("PATCH", f"/labels/{VIP}", label={"displayName": "After"})
    assert (await names(both))[VIP] == "After"
    before = both.calls()
    answers = [await both.deliver(body) for body in both.bodies[:2]]
    assert answers == [(200, {"outcome": "repeated"})] * 2
    assert (await names(both))[VIP] == "After"
    assert both.calls() == before


async def test_strangers_are_not_heard(both: Announced) -> None:
    before = await names(both)
    calls = both.calls()
    news = document({"deletedEvent": {}}, entityId=VIP, eventTime=NOON.isoformat())
    foreign = envelope("wix.contacts.v4.label_deleted", news, instanceId="another")
    genuine = envelope("wix.contacts.v4.label_deleted", news)
    statuses = [
        (await both.deliver(token(genuine, whose="mallory", now=NOON)))[0],
        (await both.deliver(both.sandbox.signer.sign(foreign).encode()))[0],
        (await both.deliver(genuine.encode()))[0],
    ]
    assert statuses == [401, 200, 400]
    assert await names(both) == before
    assert both.calls() == calls


async def test_a_write_of_our_own_is_not_undone_by_its_echo(both: Announced) -> None:
    """Events of our own writes come back late; by then we may have written again."""
    rename = "mutation ($given: RenameLabelInput!) { renameLabel(input: $given) { label { key } } }"
    for number in range(20):
        await both.ask(rename, given={"key": VIP, "displayName": f"VIP {number}"})
        assert (await names(both))[VIP] == f"VIP {number}"
    await both.sandbox.courier.idle()
    assert (await names(both))[VIP] == "VIP 19"


async def test_a_lost_webhook_heals_when_the_answer_is_spent() -> None:
    async with opened() as site, client_of(site.sandbox) as behind:
        period = site.services.freshness.periods.labels
        before = (await site.run(LABELS)).whole
        rename = {"label": {"displayName": "Regular"}}
        await behind.patch(f"/contacts/v4/labels/{VIP}", json=rename)
        assert (await site.run(LABELS)).whole == before
        site.time.advance(period.fresh + period.stale)
        after = (await site.run(LABELS)).whole["labels"]["nodes"]
        assert {"key": VIP, "displayName": "Regular"} in after


async def test_the_echo_of_our_own_write_costs_nothing() -> None:
    update = """mutation ($given: UpdateContactInput!) {
      updateContact(input: $given) { contact { id } userErrors { message } }
    }"""
    async with announced(holding=True) as both:
        contact_id = await first_id(both)
        before = await contact(both, contact_id)
        changes = {"company": "Engines"}
        given = {"contactId": contact_id, "revision": before["revision"], "changes": changes}
        await both.ask(update, given=given)
        after = await both.ask(CONTACTS), await contact(both, contact_id)
        await both.sandbox.courier.idle()
        calls = both.calls()
        assert [await both.deliver(body) for body in both.bodies] == [(200, {"outcome": "applied"})]
        assert (await both.ask(CONTACTS), await contact(both, contact_id)) == after
        assert both.calls() == calls


MAKE = """mutation ($name: String!) {
  findOrCreateLabel(input: { displayName: $name }) { label { key } userErrors { message } }
}"""
DROP = """mutation ($key: ID!) {
  deleteLabel(input: { key: $key }) { deletedLabelKey userErrors { message } }
}"""


async def test_a_label_we_have_deleted_does_not_come_back_with_the_echo_of_its_making() -> None:
    async with announced(holding=True) as both:
        made = await both.ask(MAKE, name="Short-lived")
        key = made["findOrCreateLabel"]["label"]["key"]
        await both.ask(DROP, key=key)
        await both.sandbox.courier.idle()
        assert len(both.bodies) == 2
        for body in both.bodies:
            assert (await both.deliver(body))[0] == 200
            assert key not in await names(both)


async def test_a_label_we_have_made_again_is_not_taken_by_the_echo_of_its_deletion() -> None:
    async with announced(holding=True) as both:
        for name in ("Phoenix", "Phoenix"):
            made = await both.ask(MAKE, name=name)
            key = made["findOrCreateLabel"]["label"]["key"]
            await both.ask(DROP, key=key)
            await asyncio.sleep(0.002)  # Wix dates labels by the millisecond
        await both.ask(MAKE, name="Phoenix")
        await both.sandbox.courier.idle()
        assert len(both.bodies) == 5
        for body in both.bodies:
            assert (await both.deliver(body))[0] == 200
            assert (await names(both))[key] == "Phoenix"


def test_two_programs_find_each_other_and_a_rename_arrives_by_itself(tmp_path: Path) -> None:
    with running_sandbox("--contacts", "5") as wix:
        control = httpx.Client(base_url=wix.origin, trust_env=False)
        keys = tmp_path / "keys.pem"
        keys.write_text(control.get("/_sandbox/webhooks/public-key").text)
        settings = {
            "GATEWAY_WIX_BASE_URL": wix.origin,
            "GATEWAY_WIX_API_KEY": KEY["authorization"],
            "GATEWAY_WIX_SITE_ID": KEY["wix-site-id"],
            "GATEWAY_WEBHOOK_PUBLIC_KEYS_FILE": str(keys),
        }
        with running("serve", ready="/healthz", settings=settings) as served:
            hook = {"url": f"{served.origin}/webhooks/wix"}
            assert control.put("/_sandbox/webhooks", json=hook).status_code == 200
            assert _name(served.origin) == "VIP Customer"
            control.patch(
                f"/contacts/v4/labels/{VIP}", json={"label": {"displayName": "X"}}, headers=KEY
            )
            began = time.monotonic()
            while _name(served.origin) != "X":
                assert time.monotonic() - began < ARRIVAL_SECONDS
            print(f"a rename arrived after {(time.monotonic() - began) * 1_000:.0f} ms")  # noqa: T201 - the figure
        control.close()


def _name(origin: str) -> str:
    body = {"query": LABEL, "variables": {"key": VIP}}
    answer = httpx.post(f"{origin}/graphql", json=body, trust_env=False).json()
    name: str = answer["data"]["label"]["displayName"]
    return name
