"""Who calls: the sandbox's fixed credentials, accepted and refused as Wix does (contract 1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.sandbox.access.tokens import Mint, Subject
from gateway.sandbox.answers import refusal
from gateway.sandbox.ports import Identity

API_KEY = "sandbox-key"
ACCOUNT_ID = "44444444-4444-4444-8444-444444444444"
SITE_ID = "11111111-1111-4111-8111-111111111111"
APP_ID = "22222222-2222-4222-8222-222222222222"
APP_SECRET = "sandbox-secret"  # noqa: S105 - published, it opens nothing but the sandbox
INSTANCE_ID = "33333333-3333-4333-8333-333333333333"
AUTHORIZATION_CODE = "sandbox-code"
"""What ``POST /oauth/access`` takes for a first refresh token; there is no installation page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which site a sandbox is, and the app's installation there."""

    site_id: str = SITE_ID
    instance_id: str = INSTANCE_ID


HOME = Place()
"""The site of a sandbox that is told of no other."""


class Refused(Exception):
    """The caller may not pass; ``status`` is 401 or 403."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def identify(headers: Mapping[str, str], mint: Mint, place: Place = HOME) -> Identity:
    """Find out who calls.

    The token comes as it is or behind ``Bearer`` (contract 1.1). A key needs the site's id; an
    app's token is bound to its site, whatever ids come with it.

    Raises:
        Refused: 401 for no token, an unknown or an expired one; 403 for a key without the right
            site, and for a visitor, who may not call CRM methods (contract 1.5).

    """
    token = _token(headers.get("authorization", ""))
    if token == API_KEY:
        if headers.get("wix-site-id", "").lower() != place.site_id.lower():
            raise Refused(403)
        return Identity("api_key", place.site_id, None, place.instance_id)
    grant = mint.read(token)
    if grant is None:
        raise Refused(401)
    if grant.subject is not Subject.APP:
        raise Refused(403)
    return Identity("app", place.site_id, APP_ID, place.instance_id)


class CredentialCheck:
    """The layer that lets only known callers pass, with their identity in the scope's state."""

    def __init__(self, app: ASGIApp, mint: Mint, place: Place) -> None:
        self._app = app
        self._mint = mint
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on as somebody's, or answer 401 or 403."""
        try:
            identity = identify(Headers(scope=scope), self._mint, self._place)
        except Refused as refused:
            await refusal(refused.status).send_to(send)
            return
        state = {**scope.get("state", {}), "identity": identity}
        await self._app({**scope, "state": state}, receive, send)


def _token(authorization: str) -> str:
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else authorization.strip()
