"""Finds what works in a set-up, and lets more people do more than it has to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.edge.auth.api_keys import ApiKeyRecord
from gateway.edge.auth.key_file import is_open, read_records
from gateway.edge.origins import ANY
from gateway.model.principal import SCOPES
from gateway.settings import Settings
from gateway.settings_limits import origins_in

_YEAR: Final = 366 * 86_400.0


def weaknesses(settings: Settings, now: float) -> Iterator[str]:
    """Tell each weakness in a sentence, with what would end it; `now` as of `time.time`.

    Raises:
        BadKeyFile: The file of API keys cannot be read.
    """
    if settings.auth == "none":
        yield "GATEWAY_AUTH is none: right for a sandbox of your own, and refused anywhere else."
    if ANY in origins_in(settings.cors_origins):
        yield (
            "GATEWAY_CORS_ORIGINS lets the pages of every origin read answers: name those you know."
        )
    yield from _of_page(settings)
    if settings.sites_file is not None:
        yield from _of_file(settings.sites_file)
    if settings.router_proof == "hmac":
        yield (
            "GATEWAY_ROUTER_PROOF=hmac takes what a router has signed a second time; hmac-stamped "
            "would not."
        )
    if settings.api_keys_file is not None:
        yield from _of_file(settings.api_keys_file)
        for record in read_records(settings.api_keys_file):
            for weakness in _of_key(record, now):
                yield f"API key {record.id} {weakness}"


def _of_page(settings: Settings) -> Iterator[str]:
    if settings.graphiql == "on" and not settings.in_sandbox:
        yield (
            "GATEWAY_GRAPHIQL=on shows GraphiQL to everybody who comes: auto shows it where nobody "
            "is asked who he is."
        )


def _of_file(file: Path) -> Iterator[str]:
    if is_open(file):
        yield f"Others than its owner can read or change {file}: chmod 600 would end that."


def _of_key(record: ApiKeyRecord, now: float) -> Iterator[str]:
    if record.expires_at is None:
        yield "has no end: make another with --expires, then revoke it."
    elif record.expires_at <= now:
        yield "has ended: revoke it."
    elif record.expires_at - now > _YEAR:
        yield "is good for more than a year: make another with a nearer end."
    if record.sites is None:
        yield "is for every site: make one for each."
    if record.scopes >= SCOPES:
        yield "may do everything: make one with the scopes that its holder uses."
