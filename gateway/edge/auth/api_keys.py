"""API keys: what one looks like, what is kept of it, and whose it is."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from types import MappingProxyType

from gateway.edge.auth.claims import KEY_SUBJECT
from gateway.model.principal import API_KEY_PREFIX, Caller

_FORM = re.compile(API_KEY_PREFIX + r"([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


class BadKey(Exception):
    """There is no such key, or it has ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    """What is kept of a key. Its secret is 256 random bits: a plain digest cannot be guessed."""

    id: str
    digest: str
    """SHA-256 of the whole key, in hexadecimal."""
    sites: frozenset[str] | None
    """None stands for all."""
    scopes: frozenset[str]
    created_at: float
    """In seconds since the epoch, as is the next."""
    expires_at: float | None

    @property
    def caller(self) -> Caller:
        """Tell who calls with it."""
        return Caller(
            KEY_SUBJECT + self.id, self.scopes, self.sites, self.expires_at, credential="key"
        )


class ApiKeys:
    """The keys that count now."""

    def __init__(self, records: Iterable[ApiKeyRecord] = ()) -> None:
        kept = {record.id: (record, record.caller) for record in records}
        self._kept: Mapping[str, tuple[ApiKeyRecord, Caller]] = MappingProxyType(kept)

    def caller(self, key: str, now: float) -> Caller:
        """Tell whose a key is; `now` is in seconds since the epoch.

        Raises:
            BadKey: It is unknown or has ended.
        """
        form = _FORM.fullmatch(key)
        kept = self._kept.get(form.group(1)) if form else None
        if kept is None:
            raise BadKey("there is no such key")
        record, caller = kept
        if not compare_digest(digest_of(key), record.digest):
            raise BadKey("there is no such key")
        if record.expires_at is not None and now >= record.expires_at:
            raise BadKey("the key has expired")
        return caller


def digest_of(key: str) -> str:
    """Compute what is kept of a key."""
    return sha256(key.encode()).hexdigest()


def new_key(
    *,
    sites: frozenset[str] | None,
    scopes: frozenset[str],
    created_at: float,
    expires_at: float | None,
) -> tuple[str, ApiKeyRecord]:
    """Make a key; it is known only now."""
    key_id = secrets.token_hex(6)
    key = f"{API_KEY_PREFIX}{key_id}_{secrets.token_urlsafe(32)}"
    return key, ApiKeyRecord(key_id, digest_of(key), sites, scopes, created_at, expires_at)
