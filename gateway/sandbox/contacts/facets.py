"""Facets: how many contacts there are of each label and status (contract 3.2)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.sandbox.contacts.documents import Document
from gateway.sandbox.contacts.fields import FACET_FIELDS, dialect_of
from gateway.sandbox.contacts.rows import visible
from gateway.sandbox.definitions import rows as definitions
from gateway.sandbox.definitions.translations import NAMESPACE, translated
from gateway.sandbox.language.filters import EVERYTHING, Filter, read_filter
from gateway.sandbox.language.paging import Page, paging_shape, read_slice
from gateway.sandbox.language.sql import Fragment, where
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import check, language, record
from gateway.sandbox.work import Work

_EMAILS = "emailSubscriptions"
_MEMBERSHIP = "info.extendedFields.members.membershipStatus"
_STATUSES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("email_subscription", "SUBSCRIBED"): ("subscribed", "Subscribed"),
    ("email_subscription", "UNSUBSCRIBED"): ("unsubscribed", "Unsubscribed"),
    ("email_subscription", "PENDING"): ("pending", "Pending"),
    ("email_deliverability", "BOUNCED"): ("bounced", "Bounced"),
    ("email_deliverability", "SPAM_COMPLAINT"): ("spam", "Marked as Spam"),
    ("email_deliverability", "INACTIVE"): ("inactive", "Inactive"),
}
_PROPERTIES = {
    "email_subscription": "subscriptionStatus",
    "email_deliverability": "deliverabilityStatus",
}
_MEMBERSHIPS = {
    "APPROVED": "Approved",
    "DENIED": "Denied",
    "PENDING": "Pending",
    "INACTIVE": "Inactive",
}


def list_facets(work: Work, request: Request) -> dict[str, Any]:
    """Answer List Facets."""
    asked = {**request.group("language"), "paging": request.nested("paging")}
    check(_shape(work), asked)
    return _answer(work, EVERYTHING, asked)


def query_facets(work: Work, request: Request) -> dict[str, Any]:
    """Answer Query Facets."""
    check(_shape(work), request.body)
    wanted = read_filter(request.body.get("filter"), dialect_of(work.db, only=FACET_FIELDS))
    return _answer(work, wanted, request.body)


def _shape(work: Work) -> Any:
    most = work.behaviour.facets_page_max
    return record({"paging": paging_shape(most=most), "language": language})


def _answer(work: Work, wanted: Filter, asked: Mapping[str, Any]) -> dict[str, Any]:
    facets = list(_facets(_Tally(work, wanted), asked.get("language")))
    part = read_slice(asked.get("paging"), default=work.behaviour.facets_page_max)
    page = Page(facets[part.offset : part.offset + part.limit], part.offset, len(facets))
    return {"facets": page.rows, "pagingMetadata": page.metadata()}


class _Tally:
    """Counts of the contacts that queries see now and a filter selects."""

    def __init__(self, work: Work, wanted: Filter) -> None:
        self.work = work
        seen, condition = visible(work), where(wanted)
        text = f"{seen.text} AND {condition.text}"
        self._chosen = Fragment(text, (*seen.values, *condition.values))

    def total(self) -> int:
        """All of them."""
        return sum(self.of_column("latest").values())

    def of_column(self, column: str) -> Counter[Any]:
        """How many have each value of a column."""
        sql = f"SELECT {column}, count(*) FROM contacts WHERE {self._chosen.text} GROUP BY 1"  # noqa: S608 - values are bound
        return Counter(dict(map(tuple, self.work.db.execute(sql, self._chosen.values))))

    def of_values(self, path: str) -> Counter[Any]:
        """How many have each value under a path."""
        sql = (
            "SELECT exact, count(*) FROM contact_values WHERE path = ? AND contact IN"  # noqa: S608 - values are bound
            f" (SELECT row FROM contacts WHERE {self._chosen.text}) GROUP BY 1"
        )
        rows = self.work.db.execute(sql, (path, *self._chosen.values))
        return Counter(dict(map(tuple, rows)))

    def unlabelled(self) -> int:
        """How many have no label at all."""
        sql = (
            f"SELECT count(*) FROM contacts WHERE {self._chosen.text} AND NOT EXISTS"  # noqa: S608 - values are bound
            " (SELECT 1 FROM contact_values WHERE contact = row AND path = 'info.labelKeys')"
        )
        (total,) = self.work.db.execute(sql, self._chosen.values).fetchone()
        return int(total)


def _facets(tally: _Tally, spoken: str | None) -> Iterator[Document]:
    yield _facet("ALL_CONTACTS", "contacts.all", "All Contacts", tally.total())
    yield _facet("NOT_LABELED", "contacts.notLabeled", "Not Labeled", tally.unlabelled())
    yield from _label_facets(tally, spoken)
    yield from _status_facets(tally)
    counts = tally.of_values(_MEMBERSHIP)
    for status, name in _MEMBERSHIPS.items():
        key = f"membershipStatus.{status.lower()}"
        facet = _facet("MEMBERSHIP_STATUS", key, name, counts[status])
        yield facet | _namespace("members", "Membership Status") | _equal(_MEMBERSHIP, status)


def _label_facets(tally: _Tally, spoken: str | None) -> Iterator[Document]:
    counts = tally.of_values("info.labelKeys")
    for row in definitions.every(tally.work.db, "label"):
        key, name = row["key"], row["display_name"]
        shown = translated(name, spoken) if row["type"] == "SYSTEM" else name
        facet = _facet("LABEL", key, shown, counts[key])
        query = {"queryFilter": {"info.labelKeys": {"$hasSome": [key]}}}
        yield facet | _namespace(row["namespace"], translated(NAMESPACE, spoken)) | query


def _status_facets(tally: _Tally) -> Iterator[Document]:
    counts = {column: tally.of_column(column) for column in _PROPERTIES}
    for (column, status), (key, name) in _STATUSES.items():
        count = counts[column][status]
        facet = _facet("SUBSCRIPTION_STATUS", f"{_EMAILS}.{key}", name, count)
        path = f"info.extendedFields.{_EMAILS}.{_PROPERTIES[column]}"
        yield facet | _namespace(_EMAILS, "Subscription Status") | _equal(path, status)


def _facet(kind: str, key: str, name: str, count: int) -> Document:
    return {"facetType": kind, "facetKey": key, "facetDisplayName": name, "count": count}


def _namespace(namespace: str, name: str) -> Document:
    return {"namespace": namespace, "namespaceDisplayName": name}


def _equal(path: str, value: str) -> Document:
    return {"queryFilter": {path: {"$eq": value}}}
