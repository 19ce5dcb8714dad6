"""Label Contact and Unlabel Contact (contract 3.2)."""

from typing import Any

import pytest

from tests.support.emulation import Emulation


async def labelled(site: Emulation, *names: str) -> tuple[str, list[str]]:
    """Make labels, and a contact that carries the first; give its path and the keys."""
    keys = [await site.label(name) for name in names]
    ada = await site.contact(name={"first": "Ada"}, labelKeys={"items": keys[:1]})
    site.happened()
    return f"/contacts/{ada['id']}", keys


async def test_labels_are_added_once_in_order(site: Emulation) -> None:
    path, [one, two, three] = await labelled(site, "one", "two", "three")
    body = {"contactId": "ignored", "labelKeys": [three, one, two, three]}
    contact = (await site.ok("POST", f"{path}/labels", body))["contact"]
    assert (contact["info"]["labelKeys"], contact["revision"]) == ({"items": [one, three, two]}, 2)
    assert site.events[0].body == {"updatedEvent": {"currentEntity": contact}}
    assert len(site.happened()) == 1


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_no_real_change_bumps_and_fires_nothing(site: Emulation, method: str) -> None:
    path, [one, two] = await labelled(site, "one", "two")
    keys = [one] if method == "POST" else [two]
    contact = (await site.ok(method, f"{path}/labels", {"labelKeys": keys}))["contact"]
    assert (contact["revision"], site.happened()) == (1, [])


async def test_the_last_label_leaves_no_list_behind(site: Emulation) -> None:
    path, [one] = await labelled(site, "one")
    contact = (await site.ok("DELETE", f"{path}/labels", labelKeys=one))["contact"]
    assert "labelKeys" not in contact["info"]


async def test_unlabelling_takes_keys_from_query_and_body(site: Emulation) -> None:
    path, keys = await labelled(site, "one", "two", "three", "four")
    await site.ok("POST", f"{path}/labels", {"labelKeys": keys})
    answer = await site.ok(
        "DELETE", f"{path}/labels", {"labelKeys": [keys[2]]}, labelKeys=keys[:2], contactId="x"
    )
    assert answer["contact"]["info"]["labelKeys"] == {"items": [keys[3]]}


async def test_labelling_can_leave_the_revision_alone(site: Emulation) -> None:
    site.behave(labelling_raises_revision=False)
    path, [one] = await labelled(site, "one")
    contact = (await site.ok("DELETE", f"{path}/labels", labelKeys=one))["contact"]
    assert (contact["revision"], len(site.happened())) == (1, 1)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_an_unknown_key_refuses_all(site: Emulation, method: str) -> None:
    path, [one, two] = await labelled(site, "one", "two")
    before = site.state()
    body = {"labelKeys": ["custom.none", two, one]}
    assert await site.violations(method, f"{path}/labels", body) == [("labelKeys", "OTHER")]
    assert (site.state(), site.happened()) == (before, [])


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize(
    ("body", "violations"),
    [
        (None, [("labelKeys", "REQUIRED_FIELD")]),
        ({"labelKeys": None}, [("labelKeys", "REQUIRED_FIELD")]),
        ({"labelKeys": "custom.a"}, [("labelKeys", "FORMAT")]),
        ({"labelKeys": ["", None]}, [("labelKeys[0]", "MIN_LENGTH"), ("labelKeys[1]", "FORMAT")]),
        ({"labelKeys": [f"custom.{n}" for n in range(101)]}, [("labelKeys", "MAX_SIZE")]),
    ],
)
async def test_one_to_a_hundred_keys_are_taken(
    site: Emulation, method: str, body: dict[str, Any] | None, violations: list[tuple[str, str]]
) -> None:
    path, _ = await labelled(site, "one")
    if method == "DELETE" and violations[0][1] == "REQUIRED_FIELD":
        violations = [("labelKeys", "MIN_SIZE")]
    assert await site.violations(method, f"{path}/labels", body) == violations


async def test_the_union_of_query_and_body_is_limited_too(site: Emulation) -> None:
    path, _ = await labelled(site, "one")
    keys = [f"custom.{number}" for number in range(120)]
    body = {"labelKeys": keys[:60]}
    violations = await site.violations("DELETE", f"{path}/labels", body, labelKeys=keys[60:])
    assert violations == [("labelKeys", "MAX_SIZE")]


async def test_a_contact_carries_two_thousand_labels_at_most(site: Emulation) -> None:
    labels = [{"key": f"custom.{n}", "displayName": str(n)} for n in range(2001)]
    keys = [each["key"] for each in labels]
    info = {"name": {"first": "Ada"}, "labelKeys": {"items": keys[:2000]}}
    site.store.load(labels=labels, contacts=[{"id": "ada", "info": info}])
    body = {"labelKeys": keys[2000:]}
    violations = await site.violations("POST", "/contacts/ada/labels", body)
    assert violations == [("labelKeys", "MAX_SIZE")]
