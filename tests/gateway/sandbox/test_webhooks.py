"""Events are nested in three levels, signed and numbered."""

import json
import re

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.support.sandboxes import CONTACTS, INSTANCE, KEY, LABELS
from tests.support.subscriber import FIRST, URL, Subscriber, envelope_of, make_label, subscribed


async def test_an_event_comes_as_three_nested_levels_of_text() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        label = (await site.client.post(LABELS, json={"displayName": "VIP"})).json()["label"]
        await site.sandbox.courier.idle()
    (request,) = subscriber.requests
    envelope = envelope_of(request)
    event = json.loads(envelope.pop("data"))
    identity = json.loads(envelope.pop("identity"))
    assert (request.method, str(request.url)) == ("POST", URL)
    assert request.headers["content-type"] == "text/plain"
    assert envelope == {
        "eventType": "wix.contacts.v4.label_created",
        "instanceId": INSTANCE,
        "accountInfo": {
            "accountId": "44444444-4444-4444-8444-444444444444",
            "siteId": KEY["wix-site-id"],
        },
    }
    assert identity["identityType"] == "WIX_USER"
    assert re.fullmatch(r"[0-9a-f-]{36}", event.pop("id"))
    assert event == {
        "entityFqdn": "wix.contacts.v4.label",
        "slug": "created",
        "entityId": "custom.vip",
        "createdEvent": {"entity": label},
        "eventTime": "2026-11-21T09:00:00.000000Z",
        "triggeredByAnonymizeRequest": False,
        "originatedFrom": "",
        "entityEventSequence": str(FIRST),
    }


async def test_the_published_key_verifies_events_that_last_an_hour() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        await make_label(site, "VIP")
        await site.sandbox.courier.idle()
        pem = (await site.client.get("/_sandbox/webhooks/public-key")).text
        shown = (await site.control("GET", "/webhooks"))["publicKey"]
        now = int(site.time.wall().timestamp())
    token = jwt.decode(subscriber.requests[0].content.decode(), RSAKey.import_key(pem), ["RS256"])
    assert (token.claims["iat"], token.claims["exp"]) == (now, now + 3_600)
    assert token.header["kid"] == RSAKey.import_key(pem).thumbprint()
    assert pem == shown
    assert pem.startswith("-----BEGIN PUBLIC KEY-----")


async def test_types_of_extended_fields_have_a_hyphen_and_their_entity_an_underscore() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        field_ = {"displayName": "Tier", "dataType": "TEXT"}
        await site.client.post("/contacts/v4/extended-fields", json=field_)
        await site.sandbox.courier.idle()
    assert envelope_of(subscriber.requests[0])["eventType"] == (
        "wix.contacts.v4.extended-field_created"
    )
    assert subscriber.events[0]["entityFqdn"] == "wix.contacts.v4.extended_field"


async def test_sequences_count_per_entity() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        first, second = await make_label(site, "One"), await make_label(site, "Two")
        await site.client.patch(f"{LABELS}/{first}", json={"displayName": "Uno"})
        await site.client.delete(f"{LABELS}/{first}")
        await site.sandbox.courier.idle()
    numbered = [
        (event["entityId"], int(event["entityEventSequence"]) - FIRST)
        for event in subscriber.events
    ]
    assert sorted(numbered) == sorted([(first, 0), (second, 0), (first, 1), (first, 2)])


async def test_unsubscribed_events_are_numbered_but_not_delivered() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber, events=["wix.contacts.v4.label_deleted"]) as site:
        await site.client.delete(f"{LABELS}/{await make_label(site, 'VIP')}")
        await site.sandbox.courier.idle()
    (event,) = subscriber.events
    assert (event["slug"], event["entityEventSequence"]) == ("deleted", str(FIRST + 1))


async def test_the_subscription_is_shown() -> None:
    events = ["wix.contacts.v4.label_created", "wix.contacts.v4.contact_merged"]
    async with subscribed(Subscriber(), events=events, disorder=True) as site:
        assert (await site.control("GET", "/webhooks"))["subscription"] == {
            "url": URL,
            "events": sorted(events),
            "duplicates": False,
            "disorder": True,
        }


async def test_a_merge_tells_of_all_it_did() -> None:
    subscriber = Subscriber()
    async with subscribed(subscriber) as site:
        ids = []
        for name in ("Ada", "Augusta"):
            made = await site.client.post(CONTACTS, json={"info": {"name": {"first": name}}})
            ids.append(made.json()["contact"]["id"])
        await site.sandbox.courier.idle()
        subscriber.requests.clear()
        target, source = ids
        merge = {"targetContactRevision": 1, "sourceContactIds": [source]}
        await site.client.post(f"{CONTACTS}/{target}/merge", json=merge)
        await site.sandbox.courier.idle()
    told = {(each["slug"], each["entityId"], each["originatedFrom"]) for each in subscriber.events}
    assert {("updated", target, "merge"), ("deleted", source, "merge")} <= told
    assert {each["slug"] for each in subscriber.events} == {"merged", "updated", "deleted"}
