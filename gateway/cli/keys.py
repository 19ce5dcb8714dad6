"""``crm-labels keys``: makes, lists and revokes the API keys that callers present."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.edge.auth.api_keys import ApiKeyRecord, new_key
from gateway.edge.auth.claims import EVERY_SITE
from gateway.edge.auth.key_file import BadKeyFile, changing, read_records
from gateway.model.principal import SCOPES
from gateway.settings_sites import SITE_ID

keys = typer.Typer(
    no_args_is_help=True, help="Make, list and revoke the API keys that callers present."
)

_UNUSABLE = 2
_SPAN = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_LAST_END = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
"""The latest end that a list can show."""
_SECONDS = {"h": 3_600, "d": 86_400, "w": 604_800}

File = Annotated[
    Path,
    typer.Option(envvar="GATEWAY_API_KEYS_FILE", help="The file that keeps the keys' digests."),
]


@keys.command()
def create(
    file: File,
    site: Annotated[
        list[str], typer.Option(help="A site it may be used on, repeatable; '*' is every one.")
    ],
    scope: Annotated[
        list[str], typer.Option(help=f"What it may do, repeatable: {', '.join(sorted(SCOPES))}.")
    ],
    expires: Annotated[
        str | None, typer.Option(help="Its end: 12h, 90d, 4w, or a time such as 2027-01-31.")
    ] = None,
) -> None:
    """Make a key and print it, this once: only its digest is kept."""
    now = time.time()
    _check_sites(site)
    _check_scopes(scope)
    key, record = new_key(
        sites=None if EVERY_SITE in site else frozenset(site),
        scopes=frozenset(scope),
        created_at=now,
        expires_at=None if expires is None else _end(expires, now),
    )
    _change(file, lambda records: records.append(record))
    typer.echo(key)
    typer.echo(f"Kept in {file} as {_line(record, now)}", err=True)
    if record.expires_at is None:
        typer.echo("It has no end; --expires 90d would give it one.", err=True)


@keys.command(name="list")
def list_keys(file: File) -> None:
    """List the keys: id, state, end, sites and scopes."""
    try:
        records = read_records(file)
    except BadKeyFile as error:
        raise _refused(str(error)) from None
    for record in records:
        typer.echo(_line(record, time.time()))


@keys.command()
def revoke(file: File, key_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Take a key away; it stops to count within a second, without a restart."""

    def without(records: list[ApiKeyRecord]) -> None:
        kept = [record for record in records if record.id != key_id]
        if len(kept) == len(records):
            raise _refused(f"There is no key {key_id} in {file}.")
        records[:] = kept

    _change(file, without)
    typer.echo(f"Revoked {key_id}.")


def _change(file: Path, change: Callable[[list[ApiKeyRecord]], None]) -> None:
    try:
        with changing(file) as records:
            change(records)
    except BadKeyFile as error:
        raise _refused(str(error)) from None


def _check_sites(sites: list[str]) -> None:
    for site in sites:
        if site != EVERY_SITE and not re.fullmatch(SITE_ID, site):
            raise _refused(
                f"No site can be called '{site}': give each id with a --site of its own, "
                "or '*' for every one."
            )


def _check_scopes(scopes: list[str]) -> None:
    strangers = sorted(set(scopes) - SCOPES)
    if strangers:
        known = ", ".join(sorted(SCOPES))
        raise _refused(f"No scope is called {', '.join(strangers)}. There are {known}.")


def _end(text: str, now: float) -> float:
    """Read a span from now, or a time; without a zone it is UTC."""
    span = _SPAN.fullmatch(text)
    if span is not None:
        return now + int(span[1]) * _SECONDS[span[2]]
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        raise _refused(
            f"{text} is neither a span such as 90d nor a time such as 2027-01-31."
        ) from None
    seconds = (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp()
    if seconds <= now:
        raise _refused(f"{text} is over already.")
    if seconds > _LAST_END:
        raise _refused(f"{text} is too far away: leave --expires out for a key without an end.")
    return seconds


def _line(record: ApiKeyRecord, now: float) -> str:
    ended = record.expires_at is not None and now >= record.expires_at
    end = "never" if record.expires_at is None else _written(record.expires_at)
    sites = EVERY_SITE if record.sites is None else ",".join(sorted(record.sites))
    state = "ended" if ended else "good"
    return f"{record.id}  {state:<5}  until {end:<20}  {sites}  {' '.join(sorted(record.scopes))}"


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _refused(reason: str) -> typer.Exit:
    typer.echo(reason, err=True)
    return typer.Exit(_UNUSABLE)
