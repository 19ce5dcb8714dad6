"""Contacts updated: revisions, refusals by place, what stays locked."""

from typing import Any

import pytest

from tests.support.site import (
    ADA,
    CONFLICT,
    DUPLICATE,
    GET_CONTACT,
    GRACE,
    KATHERINE,
    LIST_LABELS,
    UPDATE_CONTACT,
    Site,
    changing,
    opened,
    problem,
)

UPDATE = """
mutation ($given: UpdateContactInput!) { updateContact(input: $given) {
  contact { id revision company jobTitle labels { key } }
  userErrors { code field }
} }
"""


async def test_an_update_changes_what_it_names_and_raises_the_revision(site: Site) -> None:
    given = changing(site, ADA, company="Engines Ltd", labelKeys=["custom.lead"])
    given["contactId"] = given["contactId"].upper()
    answer = await site.run(UPDATE, given=given)
    assert answer.whole["updateContact"] == {
        "contact": {
            "id": site.ids()[ADA],
            "revision": given["revision"] + 1,
            "company": "Engines Ltd",
            "jobTitle": "Countess",
            "labels": [{"key": "custom.lead"}],
        },
        "userErrors": [],
    }
    assert answer.calls == {UPDATE_CONTACT: 1, LIST_LABELS: 1}


async def test_a_stale_revision_tells_the_present_one_when_asked(site: Site) -> None:
    given = changing(site, ADA, company="x")
    now = given["revision"]
    given["revision"] = now + 7
    before = site.calls().get(GET_CONTACT, 0)
    assert await site.refused("updateContact", given, CONFLICT) == [
        problem("REVISION_CONFLICT", "revision", kind="RevisionConflict", currentRevision=now)
    ]
    assert await site.refused("updateContact", given) == [
        problem("REVISION_CONFLICT", "revision", kind="RevisionConflict")
    ]
    assert site.calls()[GET_CONTACT] == before + 1


async def test_the_present_revision_is_read_anew_within_one_document(site: Site) -> None:
    ada = changing(site, ADA, company="x")
    update = """updateContact(input: $given) {
      contact { revision }
      userErrors { code ... on RevisionConflict { currentRevision } }
    }"""
    answer = await site.run(
        f"mutation ($given: UpdateContactInput!) {{ a: {update} b: {update} }}", given=ada
    )
    now = ada["revision"] + 1
    assert answer.whole == {
        "a": {"contact": {"revision": now}, "userErrors": []},
        "b": {
            "contact": None,
            "userErrors": [{"code": "REVISION_CONFLICT", "currentRevision": now}],
        },
    }


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({}, "INSUFFICIENT_CONTACT_DATA", ["changes"]),
        (
            {"name": None, "emails": None, "phones": []},
            "INSUFFICIENT_CONTACT_DATA",
            ["changes"],
        ),
        (
            {"extendedFields": [{"key": "custom.renewal-date", "value": "soon"}]},
            "INVALID_EXTENDED_FIELD_VALUE",
            ["changes", "extendedFields", "0", "value"],
        ),
        (
            {"extendedFields": [{"key": "custom.loyalty-tier"}]},
            "INVALID_INPUT",
            ["changes", "extendedFields", "0", "value"],
        ),
        (
            {"extendedFields": [{"key": "custom.loyalty-tier", "value": each} for each in "ab"]},
            "INVALID_INPUT",
            ["changes", "extendedFields", "0", "value"],
        ),
        ({"locale": "not a locale"}, "INVALID_INPUT", ["changes", "locale"]),
        (
            {"addresses": [{"line1": "x", "streetName": "y"}]},
            "INVALID_INPUT",
            ["changes", "addresses", "0"],
        ),
        ({"labelKeys": ["custom.nothing"]}, "LABEL_NOT_FOUND", ["changes", "labelKeys", "0"]),
    ],
)
async def test_an_impossible_change_is_refused_by_the_place_of_what_is_wrong(
    site: Site, changes: dict[str, Any], code: str, field: list[str]
) -> None:
    assert await site.refused("updateContact", changing(site, ADA, **changes)) == [
        problem(code, *field)
    ]


@pytest.mark.parametrize(
    ("listed", "entries", "second"),
    [
        (
            "emails",
            [
                {"email": "a@example.com", "primary": True},
                {"email": "b@example.com"},
                {"email": "c@example.com", "primary": True},
            ],
            "2",
        ),
        ("phones", [{"phone": "1", "primary": True}, {"phone": "2", "primary": True}], "1"),
    ],
)
async def test_two_primary_entries_are_refused_without_a_call(
    site: Site, listed: str, entries: list[Any], second: str
) -> None:
    before = site.calls()
    assert await site.refused("createContact", {"info": {listed: entries}}) == [
        problem("MULTIPLE_PRIMARY", "info", listed, second, "primary")
    ]
    assert await site.refused("updateContact", changing(site, ADA, **{listed: entries})) == [
        problem("MULTIPLE_PRIMARY", "changes", listed, second, "primary")
    ]
    assert site.calls() == before


async def test_a_members_email_stays(site: Site) -> None:
    given = changing(site, KATHERINE, emails=[{"email": "new@example.com"}])
    assert await site.refused("updateContact", given) == [problem("MEMBER_EMAIL_LOCKED", "changes")]


@pytest.mark.parametrize("revision", [-1, 0])
async def test_a_revision_that_never_was_is_a_fault_of_the_revision(
    site: Site, revision: int
) -> None:
    given = {**changing(site, ADA, company="x"), "revision": revision}
    (error,) = await site.refused("updateContact", given)
    assert error["field"] == ["revision"]


async def test_an_update_to_a_duplicate_is_taken_only_where_it_is_allowed(site: Site) -> None:
    given = changing(site, GRACE, emails=[{"email": "ada.lovelace@example.com"}])
    ada = {"id": site.ids()[ADA], "name": {"full": "Ada Lovelace"}}
    assert await site.refused("updateContact", given, DUPLICATE) == [
        problem("DUPLICATE_CONTACT", "changes", "emails", kind="DuplicateContact", duplicate=ada)
    ]
    answer = await site.run(UPDATE, given={**given, "allowDuplicates": True})
    assert answer.whole["updateContact"]["userErrors"] == []


async def test_the_present_revision_is_not_the_one_remembered_from_before() -> None:
    async def somebody_else_labels_ada(_seconds: float) -> None:
        await site.wix.contacts.label(site.ids()[ADA], ["custom.lead"])

    async with opened(sleep=somebody_else_labels_ada) as site:
        site.fault(UPDATE_CONTACT, kind="latency", seconds=1, count=1)
        now = site.contacts()[ADA]["revision"]
        answer = await site.run(
            """mutation ($email: String!, $given: UpdateContactInput!) {
              createContact(input: {info: {emails: [{email: $email}]}}) {
                userErrors { ... on DuplicateContact { duplicate { revision } } }
              }
              updateContact(input: $given) {
                userErrors { ... on RevisionConflict { currentRevision } }
              }
            }""",
            email="ada.lovelace@example.com",
            given=changing(site, ADA, company="x"),
        )
        assert answer.whole == {
            "createContact": {"userErrors": [{"duplicate": {"revision": now}}]},
            "updateContact": {"userErrors": [{"currentRevision": now + 1}]},
        }
