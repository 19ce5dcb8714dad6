"""Tokens that the issuer has signed, and that nobody may be let in with for what they claim."""

import json
from typing import Any

from tests.support.tokens import AUDIENCE, ISSUER, NOW, claims, rsa_key, signed, token

_GOOD = {"alg": "RS256", "kid": "rsa"}


def false_claims() -> dict[str, str]:
    """Make them all, by what is wrong with them."""
    return {**_for_others(), **_of_other_times(), **_with_odd_claims()}


def _for_others() -> dict[str, str]:
    audiences: dict[str, Any] = {
        "missing": ...,
        "another": "https://other.example",
        "ours with more": AUDIENCE + ".attacker.example",
        "ours with a slash": AUDIENCE + "/",
        "ours in capitals": AUDIENCE.upper(),
        "null": None,
        "number": 1,
        "empty": "",
        "empty list": [],
        "list of others": ["https://other.example"],
        "list with a number": [AUDIENCE, 1],
        "list in a list": [[AUDIENCE]],
        "object": {AUDIENCE: True},
    }
    issuers: dict[str, Any] = {
        "missing": ...,
        "another": "https://attacker.example",
        "ours with a slash": ISSUER + "/",
        "ours without TLS": ISSUER.replace("https", "http"),
        "ours in capitals": ISSUER.upper(),
        "null": None,
        "list": [ISSUER],
    }
    return {
        **{f"aud: {name}": token(aud=value) for name, value in audiences.items()},
        **{f"iss: {name}": token(iss=value) for name, value in issuers.items()},
    }


def _of_other_times() -> dict[str, str]:
    now = int(NOW)
    ends: dict[str, Any] = {
        "missing": ...,
        "long past": now - 3_600,
        "past by just the skew": now - 30,
        "a text": str(now + 300),
        "a date": "2099-01-01T00:00:00Z",
        "true": True,
        "null": None,
        "a list": [now + 300],
        "zero": 0,
        "negative": -now,
    }
    numbers = {"NaN": "NaN", "Infinity": "Infinity", "1e999": "1e999", "400 digits": "9" * 400}
    raw = json.dumps(claims(exp=12_345))
    begins: dict[str, Any] = {"to come": now + 31, "a text": str(now), "null": None, "true": True}
    return {
        **{f"exp: {name}": token(exp=value) for name, value in ends.items()},
        **{
            f"exp: {name}": signed(_GOOD, raw.replace("12345", value), rsa_key("rsa"))
            for name, value in numbers.items()
        },
        **{f"nbf: {name}": token(nbf=value) for name, value in begins.items()},
        **{f"iat: {name}": token(iat=value) for name, value in begins.items()},
    }


def _with_odd_claims() -> dict[str, str]:
    odd: dict[str, dict[str, Any]] = {
        "sub: missing": {"sub": ...},
        "sub: empty": {"sub": ""},
        "sub: a number": {"sub": 7},
        "sub: an API key's": {"sub": "key:0123456789ab"},
        "sub: nobody's": {"sub": "anonymous"},
        "sub: with a line end": {"sub": "ada\nlevel=error"},
        "sub: long": {"sub": "a" * 256},
        "scope: a number": {"scope": 1},
        "scope: an object": {"scope": {"contacts:delete": True}},
        "scope: null": {"scope": None},
        "scope: a list with a number": {"scope": ["labels:read", 1]},
        "site_ids: an object": {"site_ids": {"site-1": True}},
        "site_ids: true": {"site_ids": True},
        "site_ids: a list with null": {"site_ids": ["site-1", None]},
        "bound to a key": {"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}},
    }
    return {name: token(**changes) for name, changes in odd.items()}
