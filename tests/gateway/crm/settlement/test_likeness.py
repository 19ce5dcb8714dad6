"""Whether a contact is as somebody wanted it: what he named counts, however Wix writes it."""

from datetime import date
from typing import Any

import pytest

from gateway.crm.settlement.likeness import holds
from gateway.model.changes import (
    AddressEntry,
    ContactInfo,
    EmailEntry,
    NameChange,
    PhoneEntry,
)
from gateway.model.contacts import Address, Contact, Email, FieldEntry, Name, Phone
from gateway.model.enums import AddressTag, EmailTag, PhoneTag

ADA = Contact(
    id="ada",
    revision=1,
    name=Name("Ada", "Lovelace"),
    emails=(
        Email("Ada@example.com", id="1", tag=EmailTag.MAIN, primary=True),
        Email("countess@example.org", id="2"),
    ),
    phones=(Phone("050-123 4567", id="3", tag=PhoneTag.MOBILE, country_code="IL", primary=True),),
    addresses=(Address(id="4", tag=AddressTag.HOME, line1="1 Main St", city="London"),),
    company="Analytical",
    birthdate=date(1815, 12, 10),
    label_keys=("custom.vip", "custom.news"),
    extended_fields=(
        FieldEntry("custom.tier", "gold"),
        FieldEntry("custom.page", "https://example.com"),
        FieldEntry("custom.visits", 3),
    ),
)
MAIN = EmailEntry("ada@EXAMPLE.com ", tag=EmailTag.MAIN, primary=True)
COUNTESS = EmailEntry("countess@example.org")
HOME = AddressEntry(tag=AddressTag.HOME, line1="1 Main St ", city="London")


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"name": NameChange(first="Ada ")},
        {"name": NameChange(first="Ada", last="Lovelace")},
        {"emails": (COUNTESS, MAIN)},
        {"phones": (PhoneEntry("0501234567"),)},
        {"phones": (PhoneEntry("050 1234567", tag=PhoneTag.MOBILE, primary=True),)},
        {"addresses": (HOME,)},
        {"company": "Analytical"},
        {"job_title": None, "locale": ""},
        {"birthdate": date(1815, 12, 10)},
        {"label_keys": ("custom.news", "custom.vip")},
        {"extended_fields": (("custom.tier", "gold"), ("custom.old", None))},
        {"extended_fields": (("custom.page", "example.com"), ("custom.visits", 3.0))},
        {"extended_fields": None},
    ],
    ids=str,
)
def test_a_contact_holds_what_it_was_given(named: dict[str, Any]) -> None:
    assert holds(ADA, ContactInfo(**named))


@pytest.mark.parametrize(
    "named",
    [
        {"name": None},
        {"name": NameChange(first=None)},
        {"name": NameChange(first="Ada", last="Byron")},
        {"emails": None},
        {"emails": (MAIN,)},
        {"emails": (MAIN, EmailEntry("other@example.org"))},
        {"emails": (MAIN, EmailEntry("countess@example.org", tag=EmailTag.WORK))},
        {"emails": (MAIN, EmailEntry("countess@example.org", primary=True))},
        {"phones": (PhoneEntry("0501234568"),)},
        {"phones": ()},
        {"addresses": (AddressEntry(line1="1 Main St", city="Paris"),)},
        {"addresses": (AddressEntry(tag=AddressTag.WORK, line1="1 Main St", city="London"),)},
        {"company": None},
        {"company": "analytical"},
        {"birthdate": None},
        {"label_keys": ("custom.vip",)},
        {"extended_fields": (("custom.tier", None),)},
        {"extended_fields": (("custom.visits", 4),)},
        {"company": "Analytical", "job_title": "Countess"},
    ],
    ids=str,
)
def test_a_contact_does_not_hold_what_differs(named: dict[str, Any]) -> None:
    assert not holds(ADA, ContactInfo(**named))


def test_a_contact_without_a_name_holds_the_clearing_of_one() -> None:
    assert holds(Contact(id="nobody", revision=1), ContactInfo(name=None))
