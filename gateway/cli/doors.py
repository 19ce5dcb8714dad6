"""Finds out whether callers could be told apart as the settings have it."""

from pathlib import Path

import httpx

from gateway.authentication import issuer_of
from gateway.edge.auth.key_file import BadKeyFile, read_records
from gateway.edge.auth.keyrings import LoadFailed
from gateway.exposure import refuse_exposure
from gateway.settings import Settings, SettingsError

_LOOPBACK = "127.0.0.1"


async def obstacles(
    settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
) -> list[str]:
    """List why the gateway would not start anywhere, or nobody could call it."""
    try:
        refuse_exposure(settings, _LOOPBACK)
    except SettingsError as error:
        return error.reasons
    return [*_in_keys(settings.api_keys_file), *await _at_issuer(settings, transport)]


def _in_keys(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        records = read_records(file)
    except BadKeyFile as error:
        return [str(error)]
    return [] if records else [f"There is no key in {file}: make one by `crm-labels keys create`."]


async def _at_issuer(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> list[str]:
    issuer = issuer_of(settings, transport)
    if issuer is None:
        return []
    try:
        await issuer.keys()
    except LoadFailed as failure:
        return [f"The issuer's keys cannot be fetched: {failure}."]
    return []
