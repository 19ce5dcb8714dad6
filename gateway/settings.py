"""Every setting, its default and its meaning; read from the environment, prefix ``GATEWAY_``."""

import os
from typing import Annotated, NamedTuple, Self

from joserfc.jwk import RSAKey
from pydantic import (
    AfterValidator,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.cache.periods import readable
from gateway.settings_keys import PublicKeys, PublicKeysFile, keys_in
from gateway.settings_wording import PREFIX, default_of, name_of, names_of, reason_of, unknown
from gateway.telemetry.logs import LogFormat, LogLevel

WIX = "https://www.wixapis.com"
"""Where Wix answers (contract 0)."""

_KEY_SET = ("wix_api_key", "wix_site_id")
_APP_SET = ("wix_app_id", "wix_app_secret", "wix_instance_id")
_ONLY_WITH_CREDENTIALS = (
    "wix_base_url",
    "webhook_public_keys",
    "webhook_public_keys_file",
    "webhook_instance_id",
)


class SettingsError(Exception):
    """The settings cannot be used; one readable line for each reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class Described(NamedTuple):
    """One row of the README's table."""

    name: str
    default: str
    meaning: str


class Settings(BaseSettings):
    """What an operator decides. The fields' order is the README's."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    wix_base_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s]+/?$",
        description=f"Where Wix answers; `{WIX}` unless set. Only with credentials.",
    )
    wix_api_key: SecretStr | None = Field(
        default=None, description="An API key of the site's owner. Goes with `GATEWAY_WIX_SITE_ID`."
    )
    wix_site_id: str | None = Field(
        default=None, description="The site that the API key is used on."
    )
    wix_app_id: str | None = Field(
        default=None,
        description="A Wix app's id, for use in place of an API key. Needs the next two.",
    )
    wix_app_secret: SecretStr | None = Field(default=None, description="The app's secret.")
    wix_instance_id: str | None = Field(
        default=None,
        description="The app's installation on one site, which is the site it works on.",
    )
    wix_calls_per_minute: PositiveInt = Field(
        default=200,
        description="Calls that Wix allows the site in any 60 s; no more are made. "
        "Workers share them evenly.",
    )
    wix_connections: PositiveInt = Field(
        default=100, description="Connections to Wix open at the same time, per worker."
    )
    webhook_public_keys: PublicKeys | None = Field(
        default=None,
        description="The app's public keys, PEM or base64 of PEM with commas between. With them, "
        "`POST /webhooks/wix` takes Wix's events. Only with credentials.",
    )
    webhook_public_keys_file: PublicKeysFile | None = Field(
        default=None, description="A file of such keys; those of both settings are trusted."
    )
    webhook_instance_id: str | None = Field(
        default=None,
        description="The installation whose events are taken, `GATEWAY_WIX_INSTANCE_ID` unless "
        "set. Without either, an event must name the site.",
    )
    request_seconds: PositiveFloat = Field(
        default=10.0, description="How long a request may take, its calls to Wix included."
    )
    body_bytes: PositiveInt = Field(default=1_048_576, description="The largest request body.")
    document_tokens: PositiveInt = Field(
        default=5_000, description="The longest GraphQL document, in tokens."
    )
    document_depth: PositiveInt = Field(
        default=50, description="The deepest nesting of a GraphQL document."
    )
    document_cache_bytes: PositiveInt = Field(
        default=33_554_432,
        description="Memory for documents that are already validated, per worker.",
    )
    cache_bytes: PositiveInt = Field(
        default=67_108_864, description="Memory for what was read from Wix, per worker."
    )
    cache_periods: Annotated[str, AfterValidator(readable)] = Field(
        default="contacts=15/60 labels=60/300 fields=60/300 pages=5/30 facets=15/60 misses=5/0",
        description="Seconds for which each kind of answer is fresh, and for which it is then "
        "still given out while a new one is fetched. Kinds left out keep their default.",
    )
    cache_on_error_seconds: NonNegativeFloat = Field(
        default=300, description="Seconds after both in which it stands in where Wix fails."
    )
    cache_settling_seconds: NonNegativeFloat = Field(
        default=10,
        description="Seconds that Wix's index may trail behind a write; what was written goes "
        "before it for so long.",
    )
    idempotency_bytes: PositiveInt = Field(
        default=33_554_432,
        description="Memory for answers kept a day under their `Idempotency-Key`, per worker.",
    )
    cost_ceiling: PositiveInt = Field(
        default=200,
        description="Calls to Wix that one operation may take, by the estimate made before it is "
        "executed.",
    )
    cost_reported: bool = Field(
        default=True, description="Whether answers tell their cost, in `extensions.cost`."
    )
    live_connections: PositiveInt = Field(
        default=2_000,
        description="WebSockets and event streams that stay open at the same time, per worker.",
    )
    log_level: LogLevel = Field(
        default="info", description="`debug`, `info`, `warning` or `error`."
    )
    log_format: LogFormat = Field(
        default="auto",
        description="`json`, `console`, or `auto`: console on a terminal, else JSON.",
    )
    sandbox_seed: int = Field(
        default=7, description="The sandbox's content: the same seed makes the same site."
    )
    sandbox_contacts: NonNegativeInt = Field(
        default=1_000, description="How many contacts the sandbox's site has."
    )

    @property
    def in_sandbox(self) -> bool:
        """Whether there are no credentials, so that the gateway brings its own Wix."""
        return self.wix_api_key is None and self.wix_app_id is None

    @property
    def upstream(self) -> str:
        """Where Wix answers, without a slash at the end."""
        return (self.wix_base_url or WIX).rstrip("/")

    @property
    def site_id(self) -> str | None:
        """Which site the credentials are for; an app's instance stands for its site."""
        return self.wix_site_id or self.wix_instance_id

    def secrets(self) -> tuple[str, ...]:
        """List what must never be printed."""
        given = (self.wix_api_key, self.wix_app_secret)
        return tuple(secret.get_secret_value() for secret in given if secret is not None)

    def webhook_keys(self) -> tuple[RSAKey, ...]:
        """Read the keys that webhooks are signed with; none when no webhooks are expected."""
        return keys_in(self.webhook_public_keys, self.webhook_public_keys_file)

    @model_validator(mode="after")
    def _whole_credentials(self) -> Self:
        key, app = self._given(_KEY_SET), self._given(_APP_SET)
        if key and app:
            raise ValueError(
                "Both an API key and an app are configured; "
                f"unset {names_of(key)} or {names_of(app)}."
            )
        for wanted, given in ((_KEY_SET, key), (_APP_SET, app)):
            missing = [name for name in wanted if name not in given]
            if given and missing:
                raise ValueError(f"Missing beside {names_of(given)}: {names_of(missing)}.")
        alone = [] if key or app else self._given(_ONLY_WITH_CREDENTIALS)
        if alone:
            raise ValueError(
                f"Missing beside {names_of(alone)}: credentials. Set "
                f"{names_of(_KEY_SET)}, or {names_of(_APP_SET)}."
            )
        return self

    def _given(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: A variable is unknown, a value unusable, or credentials are incomplete.
    """
    strangers = [name for name in sorted(os.environ) if _is_unknown(name)]
    if strangers:
        raise SettingsError([unknown(name, Settings.model_fields) for name in strangers])
    try:
        return Settings()
    except ValidationError as error:
        reasons = [reason_of(dict(detail)) for detail in error.errors()]
        raise SettingsError(reasons) from None


def describe() -> list[Described]:
    """List all settings, in order, for people."""
    return [
        Described(name_of(field), default_of(info.default), info.description or "")
        for field, info in Settings.model_fields.items()
    ]


def _is_unknown(variable: str) -> bool:
    name = variable.upper()
    return (
        name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in Settings.model_fields
    )
