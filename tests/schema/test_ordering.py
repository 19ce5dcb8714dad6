"""Orders: every sort key in both directions, ties broken for good, missing values included."""

from typing import Any

import pytest

from schema.contacts.filters import ContactSortField
from tests.support import oracle
from tests.support.site import QUERY_CONTACTS, Site, opened

HELD = {
    "CREATED_AT": oracle.FIELDS["createdAt"],
    "LAST_ACTIVITY_AT": oracle.FIELDS["lastActivityAt"],
    "PRIMARY_EMAIL": oracle.folded(oracle.FIELDS["primaryEmail"]),
    "FIRST_NAME": oracle.folded(oracle.FIELDS["firstName"]),
    "LAST_NAME": oracle.folded(oracle.FIELDS["lastName"]),
    "COMPANY": oracle.folded(oracle.FIELDS["company"]),
    "JOB_TITLE": oracle.folded(oracle.FIELDS["jobTitle"]),
    "BIRTHDATE": oracle.FIELDS["birthdate"],
}
"""What each sort key reads; one for every value of ContactSortField."""

ORDERED = """
query ($orderBy: ContactOrder) { contacts(first: 100, orderBy: $orderBy) { nodes { id } } }
"""


def test_every_sort_key_is_tried() -> None:
    assert list(HELD) == [each.name for each in ContactSortField]


@pytest.mark.parametrize("key", HELD)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_contacts_come_in_the_order_that_was_asked_for(key: str, direction: str) -> None:
    async with opened(contacts=100) as site:
        answer = await site.run(ORDERED, orderBy={"field": key, "direction": direction})
        contacts = {contact["id"]: contact for contact in site.contacts()}
        found = [contacts[node["id"]] for node in answer.whole["contacts"]["nodes"]]
        held = [values[0] for contact in found if (values := HELD[key](contact))]
        assert held == sorted(held, reverse=direction == "DESC")
        assert len(found) == 100
        assert answer.calls == {QUERY_CONTACTS: 1}


async def test_the_direction_is_ascending_unless_said() -> None:
    async with opened() as site:
        plain = await site.run(ORDERED, orderBy={"field": "FIRST_NAME"})
        said = await site.run(ORDERED, orderBy={"field": "FIRST_NAME", "direction": "ASC"})
        assert plain.whole == said.whole


@pytest.mark.parametrize(
    ("kind", "listed"), [("LabelOrder", "labels"), ("ExtendedFieldOrder", "extendedFields")]
)
@pytest.mark.parametrize(
    ("key", "field"),
    [("DISPLAY_NAME", "displayName"), ("CREATED_AT", "createdAt"), ("UPDATED_AT", "updatedAt")],
)
async def test_definitions_come_in_the_order_that_was_asked_for(
    site: Site, kind: str, listed: str, key: str, field: str
) -> None:
    document = f"""
    query ($order: {kind}) {{ {listed}(orderBy: $order) {{ nodes {{ value: {field} }} }} }}
    """
    for direction in ("ASC", "DESC"):
        answer = await site.run(document, order={"field": key, "direction": direction})
        nodes: list[Any] = answer.whole[listed]["nodes"]
        held = [node["value"] for node in nodes if node["value"] is not None]
        assert held == sorted(held, key=str.casefold, reverse=direction == "DESC")
        assert len(held) > 5
