"""Every setting, its default and its meaning; read from the environment, prefix ``GATEWAY_``."""

import difflib
import os
from typing import Any, NamedTuple, Self

from pydantic import (
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.telemetry.logs import LogFormat, LogLevel

PREFIX = "GATEWAY_"
WIX = "https://www.wixapis.com"
"""Where Wix answers (contract 0)."""

_KEY_SET = ("wix_api_key", "wix_site_id")
_APP_SET = ("wix_app_id", "wix_app_secret", "wix_instance_id")


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
        description="Calls that Wix allows the site in a minute, as `rateLimit` reports them.",
    )
    wix_connections: PositiveInt = Field(
        default=100, description="Connections to Wix open at the same time, per worker."
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

    @model_validator(mode="after")
    def _whole_credentials(self) -> Self:
        key, app = self._given(_KEY_SET), self._given(_APP_SET)
        if key and app:
            raise ValueError(
                f"Both an API key and an app are configured; unset {_names(key)} or {_names(app)}."
            )
        for wanted, given in ((_KEY_SET, key), (_APP_SET, app)):
            missing = [name for name in wanted if name not in given]
            if given and missing:
                raise ValueError(f"Missing beside {_names(given)}: {_names(missing)}.")
        if self.wix_base_url and not key and not app:
            raise ValueError(
                f"Missing beside {_names(['wix_base_url'])}: credentials. Set "
                f"{_names(_KEY_SET)}, or {_names(_APP_SET)}."
            )
        return self

    def _given(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]


def load() -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: A variable is unknown, a value unusable, or credentials are incomplete.
    """
    unknown = [_unknown(name) for name in sorted(os.environ) if _is_unknown(name)]
    if unknown:
        raise SettingsError(unknown)
    try:
        return Settings()
    except ValidationError as error:
        reasons = [_reason(dict(detail)) for detail in error.errors()]
        raise SettingsError(reasons) from None


def describe() -> list[Described]:
    """List all settings, in order, for people."""
    return [
        Described(_name(field), _default(info.default), info.description or "")
        for field, info in Settings.model_fields.items()
    ]


def _name(field: str) -> str:
    return PREFIX + field.upper()


def _names(fields: list[str] | tuple[str, ...]) -> str:
    return " and ".join(_name(field) for field in fields)


def _default(value: object) -> str:
    return "not set" if value is None else str(value)


def _is_unknown(variable: str) -> bool:
    name = variable.upper()
    return (
        name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in Settings.model_fields
    )


def _unknown(variable: str) -> str:
    near = difflib.get_close_matches(variable.upper(), map(_name, Settings.model_fields), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{variable} is not a setting of this gateway.{hint}"


def _reason(detail: dict[str, Any]) -> str:
    """Put one of pydantic's findings into words, without the value: it may be a secret."""
    message = str(detail["msg"]).removeprefix("Value error, ")
    where = detail["loc"]
    return f"{_name(str(where[0]))}: {message}." if where else message
