"""Mutations without the right to them: refused before any call, or done and told."""

from typing import Any, Final

import pytest

from gateway.model.principal import SCOPES
from tests.support.forbidden import WITHOUT_PERSONAL, forbidden, placed
from tests.support.site import ADA, NOBODY, Site, changing

MUTATIONS: Final = {
    "findOrCreateLabel": ({"displayName": "New"}, ["labels:write"]),
    "renameLabel": ({"key": "custom.lead", "displayName": "New"}, ["labels:write"]),
    "deleteLabel": ({"key": "custom.lead"}, ["labels:write"]),
    "labelContact": ({"contactId": NOBODY, "labelKeys": ["custom.lead"]}, ["contacts:write"]),
    "unlabelContact": ({"contactId": NOBODY, "labelKeys": ["custom.lead"]}, ["contacts:write"]),
    "createContact": ({"info": {"company": "New"}}, ["contacts:write"]),
    "updateContact": (
        {"contactId": NOBODY, "revision": 1, "changes": {"company": "New"}},
        ["contacts:write"],
    ),
    "deleteContact": ({"contactId": NOBODY}, ["contacts:delete"]),
    "mergeContacts": (
        {"targetContactId": NOBODY, "targetRevision": 1, "sourceContactIds": [NOBODY]},
        ["contacts:delete", "contacts:write"],
    ),
    "bulkLabelContacts": (
        {"filter": {"company": {"eq": "x"}}, "addLabelKeys": ["custom.lead"]},
        ["contacts:bulk", "contacts:write"],
    ),
    "bulkUpdateContacts": (
        {"filter": {"company": {"eq": "x"}}, "changes": {"company": "New"}},
        ["contacts:bulk", "contacts:write"],
    ),
    "bulkDeleteContacts": (
        {"filter": {"company": {"eq": "x"}}},
        ["contacts:bulk", "contacts:delete"],
    ),
    "findOrCreateExtendedField": ({"displayName": "New", "dataType": "TEXT"}, ["fields:write"]),
    "renameExtendedField": ({"key": "custom.tier", "displayName": "New"}, ["fields:write"]),
    "deleteExtendedField": ({"key": "custom.tier"}, ["fields:write"]),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_mutation_is_refused_before_anything_is_asked_of_wix(
    site: Site, mutation: str
) -> None:
    given, scopes = MUTATIONS[mutation]
    before = site.snapshot()
    for kept in [*scopes, None]:
        missing = [scope for scope in scopes if scope != kept]
        if not missing:
            continue
        site.scopes = SCOPES - set(missing)
        answer = await run_mutation(site, mutation, given)
        assert answer.data == {mutation: None}
        error = forbidden(f"Mutation.{mutation}", *missing, path=[mutation])
        assert (placed(answer.errors), answer.calls) == ([error], {})
    assert site.snapshot() == before


async def run_mutation(site: Site, mutation: str, given: Any) -> Any:
    kind = mutation[0].upper() + mutation[1:]
    return await site.run(
        f"mutation ($given: {kind}Input!) {{ {mutation}(input: $given) {{ __typename }} }}",
        given=given,
    )


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"emails": [{"email": "new@example.com"}]}, "input.changes.emails"),
        ({"name": None}, "input.changes.name"),
        ({"company": "New", "birthdate": "1815-12-10"}, "input.changes.birthdate"),
        (
            {"extendedFields": [{"key": "custom.tier", "value": None}]},
            "input.changes.extendedFields",
        ),
    ],
)
async def test_personal_properties_are_not_written_nor_cleared_without_the_right_to_see_them(
    site: Site, changes: dict[str, Any], at: str
) -> None:
    site.scopes = WITHOUT_PERSONAL
    answer = await run_mutation(site, "updateContact", changing(site, ADA, **changes))
    error = forbidden("Mutation.updateContact", "contacts:pii", at=at, path=["updateContact"])
    assert (placed(answer.errors), answer.calls) == ([error], {})


async def test_a_label_is_not_made_along_the_way_without_the_right_to_make_one(site: Site) -> None:
    site.scopes = SCOPES - {"labels:write"}
    given = {"contactId": site.ids()[ADA], "labelNames": ["Brand New"]}
    answer = await run_mutation(site, "labelContact", given)
    place = "Mutation.labelContact"
    error = forbidden(place, "labels:write", at="input.labelNames", path=["labelContact"])
    assert (placed(answer.errors), answer.calls) == ([error], {})


async def test_a_refused_mutation_leaves_the_next_one_to_run(site: Site) -> None:
    site.scopes = frozenset({"labels:write"})
    answer = await site.run(
        f"""mutation {{
          deleteContact(input: {{contactId: "{site.ids()[ADA]}"}}) {{ deletedContactId }}
          findOrCreateLabel(input: {{displayName: "New"}}) {{ created label {{ key }} }}
        }}"""
    )
    assert answer.data == {
        "deleteContact": None,
        "findOrCreateLabel": {"created": True, "label": None},
    }
    assert [error["path"] for error in answer.errors] == [
        ["deleteContact"],
        ["findOrCreateLabel", "label"],
    ]
    assert answer.codes == ["FORBIDDEN", "FORBIDDEN"]


async def test_what_a_mutation_did_is_told_though_its_contact_may_not_be_seen(site: Site) -> None:
    site.scopes = frozenset({"contacts:write"})
    answer = await site.run(
        "mutation ($given: UpdateContactInput!) { updateContact(input: $given) "
        "{ contact { company } userErrors { code } } }",
        given=changing(site, ADA, company="Changed"),
    )
    assert answer.data == {"updateContact": {"contact": None, "userErrors": []}}
    path = ["updateContact", "contact"]
    assert placed(answer.errors) == [
        forbidden("UpdateContactPayload.contact", "contacts:read", path=path)
    ]
    assert site.contacts()[ADA]["info"]["company"] == "Changed"


async def test_a_duplicate_is_not_shown_to_whom_may_not_read_contacts(site: Site) -> None:
    site.scopes = SCOPES - {"contacts:read"}
    answer = await site.run(
        """mutation {
          createContact(input: {info: {emails: [{email: "ada.lovelace@example.com"}]}}) {
            contact { id } userErrors { code ... on DuplicateContact { duplicate { id } } }
          }
        }"""
    )
    problem = {"code": "DUPLICATE_CONTACT", "duplicate": None}
    assert answer.data == {"createContact": {"contact": None, "userErrors": [problem]}}
    assert set(answer.codes) == {"FORBIDDEN"}
