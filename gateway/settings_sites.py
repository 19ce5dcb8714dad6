"""The sites that are served and what opens each, as the sites file tells them."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, SecretStr, ValidationError

from gateway.settings_keys import keys_in
from gateway.wix.auth import ApiKey, AppCredentials
from gateway.wix.signatures import Keys

MOST_SITES: Final = 1_000
SITE_ID: Final = r"^[A-Za-z0-9._-]{1,64}$"
_LARGEST_FILE: Final = 2**20

_EMPTY: Final = {
    "": "{} is empty",
    "_file": "the file that {} names is empty, or cannot be read",
    "_env": "the variable that {} names is empty, or not set",
}
"""What is said of a secret that is not there. No file or variable is named: it may be a secret."""

Origin = Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$")]
"""Where something answers on the web."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs a site's events; sites of one app have the same."""

    name: str
    """Equal for equal keys."""
    keys: Keys = field(compare=False)


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """One site, whole and checked."""

    id: str
    """What callers name it by."""
    credentials: ApiKey | AppCredentials
    upstream: str
    """Where its Wix answers, without a slash at the end."""
    calls_per_minute: int
    """Those that this process may make."""
    signer: Signer | None = None
    """None where no events are expected."""
    instance_id: str | None = None
    """The installation whose events are the site's; None where they are known by its id."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for a site whose entry does not tell."""

    upstream: str
    calls_per_minute: int
    shared_by: int
    """How many processes share each site's calls."""


class _Entry(BaseModel):
    """One ``[[sites]]`` table of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=SITE_ID)]
    base_url: Origin | None = None
    api_key: SecretStr | None = None
    api_key_file: str | None = None
    api_key_env: str | None = None
    app_id: str | None = None
    app_secret: SecretStr | None = None
    app_secret_file: str | None = None
    app_secret_env: str | None = None
    instance_id: str | None = None
    calls_per_minute: PositiveInt | None = None
    webhook_public_keys: str | None = None
    webhook_public_keys_file: str | None = None


def read_sites(
    file: Path, defaults: Defaults, environment: Mapping[str, str]
) -> tuple[SiteSettings, ...]:
    """Read the sites file, TOML; the files it names are looked for beside it.

    Raises:
        ValueError: It is no such file, or a site in it cannot be used. What was given is not
            repeated: it may be a secret.
    """
    entries = [_entry(number, table) for number, table in enumerate(_tables(file), 1)]
    for name in ("id", "instance_id"):
        _check_unique(name, [getattr(entry, name) for entry in entries])
    return tuple(_site(entry, file.parent, defaults, environment) for entry in entries)


def signer_of(text: str | None, file: Path | None) -> Signer | None:
    """Make the signer of the keys in a text and in a file; None where there are none.

    Raises:
        ValueError: A key cannot be used, or the file cannot be read.
    """
    keys = keys_in(text, file)
    if not keys:
        return None
    return Signer(" ".join(sorted(key.thumbprint() for key in keys)), lambda: keys)


def _tables(file: Path) -> list[Any]:
    try:
        content = file.read_bytes()
        found = tomllib.loads(content.decode()) if len(content) <= _LARGEST_FILE else {}
    except OSError:
        raise ValueError("the file cannot be read") from None
    except ValueError:
        # Told without the parser's words, which may quote what stands in the file.
        raise ValueError("the file is no TOML in UTF-8") from None
    tables = found.pop("sites", None)
    if found or not isinstance(tables, list) or not 0 < len(tables) <= MOST_SITES:
        raise ValueError(f"the file must hold 1 to {MOST_SITES:,} tables [[sites]], nothing else")
    return tables


def _entry(number: int, table: object) -> _Entry:
    if not isinstance(table, dict):
        raise ValueError(f"site {number} of the file is no table")  # noqa: TRY004 - of the file
    try:
        return _Entry.model_validate(table)
    except ValidationError as error:
        wrong = [f"{each['loc'][0]}: {each['msg']}" for each in error.errors()]
        raise ValueError(f"site {number} of the file: {'; '.join(wrong)}") from None


def _check_unique(name: str, values: list[str | None]) -> None:
    counts = Counter(value.lower() for value in values if value is not None)
    twice = [value for value, count in counts.items() if count > 1]
    if twice:
        raise ValueError(f"several sites have the {name} {twice[0]}")


def _site(
    entry: _Entry, folder: Path, defaults: Defaults, environment: Mapping[str, str]
) -> SiteSettings:
    keys_file = entry.webhook_public_keys_file
    try:
        return SiteSettings(
            id=entry.id,
            credentials=_credentials(entry, _Secrets(entry, folder, environment)),
            upstream=(entry.base_url or defaults.upstream).rstrip("/"),
            calls_per_minute=share(
                entry.calls_per_minute or defaults.calls_per_minute, defaults.shared_by
            ),
            signer=signer_of(entry.webhook_public_keys, folder / keys_file if keys_file else None),
            instance_id=entry.instance_id,
        )
    except ValueError as error:
        raise ValueError(f"site {entry.id}: {error}") from None


def share(calls: int, shared_by: int) -> int:
    """Tell how many of a site's calls are this process's: at least one."""
    return max(1, calls // shared_by)


def _credentials(entry: _Entry, secret: Callable[[str], str | None]) -> ApiKey | AppCredentials:
    key, app_secret = secret("api_key"), secret("app_secret")
    if (key is None) == (app_secret is None):
        raise ValueError("either api_key or app_secret is needed, and not both")
    if key is not None:
        if entry.app_id is not None:
            raise ValueError("app_id goes with app_secret, not with api_key")
        return ApiKey(key=key, site_id=entry.id)
    if not (app_secret and entry.app_id and entry.instance_id):
        raise ValueError("app_secret goes with app_id and instance_id")
    return AppCredentials(app_id=entry.app_id, app_secret=app_secret, instance_id=entry.instance_id)


class _Secrets:
    """Looks up an entry's secrets: given as they are, in a file, or in a variable."""

    def __init__(self, entry: _Entry, folder: Path, environment: Mapping[str, str]) -> None:
        self._entry = entry
        self._folder = folder
        self._environment = environment

    def __call__(self, name: str) -> str | None:
        """Find a secret; None where the entry names none.

        Raises:
            ValueError: It is told in several ways, or not where the entry says.
        """
        found = list(self._told(name))
        if len(found) > 1:
            raise ValueError(f"only one of {name}, {name}_file and {name}_env can be told")
        if not found:
            return None
        told, secret = found[0]
        if not secret:
            raise ValueError(_EMPTY[told.removeprefix(name)].format(told))
        return secret

    def _told(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield each way in which a secret is told, and what is found there."""
        given, file, variable = (
            getattr(self._entry, name + form) for form in ("", "_file", "_env")
        )
        if given is not None:
            yield name, given.get_secret_value()
        if file is not None:
            yield f"{name}_file", self._read(file)
        if variable is not None:
            yield f"{name}_env", self._environment.get(variable, "")

    def _read(self, file: str) -> str:
        try:
            return (self._folder / file).read_text("utf-8").strip()
        except (OSError, ValueError):
            return ""
