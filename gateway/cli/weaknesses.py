"""Finds what works in a set-up, and lets more people do more than it has to."""

from collections.abc import Iterator
from typing import Final

from gateway.edge.auth.api_keys import ApiKeyRecord
from gateway.edge.auth.discovery import is_private_way
from gateway.edge.auth.key_file import is_changeable, is_open, read_records
from gateway.edge.origins import ANY
from gateway.model.principal import SCOPES
from gateway.settings import Settings
from gateway.settings_limits import origins_in

_YEAR: Final = 366 * 86_400.0
_WIPES: Final = frozenset({"contacts:bulk", "contacts:delete"})
"""Scopes that together let one call delete every contact of a site."""


def weaknesses(settings: Settings, now: float) -> Iterator[str]:
    """Tell each weakness in a sentence, with what would end it; `now` as of `time.time`.

    Raises:
        BadKeyFile: The file of API keys cannot be read.
    """
    if settings.auth == "none":
        yield "GATEWAY_AUTH is none: right for a sandbox of your own, and refused anywhere else."
    yield from _of_origins(origins_in(settings.cors_origins))
    yield from _of_page(settings)
    yield from _of_ways(settings)
    yield from _of_files(settings)
    if settings.router_proof == "hmac":
        yield (
            "GATEWAY_ROUTER_PROOF=hmac takes what a router has signed a second time; hmac-stamped "
            "would not."
        )
    if settings.api_keys_file is not None:
        for record in read_records(settings.api_keys_file):
            for weakness in _of_key(record, now):
                yield f"API key {record.id} {weakness}"


def _of_origins(origins: tuple[str, ...]) -> Iterator[str]:
    if ANY in origins:
        yield (
            "GATEWAY_CORS_ORIGINS lets the pages of every origin read answers: name those you know."
        )
    for origin in origins:
        if origin != ANY and not is_private_way(origin):
            yield (
                f"GATEWAY_CORS_ORIGINS lets {origin} read answers, whose pages anybody on the way "
                "to them can change: name it with https."
            )


def _of_ways(settings: Settings) -> Iterator[str]:
    for address in sorted({site.upstream for site in settings.sites}):
        if not is_private_way(address):
            yield f"The sites' secrets are sent to {address}, for all to read: use https."


def _of_page(settings: Settings) -> Iterator[str]:
    if settings.graphiql == "on" and not settings.in_sandbox:
        yield (
            "GATEWAY_GRAPHIQL=on shows GraphiQL to everybody who comes: auto shows it where nobody "
            "is asked who he is."
        )


def _of_files(settings: Settings) -> Iterator[str]:
    for file in (settings.sites_file, settings.router_secret_file, settings.api_keys_file):
        if file is not None and is_open(file):
            yield f"Others than its owner can read or change {file}: chmod 600 would end that."
    for file in (settings.jwt_public_keys_file, settings.documents_file):
        if file is not None and is_changeable(file):
            yield f"Others than its owner can change what is trusted by {file}: chmod 644."


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
    elif record.scopes >= _WIPES:
        yield "may delete every contact at once: make one without contacts:bulk."
