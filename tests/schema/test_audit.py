"""Every mutation leaves one record: who, what, on which things, and what came of it."""

import asyncio
import contextlib
import dataclasses
from typing import Any, Final

import pytest

from gateway.crm.contacts import ContactService
from gateway.errors import OutcomeUnknown, Throttled, UpstreamTimeout
from gateway.model.ids import is_guid
from gateway.model.principal import SCOPES
from gateway.sandbox.access.credentials import SITE_ID
from gateway.telemetry.audit import Deed
from tests.support.mutations import MUTATIONS, Mutation
from tests.support.site import REQUEST_ID, Site

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
CREATE: Final = "mutation Add($given: CreateContactInput!) { createContact(input: $given) %s }"
MEMBERS: Final = "{ contact { id } userErrors { code } }"


class Failing(ContactService):
    """Contacts that cannot be made."""

    def __init__(self, fault: BaseException) -> None:
        self._fault = fault

    async def create(self, *_args: Any, **_kwargs: Any) -> Any:
        raise self._fault


def deed(mutation: str, *identities: str, outcome: Any = "ok", **changed: Any) -> Deed:
    told = {"operation": None, "codes": ()} | changed
    return Deed(
        subject="ada",
        credential="none",
        site=SITE_ID,
        mutation=mutation,
        identities=identities,
        outcome=outcome,
        request_id=REQUEST_ID,
        **told,
    )


def identities_in(given: Any) -> set[str]:
    """List what is an identity, in whatever it stands."""
    if isinstance(given, dict):
        return set().union(*map(identities_in, given.values()))
    if isinstance(given, list):
        return set().union(*map(identities_in, given))
    return {given} if isinstance(given, str) and (is_guid(given) or "custom." in given) else set()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
async def test_every_mutation_leaves_one_record(site: Site, mutation: Mutation) -> None:
    given = (await mutation.prepare(site, "fresh")).given
    answer = await site.run(mutation.document, given=given)
    assert answer.whole[mutation.name] == {"userErrors": []}
    (record,) = site.deeds
    assert record == deed(mutation.name, *record.identities)
    named = identities_in(given)
    assert set(record.identities[: len(named)]) == named
    assert record.identities
    assert all(is_guid(name) or name.startswith("custom.") for name in record.identities)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
async def test_what_a_caller_may_not_do_leaves_one_as_well(site: Site, mutation: Mutation) -> None:
    given = (await mutation.prepare(site, "fresh")).given
    site.scopes = frozenset(scope for scope in SCOPES if scope.endswith(":read"))
    assert (await site.run(mutation.document, given=given)).codes == ["FORBIDDEN"]
    (record,) = site.deeds
    assert (record.mutation, record.outcome, record.codes) == (
        mutation.name,
        "refused",
        ("FORBIDDEN",),
    )


async def test_a_record_names_what_was_made(site: Site) -> None:
    given = {"info": {"name": {"first": "Ada"}, "emails": [{"email": "ada@canary.example"}]}}
    made = (await site.run(CREATE % MEMBERS, given=given)).whole["createContact"]["contact"]["id"]
    assert site.deeds == [deed("createContact", made, operation="Add")]


async def test_a_refusal_is_recorded_with_its_codes(site: Site) -> None:
    await site.run(
        f'mutation {{ deleteContact(input: {{contactId: "{NOBODY}"}}) {MEMBERS} }}'.replace(
            "contact { id }", "deletedContactId"
        )
    )
    assert site.deeds == [
        deed("deleteContact", NOBODY, outcome="refused", codes=("CONTACT_NOT_FOUND",))
    ]


async def test_each_root_field_leaves_its_own(site: Site) -> None:
    await site.run("""mutation Both {
      a: findOrCreateLabel(input: {displayName: "One"}) { created }
      b: findOrCreateLabel(input: {displayName: ""}) { userErrors { code } }
    }""")
    assert site.deeds == [
        deed("findOrCreateLabel", "custom.one", operation="Both"),
        deed("findOrCreateLabel", operation="Both", outcome="refused", codes=("INVALID_INPUT",)),
    ]


@pytest.mark.parametrize(
    "sent", ["ada@example.com", "Ada Lovelace", "+44.7700900000", "x", "a." + "b" * 79]
)
async def test_what_is_no_identity_is_not_repeated(site: Site, sent: str) -> None:
    await site.run(
        "mutation ($id: ID!) { deleteContact(input: {contactId: $id}) { deletedContactId } }",
        id=sent,
    )
    (record,) = site.deeds
    assert record.identities == ("(malformed)",)


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        (Throttled("full"), "refused", "THROTTLED"),
        (UpstreamTimeout("late"), "refused", "UPSTREAM_TIMEOUT"),
        (OutcomeUnknown("lost"), "unknown", "OUTCOME_UNKNOWN"),
        (RuntimeError("a bug that says ada@canary.example"), "unknown", "INTERNAL"),
        (asyncio.CancelledError(), "unknown", "INTERNAL"),
    ],
)
async def test_a_fault_is_recorded_by_what_it_says_of_the_work(
    site: Site, fault: BaseException, outcome: str, code: str
) -> None:
    site.services = dataclasses.replace(site.services, contacts=Failing(fault))
    with contextlib.suppress(asyncio.CancelledError):
        await site.run(CREATE % MEMBERS, given={"info": {"name": {"first": "Ada"}}})
    assert site.deeds == [deed("createContact", operation="Add", outcome=outcome, codes=(code,))]


async def test_a_long_name_of_an_operation_is_cut(site: Site) -> None:
    await site.run(
        f'mutation {"x" * 101} {{ findOrCreateLabel(input: {{displayName: "A"}}) {{ created }} }}'
    )
    (record,) = site.deeds
    assert record.operation == "x" * 100


async def test_queries_leave_none(site: Site) -> None:
    await site.run("{ viewer { subject } labels { nodes { key } } }")
    assert site.deeds == []
