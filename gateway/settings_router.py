"""Settings about the federation router that stands before the gateway."""

from pathlib import Path
from typing import Annotated, Final, Literal, Protocol

from pydantic import AfterValidator, Field, FilePath, SecretStr

from gateway.settings_wording import name_of, names_of

_SECRETS: Final = ("router_secret", "router_secret_file")
_SHORTEST: Final = 16


class RouterSettings(Protocol):
    """The settings about the router."""

    @property
    def router_proof(self) -> str:
        """How it is known."""
        ...

    @property
    def router_secret(self) -> SecretStr | None:
        """What it knows."""
        ...

    @property
    def router_secret_file(self) -> Path | None:
        """Where that stands."""
        ...


def check_whole(settings: RouterSettings) -> None:
    """Check that what is set about the router goes together.

    Raises:
        ValueError: Something is missing, or contradicts another setting.
    """
    given = [name for name in _SECRETS if getattr(settings, name) is not None]
    proof = name_of("router_proof")
    if settings.router_proof == "none" and given:
        raise ValueError(f"{names_of(given)}: of no use with {proof}=none.")
    if settings.router_proof != "none" and len(given) != 1:
        one = " or ".join(map(name_of, _SECRETS))
        raise ValueError(f"{proof}={settings.router_proof} needs {one}, and not both.")


def secret_of(settings: RouterSettings) -> str | None:
    """Tell the secret that the router has; None where there is none."""
    if settings.router_secret is not None:
        return settings.router_secret.get_secret_value()
    return None if settings.router_secret_file is None else _secret_in(settings.router_secret_file)


def _secret_in(file: Path) -> str:
    try:
        secret = file.read_text("utf-8").strip()
    except (OSError, ValueError):
        raise ValueError("the file cannot be read") from None
    if len(secret) < _SHORTEST:
        raise ValueError(f"the secret in the file is shorter than {_SHORTEST} characters")
    return secret


def _readable(file: Path | None) -> Path | None:
    if file is not None:
        _secret_in(file)
    return file


Proof = Annotated[
    Literal["none", "header", "hmac", "hmac-stamped"],
    Field(
        description="How the federation's router shows that `_entities` and `_service` are asked "
        "for by it: a secret in `X-Router-Secret`, or a signature, as Hive Gateway makes it; "
        "`hmac-stamped` takes none a second time. `none` asks for the scopes alone."
    ),
]
Secret = Annotated[
    SecretStr | None,
    Field(min_length=_SHORTEST, description="What the router and the gateway alone know."),
]
SecretFile = Annotated[
    FilePath | None, AfterValidator(_readable), Field(description="A file of that secret.")
]
