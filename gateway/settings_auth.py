"""Settings that say who may call."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, FilePath

from gateway.edge.auth.algorithms import DEFAULT, read_algorithms
from gateway.edge.auth.discovery import is_private_way
from gateway.edge.auth.public_keys import PublicKey, read_public_keys
from gateway.settings_wording import name_of, names_of

_FOR_TOKENS = ("jwt_issuer", "jwt_audience", "jwt_jwks_url", "jwt_public_keys_file")
_WAYS_IN = (*_FOR_TOKENS, "api_keys_file")


ALGORITHMS: Final = DEFAULT
"""The default of ``GATEWAY_JWT_ALGORITHMS``."""


def check_whole(values: Mapping[str, Any]) -> None:
    """Check that what is set about callers goes together; all settings by name.

    Raises:
        ValueError: Something is missing, or contradicts another setting.
    """
    given = [name for name in _WAYS_IN if values[name] is not None]
    if values["auth"] == "none" and given:
        raise ValueError(f"{names_of(given)}: of no use without GATEWAY_AUTH=required.")
    if values["auth"] == "required" and not given:
        raise ValueError(
            "GATEWAY_AUTH=required needs a way in: GATEWAY_API_KEYS_FILE for API keys, "
            "or GATEWAY_JWT_ISSUER and GATEWAY_JWT_AUDIENCE for access tokens."
        )
    tokens = [name for name in _FOR_TOKENS if name in given]
    missing = [name for name in _FOR_TOKENS[:2] if name not in given]
    if tokens and missing:
        raise ValueError(f"Missing beside {names_of(tokens)}: {names_of(missing)}.")
    if tokens:
        _check_source_of_keys(values)


def _check_source_of_keys(values: Mapping[str, Any]) -> None:
    sources = [name for name in _FOR_TOKENS[2:] if values[name] is not None]
    if len(sources) > 1:
        raise ValueError(f"Only one of {names_of(sources)} can be.")
    if not sources and not is_private_way(values["jwt_issuer"]):
        raise ValueError(
            f"{name_of('jwt_issuer')} is no https address whose keys could be discovered; set "
            f"{name_of('jwt_jwks_url')} or {name_of('jwt_public_keys_file')}."
        )


def token_keys_in(file: Path) -> tuple[PublicKey, ...]:
    """Read the keys that tokens are signed with.

    Raises:
        ValueError: The file cannot be read, or a key in it cannot be used.
    """
    try:
        return read_public_keys(file.read_text("utf-8"))
    except OSError:
        raise ValueError("the file cannot be read") from None


def _readable_keys(file: Path | None) -> Path | None:
    if file is not None:
        token_keys_in(file)
    return file


def _private_way(address: str | None) -> str | None:
    if address is not None and not is_private_way(address):
        raise ValueError("an https address is needed")
    return address


def _readable_algorithms(text: str) -> str:
    read_algorithms(text)
    return text


Auth = Annotated[
    Literal["none", "required"],
    Field(
        description="`required` asks callers who they are; `none` is possible only on loopback, "
        "over the sandbox."
    ),
]
JwtIssuer = Annotated[
    str | None,
    Field(
        min_length=1,
        description="Who issues access tokens, as their `iss` says it. Its keys are discovered "
        "unless a URL or a file of them is set.",
    ),
]
JwtAudience = Annotated[
    str | None, Field(min_length=1, description="Whom access tokens must be for, their `aud`.")
]
JwtJwksUrl = Annotated[
    str | None,
    AfterValidator(_private_way),
    Field(description="Where the issuer publishes its keys."),
]
JwtPublicKeysFile = Annotated[
    FilePath | None,
    AfterValidator(_readable_keys),
    Field(description="A file of the issuer's public keys, PEM or a JWK Set."),
]
JwtAlgorithms = Annotated[
    str,
    AfterValidator(_readable_algorithms),
    Field(description="How access tokens may be signed; only asymmetric algorithms can be set."),
]
JwtScopeClaim = Annotated[
    str,
    Field(min_length=1, description="The claim that lists what its caller may do."),
]
JwtSiteClaim = Annotated[
    str,
    Field(
        min_length=1,
        description="The claim that lists the sites its caller may be on; `*` is all of them.",
    ),
]
ApiKeysFile = Annotated[
    Path | None,
    Field(description="The file of API keys that `crm-labels keys` writes, read as it changes."),
]
