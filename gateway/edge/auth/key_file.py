"""The file that API keys are kept in: read as JSON, replaced whole, seen when it changes."""

import json
import math
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import structlog

from gateway.edge.auth.api_keys import ApiKeyRecord, ApiKeys
from gateway.edge.auth.claims import EVERY_SITE
from gateway.model.principal import SCOPES, Caller

_LOOK_SECONDS: Final = 1.0
_OWNER_ONLY: Final = 0o600
_DIGEST = re.compile("[0-9a-f]{64}")

log = structlog.get_logger(source="gateway.auth")


class BadKeyFile(Exception):
    """The file cannot be used; the message says why, in words for its owner."""


class WatchedKeys:
    """The keys of a file, which is looked at once a second at most.

    So a key that is revoked stops to count within a second, without a restart. A file that
    cannot be read gives no keys: whoever damages it locks callers out, and lets nobody in.
    """

    def __init__(self, file: Path, *, clock: Callable[[], float], now: Callable[[], float]) -> None:
        self._file = file
        self._clock = clock
        self._now = now
        self._look_at = clock()
        self._seen: tuple[int, ...] | None = None
        self._keys = ApiKeys()
        self._told: str | None = None
        """Why no key counts, as the log was told; None where there is nothing to tell."""
        self._look()

    def caller(self, key: str) -> Caller:
        """Tell whose a key is.

        Raises:
            BadKey: It is unknown, revoked, or has ended.
        """
        if self._clock() >= self._look_at:
            self._look_at = self._clock() + _LOOK_SECONDS
            self._look()
        return self._keys.caller(key, self._now())

    def _look(self) -> None:
        seen = _trace(self._file)
        if seen is None:
            self._keys, self._seen = ApiKeys(), None
            self._tell(f"{self._file.name} is not there: `crm-labels keys create` makes it.")
            return
        if seen == self._seen:
            return
        try:
            self._keys, self._seen = ApiKeys(read_records(self._file)), seen
            self._told = None
        except BadKeyFile as error:
            # What cannot be read now may be readable in a second, and look as it does now.
            self._keys, self._seen = ApiKeys(), None
            self._tell(str(error))

    def _tell(self, reason: str) -> None:
        """Say once why no key counts, for as long as it is so."""
        if reason != self._told:
            self._told = reason
            log.error("no API key counts", reason=reason)


def read_records(file: Path) -> tuple[ApiKeyRecord, ...]:
    """Read all keys of a file; none where there is no file yet.

    Raises:
        BadKeyFile: It cannot be read, or is none that `crm-labels keys` has written.
    """
    try:
        document = json.loads(file.read_text("utf-8"))
        return tuple(_read(entry) for entry in document["keys"])
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise BadKeyFile(f"{file.name} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise BadKeyFile(f"{file.name} is no file of API keys.") from None


def is_open(file: Path) -> bool:
    """Tell whether others than the file's owner may read or change it."""
    return _allows(file, ~_OWNER_ONLY)


def is_changeable(file: Path) -> bool:
    """Tell whether others than the file's owner may change it."""
    return _allows(file, stat.S_IWGRP | stat.S_IWOTH)


def _allows(file: Path, modes: int) -> bool:
    try:
        return bool(stat.S_IMODE(file.stat().st_mode) & modes)
    except FileNotFoundError:
        return False


@contextmanager
def changing(file: Path) -> Iterator[list[ApiKeyRecord]]:
    """Change a file's keys: the list as it stands, kept as it is when the block ends well.

    The new file takes the old one's place in one step, so a reader meets one or the other. While
    it is written it keeps a second change from beginning, which would undo this one.

    Raises:
        BadKeyFile: It cannot be read or written, or is being changed by somebody else.
    """
    file = file.resolve()  # where it is a link, what it leads to is replaced
    fresh = file.with_name(file.name + ".new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        raise BadKeyFile(f"{file.name} is being changed; if not so, remove {fresh}.") from None
    except OSError as error:
        raise BadKeyFile(f"{fresh} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            records = list(read_records(file))
            yield records
            json.dump({"keys": [_written(record) for record in records]}, stream, indent=2)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _trace(file: Path) -> tuple[int, ...] | None:
    """Tell one content of the file from another: each is a new file."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read(entry: dict[str, Any]) -> ApiKeyRecord:
    sites, scopes = frozenset(entry["sites"]), frozenset(entry["scopes"])
    if not scopes <= SCOPES or not isinstance(entry["sites"], list):
        raise ValueError("unknown scopes, or no list of sites")
    if _DIGEST.fullmatch(entry["sha256"]) is None:
        raise ValueError("no digest")
    return ApiKeyRecord(
        id=str(entry["id"]),
        digest=entry["sha256"],
        sites=None if EVERY_SITE in sites else sites,
        scopes=scopes,
        created_at=_moment(entry["created_at"]),
        expires_at=None if entry["expires_at"] is None else _moment(entry["expires_at"]),
    )


def _moment(value: object) -> float:
    """Read a time; one that is no number would compare as never reached."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError("no time")
    return float(value)


def _written(record: ApiKeyRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "sha256": record.digest,
        "sites": [EVERY_SITE] if record.sites is None else sorted(record.sites),
        "scopes": sorted(record.scopes),
        "created_at": record.created_at,
        "expires_at": record.expires_at,
    }
