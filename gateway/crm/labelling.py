"""Putting labels on one contact and taking them off, by key and by name."""

from collections.abc import Sequence

from gateway.crm.contact_records import ContactRecords
from gateway.crm.freshness import Freshness
from gateway.crm.identities import contact_guid
from gateway.crm.labels import LabelService
from gateway.crm.limits import LABELS_PER_CALL, require_size
from gateway.crm.unknown_labels import naming_unknown_labels
from gateway.errors import CallerFault, ContactNotFound, Violation
from gateway.model.contacts import Contact
from gateway.model.events import ContactChanged
from gateway.model.labels import Label
from gateway.wix.contacts import ContactsApi

KEYS = ("label_keys",)


class LabellingService:
    """Labels on and off a contact."""

    def __init__(
        self,
        contacts: ContactsApi,
        labels: LabelService,
        records: ContactRecords,
        freshness: Freshness,
    ) -> None:
        self._contacts = contacts
        self._labels = labels
        self._records = records
        self._freshness = freshness

    async def label(
        self, contact_id: str, keys: Sequence[str], names: Sequence[str]
    ) -> tuple[Contact, tuple[Label, ...]]:
        """Put labels on a contact; names are found or created first.

        The upstream calls: 1 for keys alone, 2 where all names exist. A name that has to be
        created is created only once the contact is known to exist, so that a wrong id leaves no
        label behind.

        Returns:
            The labelled contact, and the labels the names stand for.

        Raises:
            InvalidInput: Keys and names are fewer than 1 or more than 100 together.
            ContactNotFound: Nobody has this id.
            LabelNotFound: One of the keys is nobody's; nothing was applied.
            QuotaReached: The site has no room for another label.
        """
        require_size([*keys, *names], most=LABELS_PER_CALL, path=KEYS)
        target = contact_guid(contact_id)
        async with naming_unknown_labels(self._labels, {KEYS: keys}):
            named = await self._named(target, names)
            wanted = dict.fromkeys([*keys, *(label.key for label in named)])
            async with self._freshness.writing(ContactChanged(target)) as write:
                contact = await self._contacts.label(target, list(wanted))
        self._records.wrote(contact, write)
        return contact, named

    async def unlabel(self, contact_id: str, keys: Sequence[str]) -> Contact:
        """Take labels off a contact; one it does not carry is no fault.

        Raises:
            InvalidInput: Fewer than 1 or more than 100 keys.
            ContactNotFound: Nobody has this id.
            LabelNotFound: One of the keys is nobody's; nothing was applied.
        """
        require_size(keys, most=LABELS_PER_CALL, path=KEYS)
        target = contact_guid(contact_id)
        async with (
            naming_unknown_labels(self._labels, {KEYS: keys}),
            self._freshness.writing(ContactChanged(target)) as write,
        ):
            contact = await self._contacts.unlabel(target, list(dict.fromkeys(keys)))
        self._records.wrote(contact, write)
        return contact

    async def _named(self, contact_id: str, names: Sequence[str]) -> tuple[Label, ...]:
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return ()
        known = await self._labels.by_names(wanted)
        missing = [name for name in wanted if name not in known]
        if missing:
            await self._require(contact_id)
            # One after another: the first refusal (a full site) stops the rest.
            for name in missing:
                known[name] = await self._create(name, names.index(name))
        return tuple(known[name] for name in wanted)

    async def _require(self, contact_id: str) -> None:
        """Make sure that there is such a contact, now and under this very id."""
        if (await self._contacts.get(contact_id)).id != contact_id:
            raise ContactNotFound("the contact was merged into another one")

    async def _create(self, name: str, index: int) -> Label:
        try:
            label, _ = await self._labels.find_or_create(name)
        except CallerFault as fault:
            path = ("label_names", str(index))
            fault.violations = (Violation(path=path, message=fault.message),)
            raise
        return label
