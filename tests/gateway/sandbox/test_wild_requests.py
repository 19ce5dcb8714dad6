"""Whatever is sent, the answer is a success or a refusal in Wix's envelope, never a failure."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.support.emulation import Emulation
from tests.support.guestbook import CONTACTS, open_guestbook

JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    2**64 - 1,
    -(10**40),
    "",
    "\0",
    "x" * 5000,
    "\U0010ffff",
    "'; DROP TABLE contacts; --",
    "%_",
    [],
    [None],
    [[[]]],
    {},
    {"items": None},
    {"items": [None, {}, 5]},
    {"$eq": {"$eq": 1}},
    {"$and": [{}]},
    {"": {"": ""}},
)
INFO = CONTACTS[0]["info"]
KEYS = ["custom.vip", "custom.none"]
QUERY = {
    "filter": {
        "$and": [
            {"info.name.first": {"$startsWith": "A"}},
            {"$not": {"createdDate": {"$gt": "2026-01-01T00:00:00Z"}}},
            {"info.labelKeys": {"$hasSome": KEYS}},
            {"info.extendedFields.custom.visits": {"$gte": 3}},
        ]
    },
    "sort": [{"fieldName": "info.name.first", "order": "DESC"}],
    "paging": {"limit": 5, "offset": 1},
    "fields": ["info.name"],
    "fieldsets": ["BASIC"],
}
CALLS: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/labels", {"displayName": "VIP", "language": "en"}),
    ("POST", "/labels/query", {"query": {"filter": {"displayName": {"$in": ["VIP"]}}}}),
    ("PATCH", "/labels/custom.vip", {"label": {"displayName": "VIPs"}, "language": "en"}),
    ("POST", "/extended-fields", {"displayName": "Tier", "dataType": "TEXT"}),
    ("POST", "/extended-fields/query", {"query": {"sort": [{"fieldName": "displayName"}]}}),
    ("PATCH", "/extended-fields/custom.tier", {"field": {"displayName": "Level"}}),
    ("POST", "/contacts", {"info": INFO, "allowDuplicates": True}),
    ("PATCH", "/contacts/ada", {"revision": 1, "info": INFO, "allowDuplicates": False}),
    ("POST", "/contacts/query", {"query": QUERY, "search": "Ada"}),
    ("POST", "/contacts/ada/labels", {"labelKeys": KEYS}),
    ("DELETE", "/contacts/ada/labels", {"labelKeys": KEYS}),
    ("POST", "/contacts/ada/merge", {"targetContactRevision": 1, "sourceContactIds": ["mail"]}),
    ("POST", "/contacts/ada/preview-merge", {"sourceContactIds": ["mail", "alan"]}),
    ("POST", "/contacts/facets/query", {"filter": {}, "paging": {"limit": 5}, "language": "en"}),
    ("POST", "/bulk/contacts/delete", {"filter": {"id": "none"}, "search": "x"}),
    ("POST", "/bulk/contacts/update", {"filter": {"id": "alan"}, "info": INFO}),
    (
        "POST",
        "/bulk/contacts/add-remove-labels",
        {"filter": {"id": "alan"}, "labelKeysToAdd": KEYS[:1], "labelKeysToRemove": []},
    ),
    ("POST", "/contact-submit", {"info": INFO, "passThroughData": "x", "contactId": "ada"}),
)
PARAMETERS = (
    *("sort.fieldName", "sort.order", "paging.limit", "paging.offset", "fields", "fieldsets"),
    *("labelType", "fieldType", "namespace", "startsWith", "language", "labelKeys", "sort"),
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give every container within a document with each of its keys."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def spoilt(dice: Random, body: Any) -> Any:
    """Replace one to three values of a body, or names of its properties, by junk."""
    result = {"body": copy.deepcopy(body)}
    for _ in range(dice.randint(1, 3)):
        container, key = dice.choice(list(places(result)))
        if isinstance(container, dict) and len(container) > 1 and dice.random() < 0.2:
            container[dice.choice(["$or", "info.emails.email", "\0", "items"])] = container.pop(key)
        else:
            container[key] = copy.deepcopy(dice.choice(JUNK))
    return result["body"]


def is_refusal(answer: Any) -> bool:
    """Tell whether a body is one of contract 6.1's."""
    kinds = set(answer["details"])
    return isinstance(answer["message"], str) and kinds in (
        set(),
        {"applicationError"},
        {"validationError"},
    )


async def test_spoilt_bodies_are_answered_or_refused(site: Emulation) -> None:
    await open_guestbook(site)
    dice = Random(7)  # noqa: S311 - repeatable on purpose
    answered = set()
    for _ in range(4000):
        method, path, body = dice.choice(CALLS)
        sent = spoilt(dice, body)
        response = await site.http.request(method, path, json=sent)
        assert response.status_code < 500
        assert response.status_code == 200 or is_refusal(response.json()), sent
        answered.add((path, response.status_code == 200))
        site.advance(0.05)
    assert answered >= {(path, False) for _, path, _ in CALLS}


async def test_spoilt_query_strings_are_answered_or_refused(site: Emulation) -> None:
    await open_guestbook(site)
    dice = Random(7)  # noqa: S311 - repeatable on purpose
    words = [each if isinstance(each, str) else repr(each) for each in JUNK]
    words += ["ASC", "displayName", "createdDate", "info.name.first", "5", "BASIC", "custom.vip"]
    paths = ("/labels", "/extended-fields", "/contacts", "/contacts/ada", "/contacts/facets")
    for _ in range(1000):
        path, method = dice.choice(paths), "GET"
        if dice.random() < 0.1:
            path, method = "/contacts/ada/labels", "DELETE"
        names = dice.sample(PARAMETERS, dice.randint(1, 4))
        params: list[tuple[str, str | int | float | bool | None]] = [
            (name, dice.choice(words)) for name in names for _ in range(dice.randint(1, 2))
        ]
        response = await site.http.request(method, path, params=params)
        assert response.status_code == 200 or is_refusal(response.json()), params


async def test_nothing_wild_ever_breaks_the_site(site: Emulation) -> None:
    await open_guestbook(site)
    wild = "\0 ' \" % \\ \U0010ffff ﷽ \u202e"
    ada = await site.contact(name={"first": wild, "last": wild}, company=wild)
    key = await site.label(wild)
    await site.ok("POST", f"/contacts/{ada['id']}/labels", {"labelKeys": [key]})
    assert await site.found({"info.labelKeys": {"$hasSome": [key]}}) == [wild]
    assert await site.found({"info.company": {"$exists": True}, "id": ada["id"]}) == [wild]
    (check,) = site.store.db.execute("PRAGMA integrity_check").fetchone()
    assert check == "ok"
