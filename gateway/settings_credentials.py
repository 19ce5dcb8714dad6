"""The settings that open one site's Wix: whether they are whole, and the site they make."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final, Protocol

from pydantic import SecretStr

from gateway.settings_sites import Defaults, SiteSettings, read_sites, share, signer_of
from gateway.settings_wording import name_of, names_of
from gateway.wix.auth import ApiKey, AppCredentials

WIX: Final = "https://www.wixapis.com"
"""Where Wix answers (contract 0)."""

_KEY_SET: Final = ("wix_api_key", "wix_site_id")
_APP_SET: Final = ("wix_app_id", "wix_app_secret", "wix_instance_id")
_WEBHOOKS: Final = ("webhook_public_keys", "webhook_public_keys_file", "webhook_instance_id")
_ONLY_WITH_CREDENTIALS: Final = ("wix_base_url", *_WEBHOOKS)
_SITES: Final = "sites_file"
_ALL: Final = (*_KEY_SET, *_APP_SET, *_ONLY_WITH_CREDENTIALS, _SITES)


class Credentials(Protocol):
    """The settings about sites."""

    wix_base_url: str | None
    wix_api_key: SecretStr | None
    wix_site_id: str | None
    wix_app_id: str | None
    wix_app_secret: SecretStr | None
    wix_instance_id: str | None
    wix_calls_per_minute: int
    wix_calls_shared_by: int
    webhook_public_keys: str | None
    webhook_public_keys_file: Path | None
    webhook_instance_id: str | None
    sites_file: Path | None


def sites_in(settings: Credentials) -> tuple[SiteSettings, ...]:
    """List the sites that the settings open: those of the file, or the one.

    Raises:
        ValueError: The sites file cannot be used.
    """
    if settings.sites_file is not None:
        calls, shared_by = settings.wix_calls_per_minute, settings.wix_calls_shared_by
        defaults = Defaults(upstream_of(settings), calls, shared_by)
        try:
            return read_sites(settings.sites_file, defaults, os.environ)
        except ValueError as error:
            raise ValueError(f"{name_of(_SITES)}: {error}.") from None
    credentials = _credentials(settings)
    return () if credentials is None else (_only_site(settings, credentials),)


def upstream_of(settings: Credentials) -> str:
    """Tell where Wix answers, without a slash at the end."""
    return (settings.wix_base_url or WIX).rstrip("/")


def check_whole(settings: Credentials) -> None:
    """Check that what is set about sites goes together.

    Raises:
        ValueError: Some are missing, or exclude each other.
    """
    given = [name for name in _ALL if getattr(settings, name) is not None]
    key, app = _of(_KEY_SET, given), _of(_APP_SET, given)
    if _SITES in given:
        _check_alone(_of((*_KEY_SET, *_APP_SET, *_WEBHOOKS), given))
        return
    if key and app:
        raise ValueError(
            f"Both an API key and an app are configured; unset {names_of(key)} or {names_of(app)}."
        )
    for wanted, some in ((_KEY_SET, key), (_APP_SET, app)):
        missing = [name for name in wanted if name not in some]
        if some and missing:
            raise ValueError(f"Missing beside {names_of(some)}: {names_of(missing)}.")
    if not key and not app:
        _check_without_credentials(_of(_ONLY_WITH_CREDENTIALS, given))


def _check_alone(others: list[str]) -> None:
    if others:
        raise ValueError(
            f"{name_of(_SITES)} tells everything about its sites; unset {names_of(others)}."
        )


def _check_without_credentials(alone: list[str]) -> None:
    if alone:
        raise ValueError(
            f"Missing beside {names_of(alone)}: credentials. Set "
            f"{names_of(_KEY_SET)}, or {names_of(_APP_SET)}."
        )


def _of(names: tuple[str, ...], given: Collection[str]) -> list[str]:
    return [name for name in names if name in given]


def _credentials(settings: Credentials) -> ApiKey | AppCredentials | None:
    """Tell the credentials for one site, which are checked to be whole."""
    if settings.wix_api_key is not None and settings.wix_site_id is not None:
        return ApiKey(key=settings.wix_api_key.get_secret_value(), site_id=settings.wix_site_id)
    if settings.wix_app_id and settings.wix_app_secret and settings.wix_instance_id:
        return AppCredentials(
            app_id=settings.wix_app_id,
            app_secret=settings.wix_app_secret.get_secret_value(),
            instance_id=settings.wix_instance_id,
        )
    return None


def _only_site(settings: Credentials, credentials: ApiKey | AppCredentials) -> SiteSettings:
    """Tell the one site of the settings; an app's instance stands for its site."""
    calls, shared_by = settings.wix_calls_per_minute, settings.wix_calls_shared_by
    return SiteSettings(
        id=settings.wix_site_id or settings.wix_instance_id or "",
        credentials=credentials,
        upstream=upstream_of(settings),
        calls_per_minute=share(calls, shared_by),
        signer=signer_of(settings.webhook_public_keys, settings.webhook_public_keys_file),
        instance_id=settings.webhook_instance_id or settings.wix_instance_id,
    )
