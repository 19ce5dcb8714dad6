"""Tells who calls from a request's headers, before anything else of it is read (RFC 6750)."""

from typing import Final, Protocol

import structlog
from starlette.types import Scope

from gateway.edge.auth.api_keys import BadKey
from gateway.edge.auth.claims import ANYBODY, Untimely
from gateway.edge.auth.compact import BadToken
from gateway.edge.auth.keyrings import RETRY_SECONDS, NoKeysYet
from gateway.edge.auth.tokens import Tokens
from gateway.edge.refusals import Refusal
from gateway.model.principal import API_KEY_PREFIX, SCOPES, Caller

EVERYBODY: Final = Caller(ANYBODY, SCOPES, sites=None, expires_at=None)
"""Whom all are taken for where nobody is asked: he may do everything, everywhere."""

_REALM: Final = 'Bearer realm="crm-labels"'

log = structlog.get_logger(source="gateway.auth")


class KeyHolders(Protocol):
    """Whoever knows the API keys."""

    def caller(self, key: str) -> Caller:
        """Tell whose a key is; raises `BadKey`."""
        ...


class Callers:
    """Tells callers by a bearer token or an API key, both in the header ``Authorization``."""

    def __init__(self, *, tokens: Tokens | None = None, keys: KeyHolders | None = None) -> None:
        self._tokens = tokens
        self._keys = keys

    async def identify(self, scope: Scope) -> Caller:
        """Tell who sent a request.

        Raises:
            Refusal: 401 ``UNAUTHENTICATED`` without credentials that hold; 503
                ``AUTHENTICATION_UNAVAILABLE`` when a token cannot be judged yet.
        """
        credential = _credential(scope)
        try:
            if credential.startswith(API_KEY_PREFIX) and self._keys is not None:
                return self._keys.caller(credential)
            if self._tokens is not None:
                return await self._tokens.caller(credential)
        except (BadToken, BadKey) as bad:
            raise _invalid(bad.reason, ended=isinstance(bad, Untimely)) from None
        except NoKeysYet:
            raise _unavailable() from None
        raise _invalid("no such credentials are taken")

    async def aclose(self) -> None:
        """End what is under way."""
        if self._tokens is not None:
            await self._tokens.aclose()


def _credential(scope: Scope) -> str:
    """Find the one credential of a request."""
    values: list[bytes] = [value for name, value in scope["headers"] if name == b"authorization"]
    if not values:
        raise _unauthenticated("Send an access token or an API key as 'Authorization: Bearer'.")
    scheme, _, credential = values[0].partition(b" ")
    if len(values) > 1 or scheme.lower() != b"bearer":
        raise _invalid("the header is not one bearer credential")
    return credential.decode("latin-1").strip(" ")


def _invalid(reason: str, *, ended: bool = False) -> Refusal:
    """Refuse a credential: its caller is told whether a new one would do, the log why."""
    log.info("a caller was refused", reason=reason)
    told = "The access token's time is over." if ended else "The credentials are not valid."
    return _unauthenticated(told, error=f', error="invalid_token", error_description="{told}"')


def _unauthenticated(message: str, error: str = "") -> Refusal:
    return Refusal(
        message,
        code="UNAUTHENTICATED",
        status=401,
        headers={"www-authenticate": _REALM + error},
    )


def _unavailable() -> Refusal:
    return Refusal(
        "The issuer of access tokens does not answer, so yours cannot be checked. Try again.",
        code="AUTHENTICATION_UNAVAILABLE",
        status=503,
        headers={"retry-after": str(round(RETRY_SECONDS))},
    )
