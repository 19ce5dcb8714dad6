"""Tokens are issued, renewed, exchanged and described as contract 1.4 says."""

from typing import Any

import pytest

from tests.support.sandboxes import APP, INSTANCE, KEY, Site, running

CLIENT_CREDENTIALS = {**APP, "grant_type": "client_credentials", "instance_id": INSTANCE}


async def _ask(site: Site, path: str = "/oauth2/token", **asked: Any) -> tuple[int, dict[str, Any]]:
    answer = await site.client.post(path, json=asked)
    return answer.status_code, answer.json()


async def _refusal(site: Site, path: str = "/oauth2/token", **asked: Any) -> tuple[int, str]:
    status, document = await _ask(site, path, **asked)
    assert set(document) == {"error", "error_description"}
    return status, document["error"]


async def test_an_app_gets_a_token_for_four_hours() -> None:
    async with running() as site:
        status, document = await _ask(site, **CLIENT_CREDENTIALS)
        token = document.pop("access_token")
        assert (status, document) == (200, {"token_type": "Bearer", "expires_in": 14_400})
        assert token.startswith("OauthNG.JWS.")


async def test_every_token_is_another_one() -> None:
    async with running() as site:
        tokens = {(await _ask(site, **CLIENT_CREDENTIALS))[1]["access_token"] for _ in range(3)}
        assert len(tokens) == 3


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": INSTANCE}, (401, "invalid_client")),
        ({"instance_id": APP["client_id"]}, (400, "invalid_grant")),
        ({"client_secret": None}, (400, "invalid_request")),
        ({"client_id": 7}, (400, "invalid_request")),
        ({"instance_id": ""}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": ["client_credentials"]}, (400, "unsupported_grant_type")),
        ({"grant_type": None}, (400, "unsupported_grant_type")),
    ],
)
async def test_a_wrong_request_is_refused_in_ietf_terms(
    change: dict[str, Any], refusal: tuple[int, str]
) -> None:
    async with running() as site:
        assert await _refusal(site, **{**CLIENT_CREDENTIALS, **change}) == refusal


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 60_000])
async def test_a_body_that_is_no_object_is_an_invalid_request(body: bytes) -> None:
    async with running() as site:
        answer = await site.client.post("/oauth2/token", content=body)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_body_above_64_kibibytes_is_refused() -> None:
    async with running() as site:
        answer = await site.client.post("/oauth2/token", content=b" " * (64 * 1024 + 1))
        assert (answer.status_code, answer.json()["error"]) == (413, "invalid_request")


async def test_a_bound_token_is_exchanged_for_one_of_the_same_subject() -> None:
    async with running() as site:
        _, app = await _ask(site, **CLIENT_CREDENTIALS)
        status, document = await _ask(
            site,
            grant_type="strip_bound_session",
            client_secret="sandbox-secret",
            access_token=app["access_token"],
        )
        _, info = await _ask(site, "/oauth2/token-info", token=document.pop("access_token"))
        assert (status, document, info["subjectType"]) == (200, {"expires_in": 14_400}, "APP")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"access_token": "OauthNG.JWS.no.such.token"}, (400, "invalid_grant")),
    ],
)
async def test_nothing_is_exchanged_for_a_wrong_secret_or_token(
    change: dict[str, str], refusal: tuple[int, str]
) -> None:
    async with running() as site:
        _, app = await _ask(site, **CLIENT_CREDENTIALS)
        asked = {
            "grant_type": "strip_bound_session",
            "client_secret": "sandbox-secret",
            "access_token": app["access_token"],
        }
        assert await _refusal(site, **{**asked, **change}) == refusal


async def test_a_visitor_gets_and_renews_tokens() -> None:
    async with running() as site:
        client = {"clientId": APP["client_id"]}
        _, first = await _ask(site, **client, grantType="anonymous")
        status, second = await _ask(
            site, **client, grantType="refresh_token", refreshToken=first["refresh_token"]
        )
        _, info = await _ask(site, "/oauth2/token-info", token=second["access_token"])
        assert (status, second["expires_in"], info["subjectType"]) == (200, 14_400, "VISITOR")
        assert "instanceId" not in info


async def test_visitors_of_another_app_get_nothing() -> None:
    async with running() as site:
        refusal = await _refusal(site, clientId=INSTANCE, grantType="anonymous")
        assert refusal == (401, "invalid_client")


async def test_an_app_cannot_be_renewed_as_a_visitor_nor_a_visitor_as_an_app() -> None:
    async with running() as site:
        client = {"clientId": APP["client_id"]}
        _, app = await _ask(
            site, "/oauth/access", **APP, grant_type="authorization_code", code="sandbox-code"
        )
        _, visitor = await _ask(site, **client, grantType="anonymous")
        assert [
            await _refusal(
                site, **client, grantType="refresh_token", refreshToken=app["refresh_token"]
            ),
            await _refusal(
                site,
                "/oauth/access",
                **APP,
                grant_type="refresh_token",
                refresh_token=visitor["refresh_token"],
            ),
        ] == [(400, "invalid_grant"), (400, "invalid_grant")]


async def test_an_access_token_renews_nothing() -> None:
    async with running() as site:
        _, app = await _ask(site, **CLIENT_CREDENTIALS)
        asked = {"grant_type": "refresh_token", "refresh_token": app["access_token"]}
        assert await _refusal(site, "/oauth/access", **APP, **asked) == (400, "invalid_grant")


async def test_legacy_tokens_live_five_minutes_and_are_renewed() -> None:
    async with running() as site:
        _, first = await _ask(
            site, "/oauth/access", **APP, grant_type="authorization_code", code="sandbox-code"
        )
        site.time.advance(300)
        _, ended = await _ask(site, "/oauth2/token-info", token=first["access_token"])
        status, second = await _ask(
            site,
            "/oauth/access",
            **APP,
            grant_type="refresh_token",
            refresh_token=first["refresh_token"],
        )
        _, info = await _ask(site, "/oauth2/token-info", token=second["access_token"])
        assert (ended, status, info["exp"] - info["iat"]) == ({"active": False}, 200, 300)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"grant_type": "authorization_code", "code": "other"}, (400, "invalid_grant")),
        ({"grant_type": "client_credentials"}, (400, "unsupported_grant_type")),
        (
            {"grant_type": "authorization_code", "code": "x", "client_secret": "y"},
            (401, "invalid_client"),
        ),
    ],
)
async def test_the_legacy_endpoint_refuses_what_it_does_not_know(
    asked: dict[str, str], refusal: tuple[int, str]
) -> None:
    async with running() as site:
        assert await _refusal(site, "/oauth/access", **{**APP, **asked}) == refusal


async def test_token_info_tells_whose_token_it_is() -> None:
    async with running() as site:
        _, app = await _ask(site, **CLIENT_CREDENTIALS)
        issued = int(site.time.wall().timestamp())
        assert await _ask(site, "/oauth2/token-info", token=app["access_token"]) == (
            200,
            {
                "active": True,
                "subjectType": "APP",
                "subjectId": APP["client_id"],
                "iat": issued,
                "exp": issued + 14_400,
                "clientId": APP["client_id"],
                "siteId": KEY["wix-site-id"],
                "instanceId": INSTANCE,
            },
        )


async def test_token_calls_need_no_credentials_and_take_no_room_in_the_limit() -> None:
    async with running() as site:
        await site.control("POST", "/settings", rateLimit=1)
        site.client.headers.pop("authorization")
        statuses = [(await _ask(site, **CLIENT_CREDENTIALS))[0] for _ in range(3)]
        calls = await site.control("GET", "/calls")
        assert (statuses, calls["routes"]) == ([200] * 3, {"POST /oauth2/token": 3})


async def test_other_methods_on_token_paths_are_calls_of_no_route() -> None:
    async with running() as site:
        assert (await site.client.get("/oauth2/token")).status_code == 404
