"""One harmless call for each permission that the gateway needs at Wix."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.model.queries import Query, Slice
from gateway.wix.api import Wix

_NOBODY = "00000000-0000-4000-8000-000000000000"
_NOBODY_ELSE = "00000000-0000-4000-8000-000000000001"
_NOTHING = "custom.crm-labels-check-names-nothing"
_ONE = Slice(0, 1)

_LABELS = "Manage Contact Labels (SCOPE.DC-CONTACTS.MANAGE-LABELS)"
_READ = "Read Contacts (SCOPE.DC-CONTACTS.READ-CONTACTS)"
_MANAGE = "Manage Contacts (SCOPE.DC-CONTACTS.MANAGE-CONTACTS)"
_FIELDS = "Manage Contact Extended Fields (SCOPE.DC-CONTACTS.MANAGE-EX-FIELDS)"


@dataclass(frozen=True, slots=True)
class Probe:
    """A call that needs one permission and cannot change anything.

    Writes name what does not exist: Wix looks at the permission first and refuses with 403, or
    then misses what was named, which tells that the permission is there.
    """

    purpose: str
    """What the permission is for, e.g. ``read labels``."""
    scope: str
    """The scope at Wix that grants it (contract 1.6)."""
    call: Callable[[Wix], Awaitable[object]]


PROBES = (
    Probe("read labels", _LABELS, lambda wix: wix.labels.list(slice=_ONE)),
    Probe("change labels", _LABELS, lambda wix: wix.labels.rename(_NOTHING, "Nothing")),
    Probe("read contacts", _READ, lambda wix: wix.contacts.query(Query(slice=_ONE))),
    Probe("change contacts", _MANAGE, lambda wix: wix.contacts.label(_NOBODY, [_NOTHING])),
    Probe(
        "merge contacts",
        _MANAGE,
        lambda wix: wix.contacts.merge(_NOBODY, revision=1, source_ids=[_NOBODY_ELSE]),
    ),
    Probe("delete contacts", _MANAGE, lambda wix: wix.contacts.delete(_NOBODY)),
    Probe("read bulk jobs", _MANAGE, lambda wix: wix.bulk.jobs()),
    Probe("read extended fields", _FIELDS, lambda wix: wix.fields.query(Query(slice=_ONE))),
    Probe("change extended fields", _FIELDS, lambda wix: wix.fields.rename(_NOTHING, "Nothing")),
)
