"""What is signed by a trusted key, in time, is Wix's; nothing else is."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import RSAKey

from gateway.sandbox.webhooks.signing import Signer
from gateway.wix.signatures import Forged, Malformed, Signatures, read_keys
from tests.support.webhooks import NOON, key, public_pem, token

PEM = public_pem()
GENUINE = token("text")
IN_BASE64 = base64.b64encode(PEM.encode()).decode()
SECONDS = int(NOON.timestamp())


def trusting(*pems: str, late: float = 0.0) -> Signatures:
    keys = tuple(found for pem in pems or (PEM,) for found in read_keys(pem))
    return Signatures(lambda: keys, now=lambda: NOON.timestamp() + late)


def segment(value: object) -> bytes:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def of_parts(header: object, payload: object, signature: bytes = b"none") -> bytes:
    return b".".join((segment(header), segment(payload), segment(signature)))


CLAIMS = {"data": "text", "iat": SECONDS, "exp": SECONDS + 3_600}


def test_the_signed_text_comes_out() -> None:
    assert trusting().signed_text(token("text")) == "text"


def test_blanks_around_the_token_do_not_matter() -> None:
    assert trusting().signed_text(b"\n " + token("text") + b"\r\n") == "text"


def test_a_text_may_be_larger_than_any_contact() -> None:
    text = "x" * 900_000
    assert trusting().signed_text(token(text)) == text


def test_header_parameters_that_nobody_knows_are_ignored() -> None:
    header = {"alg": "RS256", "kid": "1", "digest": "abc"}
    loose = jws.JWSRegistry(strict_check_header=False)
    body = jws.serialize_compact(header, json.dumps(CLAIMS), key("wix"), registry=loose)
    assert trusting().signed_text(body.encode()) == "text"


def test_any_of_the_trusted_keys_will_do() -> None:
    both = trusting(public_pem("wix before"), PEM)
    assert both.signed_text(token("new")) == "new"
    assert both.signed_text(token("old", whose="wix before")) == "old"


def test_keys_may_change_while_the_gateway_runs() -> None:
    trusted: list[RSAKey] = []
    signatures = Signatures(lambda: trusted, now=NOON.timestamp)
    with pytest.raises(Forged):
        signatures.signed_text(token("text"))
    trusted.append(key("wix"))
    assert signatures.signed_text(token("text")) == "text"


def test_a_stranger_s_signature_is_forged() -> None:
    with pytest.raises(Forged):
        trusting().signed_text(token("text", whose="mallory"))


def test_a_changed_payload_is_forged() -> None:
    header, _, signature = token("text").split(b".")
    with pytest.raises(Forged):
        trusting().signed_text(b".".join((header, segment({**CLAIMS, "data": "x"}), signature)))


@pytest.mark.parametrize("secret", [PEM, PEM.strip(), IN_BASE64])
def test_the_public_key_is_no_shared_secret(secret: str) -> None:
    signed = segment({"alg": "HS256"}) + b"." + segment(CLAIMS)
    signature = segment(hmac.digest(secret.encode(), signed, "sha256"))
    with pytest.raises(Forged):
        trusting().signed_text(signed + b"." + signature)


@pytest.mark.parametrize("algorithm", ["RS512", "PS256"])
def test_the_right_key_with_another_algorithm_is_forged(algorithm: str) -> None:
    body = jws.serialize_compact(
        {"alg": algorithm}, json.dumps(CLAIMS), key("wix"), algorithms=[algorithm]
    )
    with pytest.raises(Forged):
        trusting().signed_text(body.encode())


@pytest.mark.parametrize("algorithm", ["none", "None", "rs256", "", None, 5, ["RS256"], {}])
def test_no_other_algorithm_is_taken(algorithm: object) -> None:
    with pytest.raises(Forged):
        trusting().signed_text(of_parts({"alg": algorithm}, CLAIMS, b""))


def test_a_key_that_comes_along_is_not_trusted() -> None:
    mallory = key("mallory")
    header = {"alg": "RS256", "jwk": mallory.as_dict(private=False)}
    generous = jws.JWSRegistry()
    generous.max_header_length = 10_000
    body = jws.serialize_compact(header, json.dumps(CLAIMS), mallory, registry=generous)
    with pytest.raises((Forged, Malformed)):
        trusting().signed_text(body.encode())


def test_critical_parameters_that_nobody_knows_are_forged() -> None:
    header = {"alg": "RS256", "crit": ["exp"], "exp": SECONDS}
    with pytest.raises(Forged):
        trusting().signed_text(of_parts(header, CLAIMS))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": SECONDS - 61},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True, "iat": None},
        {"nbf": SECONDS + 120},
        {"iat": SECONDS + 120},
    ],
)
def test_a_token_out_of_its_time_is_forged(claims: dict[str, Any]) -> None:
    with pytest.raises(Forged):
        trusting().signed_text(token("text", **claims))


def test_clocks_may_be_a_minute_apart() -> None:
    body = token("text")
    hour = timedelta(hours=1).total_seconds()
    assert trusting(late=hour + 59).signed_text(body) == "text"
    assert trusting(late=-59).signed_text(body) == "text"
    with pytest.raises(Forged):
        trusting(late=hour + 60).signed_text(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"not a token",
        b"a.b",
        b"a.b.c.d",
        b"..",
        b"\xff\xfe.\xff.\xff",
        b'{"eventType": "wix.contacts.v4.label_created"}',
        of_parts([], CLAIMS),
        of_parts("alg", CLAIMS),
        of_parts(b"\xff", CLAIMS),
        of_parts(b"[" * 300, CLAIMS),
        b"." * 100_000,
        b"a" * 2_000_000 + b".b.c",
    ],
)
def test_what_is_no_token_is_malformed(body: bytes) -> None:
    with pytest.raises((Malformed, Forged)) as caught:
        trusting().signed_text(body)
    assert body.count(b".") == 2 or caught.type is Malformed


@pytest.mark.parametrize("payload", [b"no JSON", b"[]", b"5", b"[" * 100_000, b"\xff"])
def test_signed_claims_that_are_no_object_are_malformed(payload: bytes) -> None:
    body = jws.serialize_compact({"alg": "RS256"}, payload, key("wix"), registry=_roomy())
    with pytest.raises(Malformed):
        trusting().signed_text(body.encode())


@pytest.mark.parametrize("data", [{"eventType": "x"}, 5, ["x"]])
def test_signed_data_that_is_no_text_is_malformed(data: object) -> None:
    with pytest.raises(Malformed):
        trusting().signed_text(token(data))


def test_the_sandbox_signs_so_that_it_is_trusted() -> None:
    signer = Signer(lambda: NOON)
    assert trusting(signer.public_pem).signed_text(signer.sign("text").encode()) == "text"


class TestKeys:
    """What an operator may give as keys."""

    @pytest.mark.parametrize(
        "text",
        [
            PEM,
            PEM.replace("\n", "\\n"),
            f"  {PEM}\n\n",
            IN_BASE64,
            f", {IN_BASE64} ,",
            key("wix").as_pem(private=False).decode().replace("\n", "\r\n"),
        ],
    )
    def test_a_key_is_pem_or_base64_of_pem(self, text: str) -> None:
        (found,) = read_keys(text)
        assert found.thumbprint() == key("wix").thumbprint()

    def test_there_may_be_several_in_either_form(self) -> None:
        other = public_pem("wix before")
        found = read_keys(f"{other}{IN_BASE64},{PEM}")
        expected = sorted([key("wix before").thumbprint(), *[key("wix").thumbprint()] * 2])
        assert sorted(each.thumbprint() for each in found) == expected

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "there is no public key"),
            (" , \n", "there is no public key"),
            ("nonsense!", "a public key is neither PEM nor base64 of PEM"),
            ("bm9uc2Vuc2U=", "a public key is no RSA key in PEM"),
            ("/////w==", "a public key is neither PEM nor base64 of PEM"),
            (PEM.replace("MII", "AAA"), "a public key is no RSA key in PEM"),
            (
                key("wix").as_pem(private=True).decode(),
                "a private key was given where only the public one belongs",
            ),
        ],
    )
    def test_anything_else_is_refused_and_not_repeated(self, text: str, reason: str) -> None:
        with pytest.raises(ValueError, match="key") as caught:
            read_keys(text)
        assert str(caught.value) == reason

    @pytest.mark.filterwarnings("ignore")
    def test_a_weak_key_is_refused(self) -> None:
        weak = RSAKey.generate_key(1_024).as_pem(private=False).decode()
        with pytest.raises(ValueError, match="less than 2048 bits"):
            read_keys(weak)


def _roomy() -> jws.JWSRegistry:
    registry = jws.JWSRegistry()
    registry.max_payload_length = 1_000_000
    return registry


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    with pytest.raises((Malformed, Forged)):
        trusting().signed_text(body)


@given(st.data())
def test_no_bit_of_a_token_can_be_changed_to_another_meaning(data: st.DataObject) -> None:
    body = bytearray(GENUINE)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = trusting().signed_text(bytes(body))
    except (Malformed, Forged):
        return
    # Base64 has more than one way to write some last bytes.
    assert read == "text"
