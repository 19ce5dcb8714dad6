"""Public keys: which are read, and which are refused without being repeated."""

import json
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gateway.edge.auth.algorithms import DEFAULT, read_algorithms
from gateway.edge.auth.public_keys import MOST_KEYS, read_key_set, read_public_keys
from tests.support.tokens import ec_key, edwards_key, key_set, rsa_key

RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})


def pem(key: RSAKey | ECKey | OKPKey) -> str:
    return key.as_pem(private=False).decode()


def test_pem_keys_of_every_kind_are_read_one_after_another() -> None:
    text = "\n".join([pem(rsa_key("rsa")), pem(ec_key("ec")), pem(edwards_key("ed"))])
    keys = read_public_keys(text)
    assert [key.algorithms for key in keys] == [
        RSA,
        frozenset({"ES256"}),
        frozenset({"EdDSA", "Ed25519"}),
    ]
    assert [key.kid for key in keys] == [None, None, None]


@pytest.mark.parametrize(("curve", "name"), [("P-384", "ES384"), ("P-521", "ES512")])
def test_a_curve_is_for_one_algorithm(curve: str, name: str) -> None:
    (key,) = read_public_keys(pem(ec_key("other", curve)))
    assert key.algorithms == {name}


def test_a_key_set_s_own_word_narrows_what_a_key_is_for() -> None:
    entry = rsa_key("rsa").as_dict(private=False) | {"alg": "PS256"}
    (key,) = read_public_keys(json.dumps({"keys": [entry]}))
    assert (key.kid, key.algorithms) == ("rsa", frozenset({"PS256"}))


def unusable() -> dict[str, dict[str, Any]]:
    rsa = rsa_key("rsa").as_dict(private=False)
    return {
        "symmetric": OctKey.generate_key(256).as_dict(),
        "private": rsa_key("rsa").as_dict(private=True),
        "for encryption": rsa | {"use": "enc"},
        "for signing only": rsa | {"use": "sig", "key_ops": ["sign"]},
        "for HMAC": rsa | {"alg": "HS256"},
        "short": rsa_key("short", 1_024).as_dict(private=False),
        "on the coins' curve": ECKey.generate_key("secp256k1").as_dict(private=False),
        "for agreement": OKPKey.generate_key("X25519").as_dict(private=False),
        "on the larger Edwards curve": OKPKey.generate_key("Ed448").as_dict(private=False),
        "damaged": rsa | {"n": "!"},
        "with an even exponent": rsa | {"e": "Ag"},
        "without a modulus": {"kty": "RSA", "e": "AQAB"},
        "of no kind": {"kid": "x"},
        "of a kind that is no text": {"kty": ["RSA"]},
    }


@pytest.mark.filterwarnings("ignore:Key size should be")
class TestUnusableKeys:
    """Keys that no token is verified with."""

    def test_a_file_with_one_is_refused(self) -> None:
        for name, entry in unusable().items():
            with pytest.raises(ValueError, match=r"key") as caught:
                read_public_keys(json.dumps({"keys": [entry]}))
            for member in ("d", "k", "n", "x"):
                assert str(entry.get(member, name * 9)) not in str(caught.value)

    def test_an_issuer_s_set_is_read_without_them(self) -> None:
        good = ec_key("ec").as_dict(private=False)
        text = json.dumps({"keys": [*unusable().values(), good]})
        assert [key.kid for key in read_key_set(text, lenient=True)] == ["ec"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no key",
        rsa_key("rsa").as_pem(private=True).decode(),
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        '{"keys": []}',
        '{"keys": "x"}',
        "{",
    ],
)
def test_what_holds_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|JWK"):
        read_public_keys(text)


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_key_that_is_too_short_is_called_so() -> None:
    with pytest.raises(ValueError, match="an RSA key has not 2048 to 8192 bits"):
        read_public_keys(pem(rsa_key("short", 1_024)))


def test_a_set_is_cut_at_its_longest() -> None:
    entry = ec_key("ec").as_dict(private=False)
    assert len(read_key_set(json.dumps({"keys": [entry] * 100}), lenient=True)) == MOST_KEYS


def test_keys_are_equal_by_thumbprint_and_do_not_show_themselves() -> None:
    first, second = (read_key_set(key_set(rsa_key("rsa")), lenient=False)[0] for _ in range(2))
    assert first == second
    assert "RSAKey" not in repr(first)


def test_only_asymmetric_algorithms_can_be_allowed() -> None:
    assert read_algorithms(DEFAULT) == {"RS256", "PS256", "ES256", "EdDSA", "Ed25519"}
    assert read_algorithms("RS256,ES384 PS512") == {"RS256", "ES384", "PS512"}
    for text in ("", " ", "none", "HS256", "RS256 HS256", "rs256", "RSA-OAEP", "ES256K"):
        with pytest.raises(ValueError, match="choose among RS256"):
            read_algorithms(text)
