"""Services with an answer ready for everything, which note what they were asked."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, Final, cast

from gateway.crm.services import Services
from gateway.errors import DuplicateContact, QuotaReached, RevisionConflict, Violation
from gateway.model.contacts import (
    Activity,
    Address,
    Contact,
    Email,
    FieldEntry,
    Name,
    Phone,
    PrimaryEmail,
    PrimaryPhone,
    Source,
)
from gateway.model.enums import (
    ActivityType,
    DeliverabilityStatus,
    FacetType,
    FieldDataType,
    FieldType,
    JobStatus,
    JobType,
    LabelType,
    SourceType,
    SubscriptionStatus,
)
from gateway.model.facets import Facet
from gateway.model.fields import ExtendedField
from gateway.model.jobs import BulkJob, JobError
from gateway.model.labels import Label
from gateway.model.live import ChangeKind, ContactChange, LabelChange
from gateway.model.paging import Page

GUID: Final = "8f58a52d-fb8b-4a04-87f6-30dfa83f50d6"
KEY: Final = "custom.vip"
TAKEN: Final = "Taken"
"""A company, or a label's name, that cannot be had twice."""
STALE: Final = 0
"""A revision that the contact has left behind."""

_THEN: Final = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
_PERSON: Final = "personal"

CONTACT: Final = Contact(
    id=GUID,
    revision=3,
    created_at=_THEN,
    updated_at=_THEN,
    source=Source(SourceType.WIX_APP, GUID),
    last_activity=Activity(ActivityType.GENERAL, _THEN),
    name=Name(_PERSON, _PERSON),
    primary_email=PrimaryEmail(_PERSON, SubscriptionStatus.SUBSCRIBED, DeliverabilityStatus.VALID),
    primary_phone=PrimaryPhone(_PERSON, "GB", _PERSON, _PERSON, SubscriptionStatus.SUBSCRIBED),
    emails=(Email(_PERSON, GUID, primary=True),),
    phones=(Phone(_PERSON, GUID, country_code="GB", e164=_PERSON, primary=True),),
    addresses=(
        Address(
            GUID,
            line1=_PERSON,
            line2=_PERSON,
            street_number=_PERSON,
            street_name=_PERSON,
            city=_PERSON,
            subdivision=_PERSON,
            postal_code=_PERSON,
            country=_PERSON,
            formatted=_PERSON,
        ),
    ),
    company="Acme",
    job_title="Smith",
    birthdate=date(1815, 12, 10),
    locale="en",
    picture="https://example.com/face.png",
    label_keys=(KEY,),
    extended_fields=(FieldEntry(KEY, _PERSON),),
)
"""A contact of whom everything is known."""
LABEL: Final = Label(KEY, "VIP", "custom", LabelType.USER_DEFINED, "Labels", _THEN, _THEN)
DEFINITION: Final = ExtendedField(
    KEY, "Tier", "custom", FieldDataType.TEXT, FieldType.USER_DEFINED, "A tier.", _THEN, _THEN
)
JOB: Final = BulkJob(
    GUID, JobStatus.COMPLETED, JobType.DELETE, _THEN, _THEN, 3, 2, 1, (JobError("A", 1, "Why."),)
)
FACET: Final = Facet(FacetType.LABEL, KEY, "custom", "VIP", 5)


@dataclass
class ReadyServices:
    """Stands for a site's `Services`."""

    asked: list[str] = field(default_factory=list)
    """What was asked for, in order, by the services' own names."""

    def services(self) -> Services:
        """Pass as the services of a site."""
        doors = {
            service: SimpleNamespace(
                **{name: self._noting(name, give) for name, give in all_.items()}
            )
            for service, all_ in _READY.items()
        }
        doors |= {
            service: SimpleNamespace(
                **{name: self._telling(name, record) for name, record in all_.items()}
            )
            for service, all_ in _TOLD.items()
        }
        return cast("Services", SimpleNamespace(**doors))

    def _noting(self, name: str, give: Callable[..., Any]) -> Callable[..., Any]:
        async def answer(*args: Any, **kwargs: Any) -> Any:
            self.asked.append(name)
            return give(*args, **kwargs)

        return answer

    def _telling(self, name: str, record: Any) -> Callable[..., Any]:
        async def tell(*_: Any) -> AsyncIterator[Any]:
            self.asked.append(name)
            yield record

        return tell


def _each(record: Any) -> Callable[..., Any]:
    def give(keys: Sequence[str]) -> list[Any]:
        return [record for _ in keys]

    return give


def _always(record: Any) -> Callable[..., Any]:
    return lambda *_, **__: record


def _create(info: Any, **_: Any) -> Contact:
    if info.company == TAKEN:
        raise DuplicateContact(
            "taken", duplicate_id=GUID, violations=[Violation(("company",), "taken")]
        )
    return CONTACT


def _update(_id: str, *, revision: int, **_: Any) -> Contact:
    if revision == STALE:
        raise RevisionConflict("stale")
    return CONTACT


def _find_or_create_label(name: str) -> tuple[Label, bool]:
    if name == TAKEN:
        raise QuotaReached("full", quota=5, current=5)
    return LABEL, True


_READY: Final[dict[str, dict[str, Callable[..., Any]]]] = {
    "contacts": {
        "by_ids": _each(CONTACT),
        "follow_each": _each(CONTACT),
        "find": _always(Page((CONTACT,), 0, 1)),
        "create": _create,
        "update": _update,
        "delete": _always(None),
        "merge": _always(CONTACT),
        "preview_merge": _always(CONTACT),
    },
    "labels": {
        "by_keys": _each(LABEL),
        "find": _always(Page((LABEL,), 0, 1)),
        "find_or_create": _find_or_create_label,
        "rename": _always(LABEL),
        "delete": _always(None),
    },
    "labelling": {
        "label": _always((CONTACT, [])),
        "unlabel": _always(CONTACT),
    },
    "fields": {
        "by_keys": _each(DEFINITION),
        "find": _always(Page((DEFINITION,), 0, 1)),
        "find_or_create": _always((DEFINITION, True)),
        "rename": _always(DEFINITION),
        "delete": _always(None),
    },
    "facets": {"all": _always((FACET,))},
    "bulk": {
        "relabel": _always(JOB),
        "update": _always(JOB),
        "delete": _always(JOB),
        "job": _always(JOB),
        "jobs": _always((JOB,)),
    },
}
_TOLD: Final[dict[str, dict[str, Any]]] = {
    "live": {
        "labels": LabelChange(ChangeKind.UPDATED, KEY, LABEL, ("display_name",)),
        "contacts": ContactChange(ChangeKind.MERGED, GUID, CONTACT, ("name",), (GUID,)),
    },
    "jobs": {"progress": JOB},
}
