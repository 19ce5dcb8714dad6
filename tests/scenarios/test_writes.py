"""Writes in one document, after one another and after mishaps: what is true then."""

from typing import Any

import pytest

from tests.support.site import ADA, CREATE_LABEL, LABEL_CONTACT, QUERY_CONTACTS, Site

TWO_WRITES = """
mutation ($id: ID!) {
  first: findOrCreateLabel(input: {displayName: "First"}) { label { key } userErrors { code } }
  second: labelContact(input: {contactId: $id, labelKeys: ["custom.first"]}) {
    contact { labelKeys } userErrors { code }
  }
  third: findOrCreateLabel(input: {displayName: "Third"}) { label { key } userErrors { code } }
}
"""


async def test_mutations_run_one_after_another(site: Site) -> None:
    answer = await site.run(TWO_WRITES, id=site.ids()[ADA])
    assert answer.whole["second"] == {
        "contact": {"labelKeys": ["custom.vip-customer", "custom.newsletter", "custom.first"]},
        "userErrors": [],
    }


async def test_a_fault_in_the_second_mutation_keeps_the_first_and_goes_on(site: Site) -> None:
    site.fault(LABEL_CONTACT, status=403)
    answer = await site.run(TWO_WRITES, id=site.ids()[ADA])
    assert answer.data == {
        "first": {"label": {"key": "custom.first"}, "userErrors": []},
        "second": None,
        "third": {"label": {"key": "custom.third"}, "userErrors": []},
    }
    assert [(error["path"], error["extensions"]["code"]) for error in answer.errors] == [
        (["second"], "UPSTREAM_FORBIDDEN")
    ]
    assert answer.calls == {CREATE_LABEL: 2, LABEL_CONTACT: 1}


async def test_a_refusal_in_the_second_mutation_keeps_the_first_and_goes_on(site: Site) -> None:
    answer = await site.run(TWO_WRITES, id="no guid")
    assert answer.whole == {
        "first": {"label": {"key": "custom.first"}, "userErrors": []},
        "second": {"contact": None, "userErrors": [{"code": "CONTACT_NOT_FOUND"}]},
        "third": {"label": {"key": "custom.third"}, "userErrors": []},
    }


async def test_a_write_is_read_back_in_its_document_though_the_index_lags(site: Site) -> None:
    site.fault("*", kind="index_lag", seconds=30)
    answer = await site.run(
        """mutation ($id: ID!) {
          createContact(input: {info: {emails: [{email: "new@example.com"}]}}) {
            contact { primaryEmail { email } }
          }
          duplicate: createContact(input: {info: {emails: [{email: "new@example.com"}]}}) {
            userErrors { code ... on DuplicateContact { duplicate { primaryEmail { email } } } }
          }
          renameLabel(input: {key: "custom.vip-customer", displayName: "Friend"}) {
            label { displayName }
          }
          labelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
            contact { labelKeys labels { displayName } }
          }
        }""",
        id=site.ids()[ADA],
    )
    new = {"primaryEmail": {"email": "new@example.com"}}
    assert answer.whole == {
        "createContact": {"contact": new},
        "duplicate": {"userErrors": [{"code": "DUPLICATE_CONTACT", "duplicate": new}]},
        "renameLabel": {"label": {"displayName": "Friend"}},
        "labelContact": {
            "contact": {
                "labelKeys": ["custom.vip-customer", "custom.newsletter", "custom.lead"],
                "labels": [
                    {"displayName": "Friend"},
                    {"displayName": "Newsletter"},
                    {"displayName": "Lead"},
                ],
            }
        },
    }


async def test_one_contact_by_id_never_lags(site: Site) -> None:
    site.fault("*", kind="index_lag", seconds=30)
    created = await site.run(
        'mutation { createContact(input: {info: {name: {first: "New"}}}) { contact { id } } }'
    )
    contact_id = created.whole["createContact"]["contact"]["id"]
    for document in (
        "query ($id: ID!) { found: contact(id: $id) { id } }",
        "query ($id: ID!) { found: node(id: $id) { id } }",
    ):
        assert (await site.run(document, id=contact_id)).whole == {"found": {"id": contact_id}}


async def test_several_contacts_by_id_are_found_though_the_index_lags(site: Site) -> None:
    site.fault("*", kind="index_lag", seconds=30)
    created = await site.run(
        'mutation { createContact(input: {info: {name: {first: "New"}}}) { contact { id } } }'
    )
    new, ada = created.whole["createContact"]["contact"]["id"], site.ids()[ADA]
    answer = await site.run(
        "query ($a: ID!, $b: ID!) { a: contact(id: $a) { id } b: contact(id: $b) { id } }",
        a=new,
        b=ada,
    )
    assert answer.whole == {"a": {"id": new}, "b": {"id": ada}}


async def test_an_answer_lost_after_the_write_is_not_written_twice(site: Site) -> None:
    site.fault(CREATE_LABEL, kind="drop", when="after", count=1)
    answer = await site.run(
        'mutation { findOrCreateLabel(input: {displayName: "Once"}) { label { key } created } }'
    )
    assert answer.whole["findOrCreateLabel"] == {"label": {"key": "custom.once"}, "created": False}
    create = "POST /contacts/v4/contacts"
    site.fault(create, kind="drop", when="after", count=1)
    before = len(site.ids())
    answer = await site.run(
        'mutation { createContact(input: {info: {name: {first: "Once"}}}) { contact { id } } }'
    )
    assert answer.whole == {"createContact": {"contact": {"id": site.ids()[-1]}}}
    assert answer.calls == {create: 1, QUERY_CONTACTS: 1}
    assert len(site.ids()) == before + 1


ADA_SHOWN = """createContact(input: {info: {emails: [{email: "ada.lovelace@example.com"}]}}) {
  userErrors { ... on DuplicateContact { duplicate {
    labelKeys extendedFields(keys: ["custom.loyalty-tier"]) { value } company
  } } }
}"""
"""A mutation that is refused, and thereby shows a contact."""


@pytest.mark.parametrize(
    ("write", "changed"),
    [
        (
            'deleteLabel(input: {key: "custom.newsletter"}) { deletedLabelKey }',
            {"labelKeys": ["custom.vip-customer"]},
        ),
        (
            'deleteExtendedField(input: {key: "custom.loyalty-tier"}) { deletedKey }',
            {"extendedFields": []},
        ),
        (
            'bulkUpdateContacts(input: {search: "ada", changes: {company: "x"}}) { job { id } }',
            {"company": "x"},
        ),
    ],
    ids=["label", "field", "bulk"],
)
async def test_contacts_a_write_touched_on_its_way_are_read_anew(
    site: Site, write: str, changed: dict[str, Any]
) -> None:
    site.sandbox.switches.change({"jobStepSeconds": 0.0})
    answer = await site.run(f"mutation {{ before: {ADA_SHOWN} {write} after: {ADA_SHOWN} }}")
    shown = {
        "labelKeys": ["custom.vip-customer", "custom.newsletter"],
        "extendedFields": [{"value": "silver"}],
        "company": "Analytical Engines",
    }
    assert answer.whole["before"] == {"userErrors": [{"duplicate": shown}]}
    assert answer.whole["after"] == {"userErrors": [{"duplicate": {**shown, **changed}}]}
