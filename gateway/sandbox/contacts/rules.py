"""What no contact may be, whichever way it came to be written (contract 3.1, 3.2)."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gateway.sandbox.contacts.documents import Contact, listed, primary
from gateway.sandbox.contacts.phones import dial
from gateway.sandbox.definitions import rows as definitions
from gateway.sandbox.language.operands import fold
from gateway.sandbox.ports import Standing
from gateway.sandbox.refusals import Violation, application, invalid

MOST_LABELS = 2000
UNDELETABLE: Mapping[Standing, tuple[str, str]] = {
    Standing.OWNER: (
        "CANNOT_DELETE_MEMBER_OWNER_OR_CONTRIBUTOR",
        "Cannot delete the site owner or a contributor",
    ),
    Standing.MEMBER: ("CANNOT_DELETE_MEMBER", "Cannot delete a site member"),
    Standing.BILLING_SUBSCRIPTION: (
        "CANNOT_DELETE_CONTACT_WITH_BILLING_SUBSCRIPTION",
        "Cannot delete a contact with a billing subscription",
    ),
}
"""What protects a contact from deletion: code and message, the strongest protection first."""


def known_labels(db: sqlite3.Connection, keys: Mapping[str, Iterable[str]]) -> None:
    """Demand that labels exist; ``keys`` holds them by the path of the property that lists them.

    Raises:
        Refusal: 400 with a violation for every unknown key (section 9, row 16).
    """
    violations = [
        Violation(path, f"label {key} does not exist", "OTHER", {"key": key})
        for path, listed_keys in keys.items()
        for key in definitions.unknown(db, "label", listed_keys)
    ]
    if violations:
        raise invalid(violations)


def single_primaries(info: Mapping[str, Any]) -> None:
    """Demand at most one primary e-mail and one primary phone in what a caller sends."""
    for name in ("emails", "phones"):
        if sum(bool(entry.get("primary")) for entry in listed(info, name)) > 1:
            message = f"Cannot have multiple primary {name}"
            raise application(400, "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO", message)


def sufficient(info: Mapping[str, Any]) -> None:
    """Demand a name, an e-mail or a phone."""
    if not (info.get("name") or listed(info, "emails") or listed(info, "phones")):
        message = "A contact needs a name, an email or a phone"
        raise application(400, "INSUFFICIENT_CONTACT_DATA", message)


def unduplicated(db: sqlite3.Connection, sent: Mapping[str, Any], but: str = "") -> None:
    """Demand that nobody but one contact has a sent e-mail or, with none sent, a sent phone.

    Raises:
        Refusal: 409 with the other contact's id and the value they share.
    """
    for contact_id, value, is_email in duplicates(db, sent):
        if contact_id != but:
            shared = "duplicateEmail" if is_email else "duplicatePhone"
            data = {"duplicateContactId": contact_id, shared: value}
            message = "Duplicate contact exists"
            raise application(409, "DUPLICATE_CONTACT_EXISTS", message, **data)


def duplicates(db: sqlite3.Connection, sent: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Find contacts with a sent e-mail or, with none sent, a sent phone, oldest first per value.

    Yields:
        The contact's id, the value as sent, and whether that is an e-mail.
    """
    emails = [entry["email"] for entry in listed(sent, "emails")]
    for email in emails:
        for contact_id in _holders(db, "folded", "info.emails.email", fold(email)):
            yield contact_id, email, True
    for phone in () if emails else listed(sent, "phones"):
        dialled = dial(phone["phone"], phone.get("countryCode"))
        path = "info.phones.e164Phone" if dialled else "info.phones.phone"
        for contact_id in _holders(db, "exact", path, dialled.e164 if dialled else phone["phone"]):
            yield contact_id, phone["phone"], False


def same_member_email(before: Contact, info: Mapping[str, Any]) -> None:
    """Demand that a member keeps the primary e-mail, which is the login as well."""
    if Standing.MEMBER not in before.standing:
        return
    old, new = primary(listed(before.info, "emails")), primary(listed(info, "emails"))
    if (old and fold(old["email"])) != (new and fold(new["email"])):
        raise application(428, "CANNOT_UPDATE_MEMBER_EMAIL", "Cannot update a member's email")


def labels_within_limit(keys: Sequence[str]) -> None:
    """Demand that a contact carries no more labels than one may (contract 6.4)."""
    if len(keys) > MOST_LABELS:
        description = f"must hold at most {MOST_LABELS} items"
        raise invalid([Violation("labelKeys", description, "MAX_SIZE", {"threshold": MOST_LABELS})])


def deletable(contact: Contact) -> None:
    """Demand that nothing protects a contact from deletion."""
    for standing, (code, message) in UNDELETABLE.items():
        if standing in contact.standing:
            raise application(428, code, message)


def _holders(db: sqlite3.Connection, column: str, path: str, value: str) -> Sequence[str]:
    rows = db.execute(
        "SELECT DISTINCT id FROM contacts JOIN contact_values ON contact = row"  # noqa: S608 - our own column name
        f" WHERE path = ? AND {column} = ? AND latest = 1 ORDER BY ordinal",
        (path, value),
    )
    return [row["id"] for row in rows]
