"""Tokens that nobody may be let in with, by what is wrong with them."""

import base64
import hashlib
import hmac
import json
from typing import Any

from joserfc.jwk import Key

from tests.support.forged_claims import false_claims
from tests.support.tokens import (
    ISSUER,
    claims,
    ec_key,
    edwards_key,
    key_set,
    rsa_key,
    segment,
    signed,
    token,
)

_GOOD = {"alg": "RS256", "kid": "rsa"}
_EVIL = "https://attacker.example/keys"


def forgeries() -> dict[str, str]:
    """Make them all."""
    return {
        **_without_signature(),
        **_with_our_key_as_secret(),
        **_of_other_algorithms(),
        **_that_bring_their_key(),
        **_of_other_form(),
        **_with_broken_signature(),
        **_with_odd_json(),
        **false_claims(),
    }


def _without_signature() -> dict[str, str]:
    body = segment(claims())
    names: dict[str, Any] = {
        name: {"alg": name} for name in ("none", "None", "NONE", "nOnE", "none ", "", "null")
    }
    odd = {"missing": {}, "null": {"alg": None}, "number": {"alg": 0}, "list": {"alg": ["RS256"]}}
    good = token().split(".")[2]
    unsigned = {
        f"alg {name!r}, {what}": f"{segment(header)}.{body}.{signature}"
        for name, header in names.items()
        for what, signature in (("no signature", ""), ("another's signature", good))
    }
    return unsigned | {
        f"alg {name}": signed(header, claims(), rsa_key("rsa")) for name, header in odd.items()
    }


def _with_our_key_as_secret() -> dict[str, str]:
    ours = rsa_key("rsa")
    secrets = {
        "PEM": ours.as_pem(private=False),
        "PEM without its last line end": ours.as_pem(private=False).strip(),
        "DER": ours.as_der(private=False),
        "JWK": json.dumps(ours.as_dict(private=False)).encode(),
        "modulus": str(ours.as_dict(private=False)["n"]).encode(),
        "nothing": b"",
    }
    return {
        f"{algorithm} with the public key as {what}": _keyed(algorithm, secret)
        for algorithm in ("HS256", "HS512")
        for what, secret in secrets.items()
    }


def _keyed(algorithm: str, secret: bytes) -> str:
    text = f"{segment({'alg': algorithm, 'kid': 'rsa'})}.{segment(claims())}"
    digest = hmac.new(secret, text.encode(), "sha" + algorithm[2:]).digest()
    return f"{text}.{segment(digest)}"


def _of_other_algorithms() -> dict[str, str]:
    def other(says: str, is_: str, key: Key, kid: str) -> str:
        return signed({"alg": says, "kid": kid}, claims(), key, is_)

    rsa, elliptic, edwards = rsa_key("rsa"), ec_key("ec"), edwards_key("ed")
    return {
        "RS384 is not allowed": other("RS384", "RS384", rsa, "rsa"),
        "RS512 is not allowed": other("RS512", "RS512", rsa, "rsa"),
        "PS512 is not allowed": other("PS512", "PS512", rsa, "rsa"),
        "lower case": other("rs256", "RS256", rsa, "rsa"),
        "PS256 signed as RS256": other("PS256", "RS256", rsa, "rsa"),
        "RS256 signed as PS256": other("RS256", "PS256", rsa, "rsa"),
        "ES256 under an RSA key's id": other("ES256", "ES256", elliptic, "rsa"),
        "RS256 under an elliptic key's id": other("RS256", "RS256", rsa, "ec"),
        "EdDSA under an elliptic key's id": other("EdDSA", "EdDSA", edwards, "ec"),
        "an encryption's algorithm": other("RSA-OAEP", "RS256", rsa, "rsa"),
        "an unknown algorithm": other("XS256", "RS256", rsa, "rsa"),
    }


def _that_bring_their_key() -> dict[str, str]:
    theirs = rsa_key("attacker")
    certificate = base64.b64encode(theirs.as_der(private=False)).decode()
    brought: dict[str, dict[str, Any]] = {
        "jwk": {"jwk": theirs.as_dict(private=False)},
        "jwk under our id": {"jwk": theirs.as_dict(private=False) | {"kid": "rsa"}},
        "jku": {"jku": _EVIL},
        "jku that begins like ours": {"jku": f"{ISSUER}@attacker.example/keys"},
        "x5u": {"x5u": _EVIL},
        "x5c": {"x5c": [certificate]},
        "x5t": {"x5t": hashlib.sha1(b"x").hexdigest()},  # noqa: S324 - what the header is made of
        "nothing at all": {},
        "no id": {"kid": ...},
    }
    odd_ids = {
        "path": "../../../../dev/null",
        "statement": "rsa' UNION SELECT 'secret",
        "command": "rsa|sleep 5",
        "address": _EVIL,
        "empty": "",
        "null": None,
        "number": 1,
        "list": ["rsa"],
        "object": {"kid": "rsa"},
        "line end": "rsa\n",
        "null byte": "rsa\0",
        "long": "k" * 1_000,
        "attacker's": "attacker",
    }
    return {
        **{f"brings {name}": token(header, theirs) for name, header in brought.items()},
        **{f"key id: {name}": token({"kid": kid}, theirs) for name, kid in odd_ids.items()},
        # These are signed by the issuer, and refused for what the header asks of us.
        **{
            f"signed, with {name}": token({name: value})
            for name, value in {
                "jku": _EVIL,
                "x5u": _EVIL,
                "jwk": rsa_key("rsa").as_dict(private=False),
                "crit": ["exp"],
                "zip": "DEF",
            }.items()
        },
        "crit that is empty": token({"crit": []}),
        "crit that is no list": token({"crit": "b64"}),
        "crit of something unknown": token({"crit": ["policy"], "policy": "lenient"}),
        "crit of b64": token({"crit": ["b64"], "b64": False}),
        "b64 false": token({"b64": False}),
        "b64 true": token({"b64": True}),
    }


def _of_other_form() -> dict[str, str]:
    header, payload, signature = token().split(".")
    whole = f"{header}.{payload}.{signature}"
    return {
        "two parts": f"{header}.{payload}",
        "four parts": f"{whole}.{signature}",
        "five parts, as if encrypted": f"{whole}.{signature}.{signature}",
        "no payload": f"{header}..{signature}",
        "no header": f".{payload}.{signature}",
        "only dots": "..",
        "JSON": json.dumps({"payload": payload, "protected": header, "signature": signature}),
        "a space inside": f"{header}. {payload}.{signature}",
        "letters beyond ASCII": f"{whole}\xe9",
        "too long": token(note="x" * 9_000),
        "a key set": key_set(rsa_key("rsa")),
        "type: a logout's": token({"typ": "logout+jwt"}),
        "type: a proof's": token({"typ": "dpop+jwt"}),
        "type: a number": token({"typ": 1}),
        "a token in a token": signed(_GOOD | {"cty": "JWT"}, whole, rsa_key("rsa")),
    }


def _with_broken_signature() -> dict[str, str]:
    header, payload, signature = token().split(".")
    text = f"{header}.{payload}"
    tail = chr(ord(signature[-1]) + 1)  # spells the same bytes: two of its bits count for nothing
    elliptic = {"alg": "ES256", "kid": "ec"}
    unsigned = f"{segment(elliptic)}.{segment(claims())}"
    changed = segment(claims(scope="contacts:delete"))
    return {
        "padded signature": f"{text}.{signature}==",
        "signature with standard letters": f"{text}.{signature[:-1]}+",
        "signature cut": f"{text}.{signature[:-2]}",
        "signature of a length that cannot be": f"{text}.{signature[:-1]}",
        "signature of nothing": f"{text}.AAAA",
        "signature of zeros": f"{text}.{segment(bytes(256))}",
        "signature spelt otherwise": f"{text}.{signature[:-1]}{tail}",
        "padded payload": f"{header}.{payload}=.{signature}",
        "another payload": f"{header}.{changed}.{signature}",
        "another header": f"{segment(_GOOD | {'typ': 'at+jwt'})}.{payload}.{signature}",
        "an elliptic signature of zeros": f"{unsigned}.{segment(bytes(64))}",
        "an elliptic signature of ones": f"{unsigned}.{segment(bytes(31) + b'1' + bytes(32))}",
        "an elliptic signature as DER": f"{unsigned}.{segment(b'0' + bytes(70))}",
        "an elliptic signature too long": f"{unsigned}.{segment(bytes(96))}",
    }


def _with_odd_json() -> dict[str, str]:
    def says(payload: object) -> str:
        return signed(_GOOD, payload, rsa_key("rsa"))

    def begins(header: object) -> str:
        return signed(header, claims(), rsa_key("rsa"))

    text = json.dumps(claims())
    return {
        "header: no JSON": begins("RS256"),
        "header: a list": begins([_GOOD]),
        "header: a member twice": begins('{"alg":"none","alg":"RS256","kid":"rsa"}'),
        "header: deep": begins('{"x":' + "[" * 1_500 + "]" * 1_500 + "}"),
        "header: not UTF-8": begins(b'{"alg":"RS256","kid":"\xff"}'),
        "payload: no JSON": says("exp=9999999999"),
        "payload: a list": says([claims()]),
        "payload: a text": says(json.dumps(text)),
        "payload: null": says(None),
        "payload: a member twice": says(f'{{"exp":1,{text[1:]}'),
        "payload: deep": says("[" * 2_500 + "]" * 2_500),
        "payload: UTF-16": says(text.encode("utf-16")),
        "payload: a byte order mark": says("\ufeff" + text),
        "payload: more after it": says(text + "{}"),
    }
