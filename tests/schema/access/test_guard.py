"""What a caller without a right gets, and what it costs: over a whole site."""

from typing import Any, Final

import pytest

from gateway.model.principal import SCOPES
from tests.support.forbidden import WITHOUT_PERSONAL, forbidden, placed
from tests.support.site import ADA, NOBODY, QUERY_CONTACTS, Site

CONTACT: Final = """
query ($id: ID!) {
  contact(id: $id) {
    id company labelKeys
    name { full } primaryEmail { email } primaryPhone { phone } birthdate picture
    emails { email } phones { phone } addresses { city } extendedFields { key value }
    labels { displayName }
  }
}
"""


async def test_personal_fields_are_withheld_one_by_one_and_their_neighbours_answer(
    site: Site,
) -> None:
    contact_id = site.ids()[ADA]
    site.scopes = WITHOUT_PERSONAL
    answer = await site.run(CONTACT, id=contact_id)
    nothing = dict.fromkeys(["name", "primaryEmail", "primaryPhone", "birthdate", "picture"])
    empty: dict[str, Any] = {
        name: [] for name in ["emails", "phones", "addresses", "extendedFields"]
    }
    assert answer.data["contact"] == {
        "id": contact_id,
        "company": "Analytical Engines",
        "labelKeys": ["custom.vip-customer", "custom.newsletter"],
        **nothing,
        **empty,
        "labels": [{"displayName": "VIP Customer"}, {"displayName": "Newsletter"}],
    }
    assert placed(answer.errors) == placed(
        [
            forbidden(f"Contact.{name}", "contacts:pii", path=["contact", name])
            for name in [*nothing, *empty]
        ]
    )


async def test_who_holds_the_scope_gets_the_same_fields(site: Site) -> None:
    answer = await site.run(CONTACT, id=site.ids()[ADA])
    contact = answer.whole["contact"]
    assert contact["name"] == {"full": "Ada Lovelace"}
    assert contact["emails"][0] == {"email": "ada.lovelace@example.com"}


async def test_one_withheld_root_field_leaves_the_others_and_costs_nothing(site: Site) -> None:
    site.scopes = frozenset({"labels:read"})
    answer = await site.run(
        "{ contacts { totalCount } contactFacets { count } viewer { subject } }"
    )
    assert answer.data == {"contacts": None, "contactFacets": None, "viewer": {"subject": "ada"}}
    assert placed(answer.errors) == [
        forbidden("Query.contactFacets", "contacts:read", path=["contactFacets"]),
        forbidden("Query.contacts", "contacts:read", path=["contacts"]),
    ]
    assert answer.calls == {}


@pytest.mark.parametrize(
    ("arguments", "at"),
    [
        ('search: "ada"', "search"),
        ('filter: {email: {eq: "a@example.com"}}', "filter.email"),
        ("filter: {firstName: {exists: true}}", "filter.firstName"),
        (
            'filter: {or: [{company: {eq: "x"}}, {not: {phone: {eq: "1"}}}]}',
            "filter.or.1.not.phone",
        ),
        ('filter: {extendedField: {key: "custom.tier", eq: "gold"}}', "filter.extendedField"),
        ("filter: {emailSubscription: {eq: SUBSCRIBED}}", "filter.emailSubscription"),
        ("orderBy: {field: BIRTHDATE}", "orderBy.field"),
        ("orderBy: {field: LAST_NAME, direction: DESC}", "orderBy.field"),
    ],
)
async def test_asking_by_what_may_not_be_seen_is_refused_for_no_call(
    site: Site, arguments: str, at: str
) -> None:
    site.scopes = WITHOUT_PERSONAL
    answer = await site.run(f"{{ contacts({arguments}) {{ totalCount }} }}")
    assert answer.data == {"contacts": None}
    error = forbidden("Query.contacts", "contacts:pii", at=at, path=["contacts"])
    assert (placed(answer.errors), answer.calls) == ([error], {})


async def test_a_variable_is_looked_into_as_a_literal_is(site: Site) -> None:
    site.scopes = WITHOUT_PERSONAL
    document = """query ($f: ContactFilter) {
      label(key: "custom.vip-customer") { key contacts(filter: $f) { totalCount } }
    }"""
    answer = await site.run(document, f={"and": [{"birthdate": {"lt": "2000-01-01"}}]})
    assert answer.data == {"label": {"key": "custom.vip-customer", "contacts": None}}
    assert placed(answer.errors) == [
        forbidden(
            "Label.contacts",
            "contacts:pii",
            at="filter.and.0.birthdate",
            path=["label", "contacts"],
        )
    ]


async def test_other_filters_orders_and_what_is_null_ask_for_nothing_more(site: Site) -> None:
    site.scopes = WITHOUT_PERSONAL
    document = """query ($none: String, $email: StringFilter) {
      contacts(
        search: $none
        filter: {company: {eq: "Analytical Engines"}, email: $email}
        orderBy: {field: COMPANY}
      ) { totalCount }
    }"""
    answer = await site.run(document, none=None, email=None)
    assert answer.whole == {"contacts": {"totalCount": 1}}


LOOK_UPS: Final = """
query ($contact: ID!, $label: ID!, $ids: [ID!]!, $references: [_Any!]!) {
  contact: node(id: $contact) { id }
  label: node(id: $label) { id }
  nodes(ids: $ids) { id }
  _entities(representations: $references) { __typename }
}
"""


@pytest.mark.parametrize(
    ("scopes", "shown"),
    [
        (["contacts:read", "labels:read"], {"Contact", "Label"}),
        (["contacts:read"], {"Contact"}),
        (["labels:read"], {"Label"}),
        ([], set()),
    ],
)
@pytest.mark.parametrize("exists", [True, False])
async def test_look_ups_by_identity_ask_for_each_kind_s_own_and_tell_nothing_else(
    site: Site, scopes: list[str], shown: set[str], *, exists: bool
) -> None:
    contact, label = (
        (site.ids()[ADA], "custom.vip-customer") if exists else (NOBODY, "custom.nobody")
    )
    references = [{"__typename": "Contact", "id": contact}, {"__typename": "Label", "key": label}]
    site.scopes = frozenset(scopes)
    answer = await site.run(
        LOOK_UPS, contact=contact, label=label, ids=[contact, label], references=references
    )
    seen = shown if exists else set()
    found = [
        {"id": contact} if "Contact" in seen else None,
        {"id": label} if "Label" in seen else None,
    ]
    assert answer.data == {
        "contact": found[0],
        "label": found[1],
        "nodes": found,
        "_entities": [
            {"__typename": kind} if kind in seen else None for kind in ("Contact", "Label")
        ],
    }
    refused = [kind for kind in ("Contact", "Label") if kind not in shown]
    assert sorted(error["message"].split()[0] for error in answer.errors) == sorted(refused * 3)
    assert set(answer.codes) <= {"FORBIDDEN"}
    assert (answer.calls == {}) == (not shown)


async def test_what_is_remembered_for_one_caller_is_shown_to_another_by_his_own_rights(
    site: Site,
) -> None:
    document = "{ contacts(first: 1) { nodes { id name { full } company } } }"
    first = await site.run(document)
    site.scopes = WITHOUT_PERSONAL
    second = await site.run(document)
    site.scopes = SCOPES
    third = await site.run(document)
    assert first.calls == {QUERY_CONTACTS: 1}
    assert second.calls == third.calls == {}
    (whole,) = first.whole["contacts"]["nodes"]
    assert second.data["contacts"]["nodes"] == [{**whole, "name": None}]
    assert third.whole == first.whole


async def test_what_a_poorer_caller_was_refused_is_there_for_the_next(site: Site) -> None:
    document = "{ contacts(first: 1) { nodes { emails { email } } } }"
    site.scopes = WITHOUT_PERSONAL
    poorer = await site.run(document)
    site.scopes = SCOPES
    richer = await site.run(document)
    assert poorer.data == {"contacts": {"nodes": [{"emails": []}]}}
    assert richer.whole == {
        "contacts": {"nodes": [{"emails": [{"email": "ada.lovelace@example.com"}]}]}
    }
    assert richer.calls == {}
