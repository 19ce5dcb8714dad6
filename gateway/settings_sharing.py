"""Settings about a site's calls, and about what replicas share."""

from typing import Annotated, Final
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field, PositiveInt, SecretStr

_OPTIONS: Final = frozenset({"db", "ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_keyfile"})


def secrets_of(url: SecretStr | None) -> tuple[str, ...]:
    """List what of an address must never be printed."""
    if url is None:
        return ()
    address = url.get_secret_value()
    password = urlsplit(address).password
    return (address, password) if password else (address,)


def _readable(url: SecretStr) -> SecretStr:
    """Find what is wrong with an address; the reason never quotes it: it may hold a password."""
    try:
        parts = urlsplit(url.get_secret_value())
        port = parts.port
    except ValueError:
        raise ValueError("the address cannot be read") from None
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("the address must begin with redis://, rediss:// or unix://")
    if port == 0 or not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise ValueError("the address names no server")
    options = parse_qs(parts.query, keep_blank_values=True)
    if not options.keys() <= _OPTIONS:
        raise ValueError(f"the address may have no options but {', '.join(sorted(_OPTIONS))}")
    databases = options.get("db", [])
    if parts.scheme != "unix" and parts.path.strip("/"):
        databases = [*databases, parts.path.strip("/")]
    if not all(number.isascii() and number.isdigit() for number in databases):
        raise ValueError("the address names a database that is no number")
    return url


CallsPerMinute = Annotated[
    PositiveInt,
    Field(description="Calls that Wix allows a site in any 60 s; no more are made."),
]
CallsSharedBy = Annotated[
    PositiveInt,
    Field(
        description="Processes that share each site's calls evenly, knowing nothing of each other. "
        "Workers of one server see to it themselves."
    ),
]
RedisUrl = Annotated[
    Annotated[SecretStr, AfterValidator(_readable)] | None,
    Field(
        description="A Redis or Valkey that several replicas, or workers, share: `redis://`, "
        "`rediss://` or `unix://`. They go on without it while it is away."
    ),
]
Replicas = Annotated[
    PositiveInt,
    Field(
        description="How many processes share a site's calls over Redis at most. A fifth of the "
        "calls is kept for them in equal shares, which they use while Redis is away."
    ),
]
