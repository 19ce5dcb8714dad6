"""Invented people for the sandbox's site, each drawn from its own stream of chance."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from gateway.sandbox.chance import ids_from

EPOCH = datetime(2026, 10, 1, tzinfo=UTC)
"""The day up to which the site has grown, fixed so that a seed gives the same dates for ever."""
_SPAN = timedelta(days=3 * 365)

Document = dict[str, Any]

_EMAIL_DOMAINS = ("example.com", "example.org", "example.net")
_EMAIL_TAGS = ("MAIN", "WORK", "HOME")
_SUBSCRIPTIONS = {"NOT_SET": 45, "SUBSCRIBED": 38, "UNSUBSCRIBED": 9, "PENDING": 8}
_DELIVERABILITIES = {"NOT_SET": 50, "VALID": 44, "BOUNCED": 3, "SPAM_COMPLAINT": 1, "INACTIVE": 2}
_MEMBERSHIPS = {"APPROVED": 85, "PENDING": 7, "INACTIVE": 5, "DENIED": 3}
_SOURCES = {"WIX_FORMS": 35, "IMPORT": 30, "WIX_STORES": 15, "ADMIN": 12, "WIX_SITE_MEMBERS": 8}
_ACTIVITIES = {
    "CONTACT_CREATED": 50,
    "FORM_SUBMITTED": 20,
    "ECOM_PURCHASE": 15,
    "SHOUTOUT_OPEN": 10,
    "MEMBER_LOGIN": 5,
}


class Person:
    """One invented contact: asked for its parts, it draws them; ask in a fixed order.

    ``number`` is the place among ``of`` contacts, oldest first. The same seed and number give the
    same person, whatever the size of the site; only its dates spread over the site's age.
    """

    def __init__(self, content: Mapping[str, Any], seed: int, number: int, of: int) -> None:
        self._content = content
        self._dice = Random(f"{seed}/person/{number}")  # noqa: S311 - repeatable on purpose
        self._number = number
        self._of = of
        cultures = content["cultures"]
        shares = [culture["share"] for culture in cultures]
        self._new_id = ids_from(self._dice)
        self._culture = self._dice.choices(cultures, shares)[0]

    def document(self) -> Document:
        """Write the contact as the wire has it, without what the site computes."""
        history = self._history()
        famous = self._content["famous"]
        if self._number < len(famous):
            return history | self._known(famous[self._number])
        return history | self._unknown()

    def _known(self, famous: Mapping[str, Any]) -> Document:
        country = famous["country"]
        info = {
            "name": {"first": famous["first"], "last": famous["last"]},
            "emails": _items(self._entry(tag="MAIN", email=famous["email"])),
            "phones": _items(self._entry(tag="MOBILE", countryCode=country, phone=famous["phone"])),
            "labelKeys": _items(*famous["labels"]),
            "locale": famous["locale"],
            "extendedFields": {"items": self._values()},
        }
        optional = ("company", "jobTitle", "birthdate")
        info |= {name: famous[name] for name in optional if name in famous}
        return {"info": info} | self._ties(famous.get("standing", []), info)

    def _unknown(self) -> Document:
        (first, first_latin), (last, last_latin) = self._name()
        only_phone = self._happens(0.05)
        phones = self._phones() if only_phone or self._happens(0.5) else []
        emails = [] if only_phone else self._emails(f"{first_latin}.{last_latin}.{self._number}")
        info: Document = {
            "name": {"first": first, "last": last},
            "emails": _items(*emails),
            "phones": _items(*phones),
            "addresses": _items(*self._addresses()),
            "labelKeys": _items(*self._labels()),
            "extendedFields": {"items": self._values()},
            **self._details(),
        }
        standing = [
            *(["MEMBER"] if emails and self._happens(0.05) else ()),
            *(["BILLING_SUBSCRIPTION"] if self._happens(0.01) else ()),
        ]
        return {"info": info} | self._ties(standing, info)

    def _history(self) -> Document:
        age = (self._number + self._dice.random()) / self._of
        created = EPOCH - _SPAN + _SPAN * age
        changes = self._dice.choice((0, 0, 0, 1, 1, 2, 4))
        updated = self._between(created) if changes else created
        active = self._between(created)
        activity = self._one_of(_ACTIVITIES)
        return {
            "id": self._new_id(),
            "revision": 1 + changes,
            "source": {"sourceType": self._one_of(_SOURCES)},
            "createdDate": _text(created),
            "updatedDate": _text(updated),
            "lastActivity": {
                "activityDate": _text(created if activity == "CONTACT_CREATED" else active),
                "activityType": activity,
            },
        }

    def _ties(self, standing: Sequence[str], info: Document) -> Document:
        ties: Document = {"standing": list(standing)}
        if "MEMBER" in standing:
            info["extendedFields"]["items"]["members.membershipStatus"] = self._one_of(_MEMBERSHIPS)
        if info["emails"]["items"]:
            ties["primaryEmail"] = {
                "subscriptionStatus": self._one_of(_SUBSCRIPTIONS),
                "deliverabilityStatus": self._one_of(_DELIVERABILITIES),
            }
        return ties

    def _name(self) -> tuple[tuple[str, str], tuple[str, str]]:
        culture = self._culture
        return _spellings(self._dice.choice(culture["given"])), _spellings(
            self._dice.choice(culture["family"])
        )

    def _emails(self, local: str) -> list[Document]:
        how_many = self._dice.choices((1, 2, 3), (90, 8, 2))[0]
        domains = self._dice.sample(_EMAIL_DOMAINS, how_many)
        return [
            self._entry(tag=tag, email=f"{local}@{domain}")
            for tag, domain in zip(_EMAIL_TAGS, domains, strict=False)
        ]

    def _phones(self) -> list[Document]:
        how_many = self._dice.choices((1, 2), (88, 12))[0]
        return [
            self._entry(tag=tag, countryCode=self._culture["country"], phone=self._number_to_call())
            for tag in ("MOBILE", "WORK")[:how_many]
        ]

    def _number_to_call(self) -> str:
        pattern = self._dice.choice(self._culture["phones"])
        return "".join(self._dice.choice("0123456789") if at == "#" else at for at in pattern)

    def _addresses(self) -> list[Document]:
        if not self._happens(0.45):
            return []
        city, subdivision, postal_code = self._dice.choice(self._culture["places"])
        street = self._dice.choice(self._culture["streets"])
        address = {
            "addressLine": f"{self._dice.randint(1, 180)} {street}",
            "city": city,
            "subdivision": subdivision,
            "country": self._culture["country"],
            "postalCode": postal_code,
        }
        tag = self._dice.choice(("HOME", "SHIPPING", "BILLING"))
        return [self._entry(tag=tag, address=address)]

    def _labels(self) -> list[str]:
        custom = self._content["labels"]
        keys = [label["key"] for label in custom if self._happens(label["percent"] / 100)]
        system = {"contacts.customers": 0.18, "contacts.contacted-me": 0.25}
        return keys + [key for key, chance in system.items() if self._happens(chance)]

    def _details(self) -> Document:
        born = datetime(1950, 1, 1, tzinfo=UTC) + timedelta(days=self._dice.randrange(20_000))
        details = (
            (0.8, "locale", self._culture["locale"]),
            (0.3, "company", self._dice.choice(self._content["companies"])),
            (0.25, "jobTitle", self._dice.choice(self._content["jobTitles"])),
            (0.35, "birthdate", f"{born:%Y-%m-%d}"),
        )
        return {name: value for chance, name, value in details if self._happens(chance)}

    def _values(self) -> Document:
        """Draw the extended fields; about half of the people have any."""
        renewal = EPOCH + timedelta(days=self._dice.randrange(-180, 540))
        values = (
            (0.4, "custom.loyalty-tier", self._dice.choice(self._content["tiers"])),
            (0.4, "custom.loyalty-points", self._dice.randrange(0, 5_000)),
            (0.2, "custom.average-order", self._dice.randrange(500, 40_000) / 100),
            (0.25, "custom.renewal-date", f"{renewal:%Y-%m-%d}"),
            (0.1, "custom.profile-page", f"https://example.com/people/{self._number}"),
            (0.15, "custom.favourite-colour", self._dice.choice(self._content["colours"])),
        )
        return {key: value for chance, key, value in values if self._happens(chance)}

    def _entry(self, **entry: Any) -> Document:
        return {"id": self._new_id(), **entry}

    def _happens(self, chance: float) -> bool:
        return self._dice.random() < chance

    def _one_of(self, weights: Mapping[str, int]) -> str:
        return self._dice.choices(tuple(weights), tuple(weights.values()))[0]

    def _between(self, start: datetime) -> datetime:
        return start + (EPOCH - start) * self._dice.random()


def _items(*items: Any) -> Document:
    return {"items": list(items)}


def _spellings(name: str) -> tuple[str, str]:
    """Split ``native|latin``; without a Latin spelling, take the letters of the native one."""
    native, _, latin = name.partition("|")
    letters = unicodedata.normalize("NFKD", latin or native)
    return native, "".join(each for each in letters if each.isascii() and each.isalpha()).lower()


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
