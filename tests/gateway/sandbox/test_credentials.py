"""The fixed credentials are accepted and everything else is refused as Wix refuses it."""

import pytest

from tests.support.sandboxes import APP, EMPTY, INSTANCE, KEY, LABELS, Site, running

SITE = KEY["wix-site-id"]
UNAUTHENTICATED = {
    "message": "Unauthorized",
    "details": {
        "applicationError": {
            "code": "UNAUTHENTICATED",
            "description": "Unauthorized",
            "data": {},
        }
    },
}
FORBIDDEN = {
    "message": "Forbidden",
    "details": {
        "applicationError": {
            "code": "PERMISSION_DENIED",
            "description": "Forbidden",
            "data": {},
        }
    },
}


async def _token(site: Site, **asked: str) -> str:
    answer = await site.client.post("/oauth2/token", json=asked)
    token: str = answer.json()["access_token"]
    return token


async def _status(site: Site, headers: dict[str, str]) -> int:
    site.client.headers = {}
    return (await site.client.get(LABELS, headers=headers)).status_code


@pytest.mark.parametrize(
    "headers",
    [
        KEY,
        {"authorization": "Bearer sandbox-key", "wix-site-id": SITE},
        {"authorization": "bearer  sandbox-key ", "wix-site-id": SITE.upper()},
        {**KEY, "wix-account-id": "44444444-4444-4444-8444-444444444444"},
    ],
)
async def test_the_key_with_the_site_is_accepted(headers: dict[str, str]) -> None:
    async with running() as site:
        assert await _status(site, headers) == 200


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "sandbox-key-2", "Sandbox-key", "OauthNG.JWS.x", "a b c"]
)
async def test_a_missing_or_wrong_key_is_not_authenticated(authorization: str | None) -> None:
    headers = {"wix-site-id": SITE}
    if authorization is not None:
        headers["authorization"] = authorization
    async with running() as site:
        site.client.headers = {}
        answer = await site.client.get(LABELS, headers=headers)
        assert (answer.status_code, answer.json()) == (401, UNAUTHENTICATED)


@pytest.mark.parametrize(
    "ids",
    [
        {},
        {"wix-site-id": ""},
        {"wix-site-id": "99999999-9999-4999-8999-999999999999"},
        {"wix-account-id": "44444444-4444-4444-8444-444444444444"},
    ],
)
async def test_the_key_without_its_site_is_forbidden(ids: dict[str, str]) -> None:
    async with running() as site:
        site.client.headers = {}
        answer = await site.client.get(LABELS, headers={"authorization": "sandbox-key", **ids})
        assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


@pytest.mark.parametrize("prefix", ["", "Bearer "])
async def test_an_app_token_needs_no_site(prefix: str) -> None:
    async with running() as site:
        token = await _token(site, **APP, grant_type="client_credentials", instance_id=INSTANCE)
        assert await _status(site, {"authorization": prefix + token}) == 200


async def test_an_app_token_ends_after_four_hours() -> None:
    async with running() as site:
        token = await _token(site, **APP, grant_type="client_credentials", instance_id=INSTANCE)
        site.time.advance(14_399)
        before = await _status(site, {"authorization": token})
        site.time.advance(1)
        after = await _status(site, {"authorization": token})
        assert (before, after) == (200, 401)


async def test_an_altered_token_is_not_authenticated() -> None:
    async with running() as site:
        token = await _token(site, **APP, grant_type="client_credentials", instance_id=INSTANCE)
        assert await _status(site, {"authorization": token[:-4] + "AAAA"}) == 401


async def test_a_visitor_is_forbidden() -> None:
    async with running() as site:
        token = await _token(site, clientId=APP["client_id"], grantType="anonymous")
        assert await _status(site, {"authorization": token}) == 403


async def test_a_key_and_an_app_are_different_callers() -> None:
    async with running() as site:
        token = await _token(site, **APP, grant_type="client_credentials", instance_id=INSTANCE)
        contact = {"info": {"name": {"first": "Ada"}}}
        by_key = await site.client.post("/contacts/v4/contacts", json=contact)
        by_app = await site.client.post(
            "/contacts/v4/contacts",
            json={"info": {"name": {"first": "Alan"}}},
            headers={"authorization": token},
        )
        sources = [answer.json()["contact"]["source"] for answer in (by_key, by_app)]
        assert sources == [
            {"sourceType": EMPTY.behaviour.api_key_source},
            {"sourceType": EMPTY.behaviour.app_source, "appId": APP["client_id"]},
        ]
