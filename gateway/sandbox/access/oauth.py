"""The token endpoints: client credentials and the other grants of contract 1.4."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.sandbox.access.credentials import (
    APP_ID,
    APP_SECRET,
    AUTHORIZATION_CODE,
    Place,
)
from gateway.sandbox.access.tokens import Grant, Mint, Subject, Use
from gateway.sandbox.answers import Answer, json_answer
from gateway.sandbox.refusals import Refusal
from gateway.sandbox.request import body_of

ACCESS_LIFETIME = 14_400
"""Seconds; always four hours (contract 1.4)."""
LEGACY_LIFETIME = 300
"""Seconds; tokens of ``/oauth/access``."""
LARGEST_BODY = 64 * 1_024
"""Bytes of a token request."""

Document = Mapping[str, Any]


class OAuthFault(Exception):
    """An IETF error answer (RFC 6749, section 5.2), not the envelope of Wix."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.answer = json_answer({"error": code, "error_description": description}, status)


class OAuth:
    """The layer that answers token calls and passes everything else on."""

    def __init__(self, app: ASGIApp, mint: Mint, place: Place) -> None:
        self._app = app
        self._mint = mint
        self._place = place
        self._endpoints: Mapping[str, Callable[[Document], Document]] = {
            "POST /oauth2/token": self._token,
            "POST /oauth2/token-info": self._token_info,
            "POST /oauth/access": self._access,
        }
        self._grants: Mapping[str, Callable[[Document], Document]] = {
            "client_credentials": self._client_credentials,
            "strip_bound_session": self._strip_bound_session,
            "anonymous": self._anonymous,
            "refresh_token": self._refresh_visitor,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        endpoint = self._endpoints.get(scope["sandbox.route"])
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        answer = await _answer(endpoint, receive)
        await answer.send_to(send)

    def _token(self, asked: Document) -> Document:
        grant_type = asked.get("grant_type", asked.get("grantType"))
        grant = self._grants.get(grant_type) if isinstance(grant_type, str) else None
        if grant is None:
            raise OAuthFault("unsupported_grant_type", "Unknown or missing grant type")
        return grant(asked)

    def _client_credentials(self, asked: Document) -> Document:
        _check_client(asked)
        if _text(asked, "instance_id") != self._place.instance_id:
            raise OAuthFault("invalid_grant", "The app has no such instance")
        token = self._mint.issue(Subject.APP, Use.ACCESS, ACCESS_LIFETIME)
        return {"access_token": token, "token_type": "Bearer", "expires_in": ACCESS_LIFETIME}

    def _strip_bound_session(self, asked: Document) -> Document:
        if _text(asked, "client_secret") != APP_SECRET:
            raise OAuthFault("invalid_client", "Unknown client or wrong secret", 401)
        grant = self._known(_text(asked, "access_token"), Use.ACCESS)
        token = self._mint.issue(grant.subject, Use.ACCESS, ACCESS_LIFETIME)
        return {"access_token": token, "expires_in": ACCESS_LIFETIME}

    def _anonymous(self, asked: Document) -> Document:
        if _text(asked, "clientId") != APP_ID:
            raise OAuthFault("invalid_client", "Unknown client", 401)
        return {
            "access_token": self._mint.issue(Subject.VISITOR, Use.ACCESS, ACCESS_LIFETIME),
            "refresh_token": self._mint.issue(Subject.VISITOR, Use.REFRESH, None),
            "expires_in": ACCESS_LIFETIME,
        }

    def _refresh_visitor(self, asked: Document) -> Document:
        if self._known(_text(asked, "refreshToken"), Use.REFRESH).subject is not Subject.VISITOR:
            raise OAuthFault("invalid_grant", "The token is not valid")
        return self._anonymous(asked)

    def _access(self, asked: Document) -> Document:
        _check_client(asked)
        grant_type = asked.get("grant_type")
        if grant_type == "authorization_code":
            if _text(asked, "code") != AUTHORIZATION_CODE:
                raise OAuthFault("invalid_grant", "The code is not valid")
            refresh_token = self._mint.issue(Subject.APP, Use.REFRESH, None)
        elif grant_type == "refresh_token":
            refresh_token = _text(asked, "refresh_token")
            if self._known(refresh_token, Use.REFRESH).subject is not Subject.APP:
                raise OAuthFault("invalid_grant", "The token is not valid")
        else:
            raise OAuthFault("unsupported_grant_type", "Unknown or missing grant type")
        access_token = self._mint.issue(Subject.APP, Use.ACCESS, LEGACY_LIFETIME)
        return {"access_token": access_token, "refresh_token": refresh_token}

    def _token_info(self, asked: Document) -> Document:
        grant = self._mint.read(_text(asked, "token"))
        if grant is None:
            return {"active": False}
        is_app, place = grant.subject is Subject.APP, self._place
        info = {
            "active": True,
            "subjectType": grant.subject,
            "subjectId": APP_ID if is_app else place.site_id,
            "iat": grant.issued,
            "exp": grant.expires,
            "clientId": APP_ID,
            "siteId": place.site_id,
        }
        return {**info, "instanceId": place.instance_id} if is_app else info

    def _known(self, token: str, use: Use) -> Grant:
        grant = self._mint.read(token, use)
        if grant is None:
            raise OAuthFault("invalid_grant", "The token is not valid")
        return grant


async def _answer(endpoint: Callable[[Document], Document], receive: Receive) -> Answer:
    try:
        return json_answer(endpoint(await body_of(receive, most=LARGEST_BODY)))
    except Refusal as refusal:
        return OAuthFault("invalid_request", refusal.body["message"], refusal.status).answer
    except OAuthFault as fault:
        return fault.answer


def _check_client(asked: Document) -> None:
    known = (APP_ID, APP_SECRET)
    if (_text(asked, "client_id"), _text(asked, "client_secret")) != known:
        raise OAuthFault("invalid_client", "Unknown client or wrong secret", 401)


def _text(asked: Document, name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise OAuthFault("invalid_request", f"{name} is missing")
    return value
