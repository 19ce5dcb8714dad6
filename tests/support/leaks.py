"""Finds, in any text, the secrets of the tests and what the sandbox's people are known by."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import orjson

from gateway.sandbox.access.credentials import API_KEY, APP_SECRET
from gateway.sandbox.seeding import people

_CONTENT: Final = orjson.loads(Path(people.__file__).with_name("seed.json").read_bytes())
_CULTURES: Final = _CONTENT["cultures"]
_FAMOUS: Final = _CONTENT["famous"]


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted({re.escape(word) for word in words}, key=len, reverse=True))


def _phones() -> Iterator[str]:
    """Write the patterns of all numbers that seeded people may have, and any that is dialled."""
    yield r"(?<!\w)\+[1-9][0-9]{8,14}"
    for culture in _CULTURES:
        for pattern in culture["phones"]:
            yield re.escape(pattern).replace(r"\#", "[0-9]")
    yield _any_of(person["phone"] for person in _FAMOUS)


SECRETS: Final = (
    API_KEY,
    APP_SECRET,
    "hunter2",  # the words of the tests' own exceptions
    "the-key",  # the tests' Idempotency-Key
    "known to the router alone",
    "hush-hush-hush",
    "IST.a-real-secret",
)
_SECRET: Final = re.compile(
    rf"\b(?:{_any_of(SECRETS)})\b"
    r"|\beyJ[\w-]{5,}\.eyJ[\w-]{5,}"  # a signed token, or the body of a webhook
    r"|\bcrmk_[0-9a-z]{12}_[\w-]{8,}"
    r"|PRIVATE KEY-----"
)
_PERSONAL: Final = re.compile(
    r"[\w.+-]@[\w-]+\.[a-z]{2,}"  # any address at all
    r"|\b(?:19[5-9][0-9]|200[0-4])-[01][0-9]-[0-3][0-9]\b(?!T)"  # born
    rf"|{'|'.join(_phones())}"
    rf"|[0-9] (?:{_any_of(chain.from_iterable(each['streets'] for each in _CULTURES))})"
)
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_ORDINARY: Final = frozenset({"Green", "Hall", "Wood", "Cook", "Hazel", "Ruby", "Poppy", "Willow"})
_NAMES: Final = frozenset(
    name.partition("|")[0]
    for culture in _CULTURES
    for name in (*culture["given"], *culture["family"])
) | frozenset(person[part] for person in _FAMOUS for part in ("first", "last"))
_CANARIES: Final = frozenset({"Canaryfirst", "Canarylast", "Canaryville"})
_WHO: Final = _NAMES - _ORDINARY | _CANARIES


def secrets_in(text: str) -> list[str]:
    """List the secrets in a text."""
    return _SECRET.findall(text)


def people_in(text: str) -> list[str]:
    """List what in a text tells who somebody is, or how he can be reached."""
    return [*_PERSONAL.findall(text), *sorted(_WHO.intersection(_WORD.findall(text)))]
