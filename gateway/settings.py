"""Every setting, its default and its meaning; read from the environment, prefix ``GATEWAY_``."""

import os
from functools import cached_property
from typing import Annotated, NamedTuple, Self

from pydantic import (
    AfterValidator,
    Field,
    FilePath,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway import settings_auth as callers
from gateway import settings_credentials as wix
from gateway import settings_documents as docs
from gateway import settings_limits as limits
from gateway import settings_router as router
from gateway import settings_sharing as sharing
from gateway.cache.periods import readable
from gateway.settings_credentials import WIX
from gateway.settings_keys import PublicKeys, PublicKeysFile
from gateway.settings_sites import SiteSettings, share
from gateway.settings_wording import PREFIX, default_of, name_of, reason_of, unknown
from gateway.telemetry.logs import LogFormat, LogLevel


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
    wix_site_id: str | None = Field(default=None, description="The site that the key is used on.")
    wix_app_id: str | None = Field(
        default=None, description="A Wix app's id, in place of an API key. Needs the next two."
    )
    wix_app_secret: SecretStr | None = Field(default=None, description="The app's secret.")
    wix_instance_id: str | None = Field(
        default=None,
        description="The app's installation on one site, which is the site it works on.",
    )
    wix_calls_per_minute: sharing.CallsPerMinute = 200
    wix_connections: PositiveInt = Field(
        default=100, description="Connections to Wix open at the same time, per worker."
    )
    wix_calls_shared_by: sharing.CallsSharedBy = 1
    sites_file: FilePath | None = Field(
        default=None,
        description="A TOML file of several sites, each with its credentials, in place of the "
        "settings of one.",
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
    auth: callers.Auth = "none"
    jwt_issuer: callers.JwtIssuer = None
    jwt_audience: callers.JwtAudience = None
    jwt_jwks_url: callers.JwtJwksUrl = None
    jwt_public_keys_file: callers.JwtPublicKeysFile = None
    jwt_algorithms: callers.JwtAlgorithms = callers.ALGORITHMS
    jwt_scope_claim: callers.JwtScopeClaim = "scope"
    jwt_site_claim: callers.JwtSiteClaim = "site_ids"
    api_keys_file: callers.ApiKeysFile = None
    request_seconds: limits.RequestSeconds = 10.0
    body_bytes: PositiveInt = Field(default=1_048_576, description="The largest request body.")
    document_characters: docs.DocumentCharacters = 65_536
    document_tokens: docs.DocumentTokens = 2_000
    document_depth: docs.DocumentDepth = 50
    document_aliases: limits.DocumentAliases = 200
    document_directives: limits.DocumentDirectives = 100
    document_operations: limits.DocumentOperations = 20
    document_fragments: limits.DocumentFragments = 100
    root_fields: limits.RootFields = 100
    validation_seconds: limits.ValidationSeconds = 0.07
    page_size: limits.PageSize = limits.MOST_ROWS
    page_rows: limits.PageRows = 10_000
    row_fields: limits.RowFields = 100_000
    batch_operations: limits.BatchOperations = 0
    caller_requests_per_minute: limits.CallerRequests = 3_000
    caller_calls_per_minute: limits.CallerCalls = 150
    concurrent_operations: limits.ConcurrentOperations = 1_000
    connections: limits.Connections = 2_000
    head_seconds: limits.HeadSeconds = 10.0
    cors_origins: limits.CorsOrigins = ""
    graphiql: docs.Graphiql = "auto"
    documents: docs.Documents = "off"
    documents_file: docs.DocumentsFile = None
    automatic_document_bytes: docs.AutomaticDocumentBytes = docs.AUTOMATIC_BYTES
    router_proof: router.Proof = "none"
    router_secret: router.Secret = None
    router_secret_file: router.SecretFile = None
    document_cache_bytes: docs.DocumentCacheBytes = 33_554_432
    cache_bytes: PositiveInt = Field(
        default=67_108_864,
        description="Memory for what was read from Wix, per worker; sites have equal parts of it.",
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
    redis_url: sharing.RedisUrl = None
    replicas: sharing.Replicas = 4
    cost_ceiling: PositiveInt = Field(
        default=200,
        description="Calls to Wix that one operation may take, by the estimate made before it is "
        "executed.",
    )
    cost_reported: limits.CostReported = True
    live_connections: limits.LiveConnections = 2_000
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
        return self.wix_api_key is None and self.wix_app_id is None and self.sites_file is None

    @property
    def upstream(self) -> str:
        """Where Wix answers unless a site says otherwise, without a slash at the end."""
        return wix.upstream_of(self)

    @property
    def calls_per_minute(self) -> int:
        """Calls that this process may make on a site of which nothing else is said."""
        return share(self.wix_calls_per_minute, self.wix_calls_shared_by)

    @cached_property
    def sites(self) -> tuple[SiteSettings, ...]:
        """The sites that the credentials are for; none where the gateway brings its own Wix.

        Raises:
            ValueError: The sites file cannot be used.
        """
        return wix.sites_in(self)

    def secrets(self) -> tuple[str, ...]:
        """List what must never be printed."""
        told = (
            router.secret_of(self),
            *(site.credentials.secret for site in self.sites),
            *sharing.secrets_of(self.redis_url),
        )
        return tuple(filter(None, told))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wix.check_whole(self)
        self.sites  # noqa: B018 - read now, so that a file that cannot be used is found at start
        callers.check_whole(dict(self))
        docs.check_whole(self)
        router.check_whole(self)
        return self


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
