"""An issuer of access tokens, and the hands of those who forge them."""

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

ISSUER = "https://issuer.example"
AUDIENCE = "https://gateway.example"
KEYS_ADDRESS = "https://issuer.example/keys"
NOW = 1_800_000_000.0


@cache
def rsa_key(name: str, bits: int = 2_048) -> RSAKey:
    """Make an RSA key pair of that name; one takes a while, so each is made once."""
    return RSAKey.generate_key(bits, parameters={"kid": name, "use": "sig"})


@cache
def ec_key(name: str, curve: str = "P-256") -> ECKey:
    """Make an elliptic key pair of that name."""
    return ECKey.generate_key(curve, parameters={"kid": name})


@cache
def edwards_key(name: str) -> OKPKey:
    """Make an Ed25519 key pair of that name."""
    return OKPKey.generate_key("Ed25519", parameters={"kid": name})


def key_set(*keys: Key) -> str:
    """Write keys as an issuer publishes them."""
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def claims(**changes: Any) -> dict[str, Any]:
    """Write the claims of a good token; those changed to `...` are left out."""
    whole = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ada",
        "iat": int(NOW),
        "exp": int(NOW) + 300,
        "scope": "labels:read contacts:read",
        "site_ids": ["site-1"],
    } | changes
    return {name: value for name, value in whole.items() if value is not ...}


def segment(content: object) -> str:
    """Write one part of a token: bytes and texts as they are, anything else as JSON."""
    if isinstance(content, str):
        content = content.encode()
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed(header: object, payload: object, key: Key, algorithm: str = "RS256") -> str:
    """Sign any header and payload, whatever the header says about it."""
    text = f"{segment(header)}.{segment(payload)}"
    signature = JWSRegistry.algorithms[algorithm].sign(text.encode(), key)
    return f"{text}.{segment(signature)}"


def token(header: Mapping[str, Any] | None = None, key: Key | None = None, **changes: Any) -> str:
    """Sign a good token, but for what is told of its header, its key and its claims."""
    members = {"alg": "RS256", "kid": "rsa", "typ": "JWT"} | dict(header or {})
    stated = {name: value for name, value in members.items() if value is not ...}
    return signed(stated, claims(**changes), key or rsa_key("rsa"))


class Publisher:
    """An issuer's web server: answers what it is told to, and counts who asks for what."""

    def __init__(self, *keys: Key) -> None:
        self.keys = keys
        self.fails = False
        self.asked: list[str] = []
        self.answers: dict[str, httpx.Response] = {}

    @property
    def transport(self) -> httpx.MockTransport:
        """The way to it."""
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        address = str(request.url)
        self.asked.append(address)
        if self.fails:
            raise httpx.ConnectError("the issuer is down")
        if address in self.answers:
            return self.answers[address]
        return httpx.Response(200, text=key_set(*self.keys))


def sent(*credentials: str) -> dict[str, Any]:
    """Write the scope of a request with these `Authorization` headers."""
    headers = [(b"authorization", credential.encode("latin-1")) for credential in credentials]
    return {"type": "http", "headers": headers}
