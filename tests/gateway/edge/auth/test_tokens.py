"""Access tokens: which are taken, for whom, and how long they are remembered."""

from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import Key

from gateway.authentication import authentication
from gateway.edge.admission import Identify
from gateway.edge.auth.claims import Expectation
from gateway.edge.auth.compact import BadToken
from gateway.edge.auth.keyrings import FixedKeys
from gateway.edge.auth.public_keys import PublicKey, read_key_set
from gateway.edge.auth.tokens import Tokens
from gateway.edge.refusals import Refusal
from gateway.model.principal import Caller
from gateway.settings import Settings
from tests.support.clock import ManualClock
from tests.support.forgeries import forgeries
from tests.support.tokens import (
    AUDIENCE,
    ISSUER,
    KEYS_ADDRESS,
    NOW,
    Publisher,
    claims,
    ec_key,
    edwards_key,
    key_set,
    rsa_key,
    sent,
    signed,
    token,
)

ADA = Caller("ada", frozenset({"labels:read", "contacts:read"}), frozenset({"site-1"}), NOW + 330)
FORGERIES = forgeries()


def identify_through(publisher: Publisher, clock: ManualClock | None = None) -> Identify:
    settings = Settings(
        auth="required", jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwt_jwks_url=KEYS_ADDRESS
    )
    clock = clock or ManualClock(NOW)
    return authentication(settings, transport=publisher.transport, clock=clock, now=clock).identify


async def refusal_of(identify: Identify, *credentials: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await identify(sent(*credentials))
    return caught.value


def publisher() -> Publisher:
    return Publisher(rsa_key("rsa"), ec_key("ec"), edwards_key("ed"))


def test_there_are_enough_forgeries() -> None:
    assert len(FORGERIES) == len(set(FORGERIES.values()))
    assert len(FORGERIES) > 150


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_stale_or_confused_token_is_refused(name: str) -> None:
    issuer = publisher()
    identify = identify_through(issuer)
    refusal = await refusal_of(identify, f"Bearer {FORGERIES[name]}")
    assert (refusal.status, refusal.code) == (401, "UNAUTHENTICATED")
    assert refusal.headers["www-authenticate"].startswith(
        'Bearer realm="crm-labels", error="invalid_token", error_description="'
    )
    # The keys are fetched when the first token comes, and once more for an unknown id; from
    # where the settings say, and from nowhere else.
    assert set(issuer.asked) <= {KEYS_ADDRESS}
    assert len(issuer.asked) <= 2


async def test_among_all_forgeries_the_good_token_is_still_taken() -> None:
    issuer = publisher()
    identify = identify_through(issuer)
    for forged in FORGERIES.values():
        await refusal_of(identify, f"Bearer {forged}")
    assert await identify(sent(f"Bearer {token()}")) == ADA
    assert len(issuer.asked) <= 6


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("RS256", rsa_key("rsa")),
        ("PS256", rsa_key("rsa")),
        ("ES256", ec_key("ec")),
        ("EdDSA", edwards_key("ed")),
        ("Ed25519", edwards_key("ed")),
    ],
)
async def test_each_algorithm_of_the_default_is_taken(algorithm: str, key: Key) -> None:
    for header in ({"alg": algorithm, "kid": key.kid}, {"alg": algorithm, "typ": "at+jwt"}):
        credential = signed(header, claims(), key, algorithm)
        assert await identify_through(publisher())(sent(f"Bearer {credential}")) == ADA


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"aud": ["https://other.example", AUDIENCE]}, {}),
        ({"exp": int(NOW) - 29}, {"expires_at": NOW + 1}),
        ({"exp": NOW + 0.5}, {"expires_at": NOW + 30.5}),
        ({"nbf": int(NOW) + 30, "iat": int(NOW) + 30}, {}),
        ({"scope": ["labels:read", "galaxy:rule"]}, {"scopes": frozenset({"labels:read"})}),
        ({"scope": ...}, {"scopes": frozenset()}),
        ({"scope": ""}, {"scopes": frozenset()}),
        ({"site_ids": ...}, {"sites": frozenset()}),
        ({"site_ids": "site-1  site-2"}, {"sites": frozenset({"site-1", "site-2"})}),
        ({"site_ids": ["*"]}, {"sites": None}),
        ({"sub": "Ada Lovelace"}, {"subject": "Ada Lovelace"}),
    ],
)
async def test_what_the_claims_say_is_what_the_caller_may(
    changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    who = {
        "subject": ADA.subject,
        "scopes": ADA.scopes,
        "sites": ADA.sites,
        "expires_at": ADA.expires_at,
    } | expected
    identify = identify_through(publisher())
    assert await identify(sent(f"Bearer {token(**changes)}")) == Caller(**who)


async def test_the_claims_names_can_be_set() -> None:
    settings = Settings(
        auth="required",
        jwt_issuer=ISSUER,
        jwt_audience=AUDIENCE,
        jwt_jwks_url=KEYS_ADDRESS,
        jwt_scope_claim="https://a.example/scp",
        jwt_site_claim="sites",
    )
    clock = ManualClock(NOW)
    door = authentication(settings, transport=publisher().transport, clock=clock, now=clock)
    named: dict[str, Any] = {"https://a.example/scp": ["labels:write"], "sites": ["site-2"]}
    caller = await door.identify(sent(f"Bearer {token(**named)}"))
    assert (caller.scopes, caller.sites) == (frozenset({"labels:write"}), frozenset({"site-2"}))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
async def test_the_scheme_is_read_whatever_its_case(scheme: str) -> None:
    assert await identify_through(publisher())(sent(f"{scheme} {token()}")) == ADA


async def test_without_credentials_one_is_told_what_to_send() -> None:
    refusal = await refusal_of(identify_through(publisher()))
    assert (refusal.status, refusal.code) == (401, "UNAUTHENTICATED")
    assert refusal.headers == {"www-authenticate": 'Bearer realm="crm-labels"'}
    assert refusal.message == "Send an access token or an API key as 'Authorization: Bearer'."


@pytest.mark.parametrize(
    "credentials",
    [
        ["Basic YWRhOmxvdmVsYWNl"],
        ["Bearer"],
        ["Bearer "],
        [""],
        [f"Token {token()}"],
        [token()],
        [f"Bearer {token()}, Bearer {token()}"],
        [f"Bearer {token()}", f"Bearer {token()}"],
        [f"Bearer {token()}", "Basic YWRhOmxvdmVsYWNl"],
        ["Bearer crmk_0123456789ab_" + "x" * 43],
    ],
)
async def test_what_is_not_one_bearer_token_is_refused(credentials: list[str]) -> None:
    refusal = await refusal_of(identify_through(publisher()), *credentials)
    assert (refusal.status, refusal.code) == (401, "UNAUTHENTICATED")


async def test_a_token_is_nothing_where_only_keys_are_taken(tmp_path: Path) -> None:
    settings = Settings(auth="required", api_keys_file=tmp_path / "keys.json")
    refusal = await refusal_of(authentication(settings).identify, f"Bearer {token()}")
    assert (refusal.status, refusal.code) == (401, "UNAUTHENTICATED")


async def test_only_of_its_time_does_a_caller_learn_what_is_wrong_with_a_token() -> None:
    identify = identify_through(publisher())
    over = await refusal_of(identify, f"Bearer {token(exp=1)}")
    foreign = await refusal_of(identify, f"Bearer {token(aud='x')}")
    assert over.message == "The access token's time is over."
    assert foreign.message == "The credentials are not valid."


class Counted(FixedKeys):
    """Counts how often a token is verified."""

    asked = 0

    async def find(self, kid: str | None) -> tuple[PublicKey, ...]:
        self.asked += 1
        return await super().find(kid)


def counted(clock: ManualClock, remembered: int = 10) -> tuple[Tokens, Counted]:
    keyring = Counted(read_key_set(key_set(rsa_key("rsa")), lenient=False))
    expected = Expectation(ISSUER, AUDIENCE)
    tokens = Tokens(keyring, expected, algorithms={"RS256"}, now=clock, remembered=remembered)
    return tokens, keyring


async def test_a_token_is_verified_once_and_refused_at_its_end() -> None:
    clock = ManualClock(NOW)
    tokens, keyring = counted(clock)
    text = token()
    assert [await tokens.caller(text) for _ in range(3)] == [ADA] * 3
    clock.advance(329)
    assert await tokens.caller(text) == ADA
    assert keyring.asked == 1
    clock.advance(1)
    with pytest.raises(BadToken, match="expired"):
        await tokens.caller(text)


async def test_what_is_remembered_is_bounded_and_the_least_used_goes_first() -> None:
    tokens, keyring = counted(ManualClock(NOW), remembered=2)
    for subject in ("a", "b", "a", "c", "a", "b"):
        await tokens.caller(token(sub=subject))
    assert (len(tokens), keyring.asked) == (2, 4)


async def test_a_refused_token_is_not_remembered() -> None:
    tokens, _ = counted(ManualClock(NOW))
    for text in FORGERIES.values():
        with pytest.raises(BadToken):
            await tokens.caller(text)
    assert len(tokens) == 0


async def test_a_token_of_a_withdrawn_key_is_forgotten() -> None:
    clock = ManualClock(NOW)
    issuer = Publisher(rsa_key("rsa"))
    identify = identify_through(issuer, clock)
    assert await identify(sent(f"Bearer {token(exp=NOW + 9_000)}")) == Caller(
        ADA.subject, ADA.scopes, ADA.sites, NOW + 9_030
    )
    issuer.keys = (rsa_key("rsa-2"),)
    clock.advance(901)
    await identify(sent(f"Bearer {token(exp=NOW + 9_000)}"))  # starts the fetch, which takes time
    fresh = token({"kid": "rsa-2"}, rsa_key("rsa-2"), exp=NOW + 9_000)
    assert (await identify(sent(f"Bearer {fresh}"))).subject == "ada"
    refusal = await refusal_of(identify, f"Bearer {token(exp=NOW + 9_000)}")
    assert refusal.code == "UNAUTHENTICATED"


async def test_while_the_issuer_has_never_answered_no_token_is_judged() -> None:
    issuer = publisher()
    issuer.fails = True
    refusal = await refusal_of(identify_through(issuer), f"Bearer {token()}")
    assert (refusal.status, refusal.code) == (503, "AUTHENTICATION_UNAVAILABLE")
    assert refusal.headers == {"retry-after": "10"}
