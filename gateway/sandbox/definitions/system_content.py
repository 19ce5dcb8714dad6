"""What every site has from the start: predefined labels and system fields (contract 2.1, 4)."""

from collections.abc import Iterator, Mapping
from typing import Any

SYSTEM_LABELS: tuple[Mapping[str, Any], ...] = (
    {
        "key": "contacts.customers",
        "displayName": "Customers",
        "namespace": "contacts",
        "labelType": "SYSTEM",
    },
    {
        "key": "contacts.contacted-me",
        "displayName": "Contacted Me",
        "namespace": "contacts",
        "labelType": "SYSTEM",
    },
)

_FIELDS: Mapping[str, tuple[str, str]] = {
    "contacts.displayByFirstName": ("TEXT", "Display by First Name"),
    "contacts.displayByLastName": ("TEXT", "Display by Last Name"),
    "invoices.vatId": ("TEXT", "VAT ID"),
    "members.membershipStatus": ("TEXT", "Membership Status"),
    "members.mobile": ("TEXT", "Member's Mobile"),
    "ecom.numOfPurchases": ("NUMBER", "# of Purchases"),
    "ecom.totalSpentAmount": ("NUMBER", "Total Spent Amount"),
    "ecom.totalSpentCurrency": ("TEXT", "Total Spent Currency"),
    "ecom.lastPurchaseDate": ("DATE", "Last Purchase Date"),
    "emailSubscriptions.subscriptionStatus": ("TEXT", "Subscription Status"),
    "emailSubscriptions.deliverabilityStatus": ("TEXT", "Deliverability Status"),
    "emailSubscriptions.effectiveEmail": ("TEXT", "Effective Email"),
}

COMPUTED_FIELDS = frozenset(
    key
    for key in _FIELDS
    if key.startswith(("contacts.", "emailSubscriptions.")) or key == "members.membershipStatus"
)
"""System fields whose values the site computes; what a caller sends for them is ignored."""

MEMBERSHIP_STATUSES = ("APPROVED", "DENIED", "PENDING", "INACTIVE")
MEMBERSHIP_FIELD = "members.membershipStatus"


def _system_fields() -> Iterator[Mapping[str, Any]]:
    for key, (data_type, display_name) in _FIELDS.items():
        yield {
            "key": key,
            "displayName": display_name,
            "namespace": key.partition(".")[0],
            "dataType": data_type,
            "fieldType": "SYSTEM",
            "description": f"{display_name}, kept by the site",
        }


SYSTEM_FIELDS: tuple[Mapping[str, Any], ...] = tuple(_system_fields())
