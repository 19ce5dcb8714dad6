"""Settings about callers: what goes together, and what does not."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.settings import Settings
from tests.support.tokens import AUDIENCE, ISSUER, key_set, rsa_key

TOKENS = {"auth": "required", "jwt_issuer": ISSUER, "jwt_audience": AUDIENCE}


@pytest.fixture
def keys(tmp_path: Path) -> str:
    file = tmp_path / "keys.json"
    file.write_text(key_set(rsa_key("rsa")))
    return str(file)


def reason(**settings: str) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(settings)
    (error,) = caught.value.errors()
    return str(error["msg"]).removeprefix("Value error, ")


def test_callers_are_asked_only_when_that_is_set() -> None:
    assert Settings().auth == "none"


@pytest.mark.parametrize(
    "settings",
    [
        TOKENS,
        TOKENS | {"jwt_jwks_url": "https://issuer.example/keys"},
        TOKENS | {"jwt_issuer": "urn:issuer", "jwt_jwks_url": "http://127.0.0.1:7/keys"},
        TOKENS | {"api_keys_file": "keys.json"},
        {"auth": "required", "api_keys_file": "not-there-yet.json"},
    ],
)
def test_tokens_or_keys_or_both_are_a_way_in(settings: dict[str, str]) -> None:
    assert Settings.model_validate(settings).auth == "required"


def test_fixed_keys_are_read_at_start(keys: str) -> None:
    settings = Settings.model_validate(TOKENS | {"jwt_public_keys_file": keys})
    assert settings.jwt_public_keys_file == Path(keys)
    Path(keys).write_text("no keys")
    assert "there is no public key" in reason(**TOKENS, jwt_public_keys_file=keys)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"auth": "required"},
            (
                "GATEWAY_AUTH=required needs a way in: GATEWAY_API_KEYS_FILE for API keys, "
                "or GATEWAY_JWT_ISSUER and GATEWAY_JWT_AUDIENCE for access tokens."
            ),
        ),
        (
            {"jwt_issuer": ISSUER, "api_keys_file": "keys.json"},
            (
                "GATEWAY_JWT_ISSUER and GATEWAY_API_KEYS_FILE: of no use without "
                "GATEWAY_AUTH=required."
            ),
        ),
        (
            {"auth": "required", "jwt_issuer": ISSUER},
            "Missing beside GATEWAY_JWT_ISSUER: GATEWAY_JWT_AUDIENCE.",
        ),
        (
            {"auth": "required", "jwt_jwks_url": "https://issuer.example/keys"},
            "Missing beside GATEWAY_JWT_JWKS_URL: GATEWAY_JWT_ISSUER and GATEWAY_JWT_AUDIENCE.",
        ),
        (
            TOKENS | {"jwt_issuer": "http://issuer.example"},
            (
                "GATEWAY_JWT_ISSUER is no https address whose keys could be discovered; set "
                "GATEWAY_JWT_JWKS_URL or GATEWAY_JWT_PUBLIC_KEYS_FILE."
            ),
        ),
        (TOKENS | {"jwt_jwks_url": "http://issuer.example/keys"}, "an https address is needed"),
        (
            TOKENS | {"jwt_algorithms": "RS256 HS256"},
            (
                "choose among RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519; "
                "HS256 cannot be allowed"
            ),
        ),
    ],
)
def test_what_does_not_go_together_is_said_in_words(
    settings: dict[str, str], expected: str
) -> None:
    assert reason(**settings) == expected


def test_keys_come_from_one_place(keys: str) -> None:
    both = {"jwt_jwks_url": "https://issuer.example/keys", "jwt_public_keys_file": keys}
    assert reason(**TOKENS, **both) == (
        "Only one of GATEWAY_JWT_JWKS_URL and GATEWAY_JWT_PUBLIC_KEYS_FILE can be."
    )
