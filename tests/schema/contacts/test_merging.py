"""Contacts merged, and what a merge would leave."""

from typing import Any

import pytest

from tests.support.site import ADA, CONFLICT, GRACE, LIST_LABELS, NOBODY, Site, problem

MERGE = "POST /contacts/v4/contacts/{id}/merge"


PREVIEW = """
query ($target: ID!, $sources: [ID!]!) {
  mergePreview(targetContactId: $target, sourceContactIds: $sources) { id labelKeys }
}
"""


async def test_a_merge_leaves_one_contact_with_what_all_had(site: Site) -> None:
    ids = site.ids()
    answer = await site.run(
        """mutation ($given: MergeContactsInput!) { mergeContacts(input: $given) {
          contact { id revision labelKeys emails { email } labels { key } }
          deletedContactIds
          userErrors { code }
        } }""",
        given={
            "targetContactId": ids[ADA].upper(),
            "targetRevision": site.contacts()[ADA]["revision"],
            "sourceContactIds": [ids[GRACE].upper()],
        },
    )
    keys = ["custom.vip-customer", "custom.newsletter", "custom.speaker"]
    assert answer.whole["mergeContacts"] == {
        "contact": {
            "id": ids[ADA],
            "revision": site.contacts()[ADA]["revision"],
            "labelKeys": keys,
            "emails": [
                {"email": "ada.lovelace@example.com"},
                {"email": "grace.hopper@example.com"},
            ],
            "labels": [{"key": key} for key in keys],
        },
        "deletedContactIds": [ids[GRACE]],
        "userErrors": [],
    }
    assert ids[GRACE] not in site.ids()
    assert answer.calls == {MERGE: 1, LIST_LABELS: 1}


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["{ada}"], problem("ILLEGAL_MERGE", "sourceContactIds")),
        (["{grace}", "{grace}"], problem("ILLEGAL_MERGE", "sourceContactIds")),
        (["{alan}"], problem("ILLEGAL_MERGE", "sourceContactIds")),
        (["{katherine}"], problem("ILLEGAL_MERGE", "sourceContactIds")),
        ([], problem("INVALID_INPUT", "sourceContactIds")),
        (["{grace}"] * 6, problem("INVALID_INPUT", "sourceContactIds")),
        (["{grace}", "no guid"], problem("CONTACT_NOT_FOUND", "sourceContactIds", "1")),
    ],
    ids=["itself", "twice", "owner", "member", "none", "six", "no guid"],
)
async def test_an_illegal_merge_is_refused(
    site: Site, sources: list[str], expected: dict[str, Any]
) -> None:
    names = ("ada", "alan", "grace", "katherine")
    known = dict(zip(names, site.ids(), strict=False))
    given = {
        "targetContactId": known["ada"],
        "targetRevision": site.contacts()[ADA]["revision"],
        "sourceContactIds": [source.format(**known) for source in sources],
    }
    assert await site.refused("mergeContacts", given) == [expected]


async def test_a_merge_into_or_from_nobody_is_refused(site: Site) -> None:
    ids = site.ids()
    revision = site.contacts()[ADA]["revision"]
    nobody = {"targetContactId": "x", "targetRevision": 1, "sourceContactIds": [ids[ADA]]}
    assert await site.refused("mergeContacts", nobody) == [
        problem("CONTACT_NOT_FOUND", "targetContactId")
    ]
    given = {"targetContactId": ids[ADA], "targetRevision": revision, "sourceContactIds": [NOBODY]}
    (error,) = await site.refused("mergeContacts", given)
    assert error["code"] == "CONTACT_NOT_FOUND"


async def test_a_merge_into_a_target_that_has_moved_on_is_refused(site: Site) -> None:
    ids = site.ids()
    now = site.contacts()[ADA]["revision"]
    given = {
        "targetContactId": ids[ADA].upper(),
        "targetRevision": now + 1,
        "sourceContactIds": [ids[GRACE]],
    }
    assert await site.refused("mergeContacts", given, CONFLICT) == [
        problem("REVISION_CONFLICT", "targetRevision", kind="RevisionConflict", currentRevision=now)
    ]


async def test_a_merge_preview_shows_what_would_be_left_and_changes_nothing(site: Site) -> None:
    ids = site.ids()
    before = site.snapshot()
    answer = await site.run(PREVIEW, target=ids[ADA].upper(), sources=[ids[GRACE].upper()])
    assert answer.whole["mergePreview"] == {
        "id": ids[ADA],
        "labelKeys": ["custom.vip-customer", "custom.newsletter", "custom.speaker"],
    }
    assert site.snapshot() == before


@pytest.mark.parametrize(
    ("target", "sources", "code", "field"),
    [
        ("x", ["{other}"], "CONTACT_NOT_FOUND", ["targetContactId"]),
        ("{ada}", ["{other}", "x"], "CONTACT_NOT_FOUND", ["sourceContactIds", "1"]),
        ("{ada}", [], "INVALID_INPUT", ["sourceContactIds"]),
        ("{ada}", ["{other}"] * 6, "INVALID_INPUT", ["sourceContactIds"]),
    ],
)
async def test_an_impossible_merge_preview_is_refused_without_a_call(
    site: Site, target: str, sources: list[str], code: str, field: list[str]
) -> None:
    names = {"ada": site.ids()[ADA], "other": site.ids()[GRACE]}
    answer = await site.run(
        PREVIEW,
        target=target.format(**names),
        sources=[source.format(**names) for source in sources],
    )
    assert (answer.data, answer.codes, answer.calls) == ({"mergePreview": None}, [code], {})
    assert answer.errors[0]["extensions"]["field"] == field


async def test_a_merge_preview_wix_refuses_says_why(site: Site) -> None:
    ids = site.ids()
    cases: list[tuple[list[str], str]] = [
        ([ids[ADA]], "ILLEGAL_MERGE"),
        ([NOBODY], "CONTACT_NOT_FOUND"),
    ]
    for sources, code in cases:
        answer = await site.run(PREVIEW, target=ids[ADA], sources=sources)
        assert (answer.data, answer.codes) == ({"mergePreview": None}, [code])
