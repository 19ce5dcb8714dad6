"""Asks for proof that what is there for federation routers is asked for by the router."""

import base64
import binascii
import hmac
import re
from hashlib import sha256
from typing import Any, Final, Protocol

import structlog
from graphql import DocumentNode, visit
from starlette.types import Scope

from gateway.edge.disclosure import FieldSearch
from gateway.edge.exchange import header
from gateway.edge.parameters import Parameters
from gateway.edge.refusals import Refusal
from gateway.edge.routers.canonical import canonical
from gateway.edge.routers.stamps import BadStamp, Stamps

HEADER: Final = b"x-router-secret"
SIGNATURE: Final = "hmac-signature"
"""The extension in which Hive Gateway sends its signature, base64 of HMAC-SHA256."""
STAMP: Final = "hmac-stamp"
"""The extension that tells one signed request from its replay (`routers.stamps`)."""

_FIELDS: Final = frozenset({"_entities", "_service"})
_MAYBE: Final = re.compile(r"_entities|_service")

log = structlog.get_logger(source="gateway.routers")


class RouterProof(Protocol):
    """Tells the router's requests from those of others."""

    async def check(self, asked: Parameters, scope: Scope, operations: int) -> None:
        """Let a request of the router pass; raises `Refusal` for any other.

        `operations` is how many its document holds.
        """
        ...


def is_for_routers(text: str, document: DocumentNode) -> bool:
    """Tell whether a valid document, of this text, asks for what is there for routers."""
    if _MAYBE.search(text) is None:
        return False
    search = FieldSearch(_FIELDS)
    visit(document, search)
    return search.found


class NoProof:
    """Asks for no proof."""

    async def check(self, _asked: Parameters, _scope: Scope, _operations: int) -> None:
        """Let everybody pass whom the scopes let pass."""


class HeaderProof:
    """Takes for the router whoever knows a secret. It is as safe as the way it is sent on."""

    def __init__(self, secret: str) -> None:
        self._digest = sha256(secret.encode()).digest()

    async def check(self, _asked: Parameters, scope: Scope, _operations: int) -> None:
        """Compare the secret in the header.

        Raises:
            Refusal: It is missing or another.
        """
        given = sha256((header(scope, HEADER) or "").encode("latin-1")).digest()
        if not hmac.compare_digest(given, self._digest):
            raise _unproven("the secret is missing or another")


class SignatureProof:
    """Takes what is signed with the secret that the router has.

    Signed are the document and its variables, so that no other can be asked for; the operation's
    name is not, so that there may be one only, as there is in what routers send. A signature by
    itself says nothing of when it was made: the same request has the same one for ever. With a
    stamp, which is then signed as well, it is good once and for half a minute; `stamped` asks for
    one.
    """

    def __init__(self, secret: str, stamps: Stamps, *, stamped: bool = False) -> None:
        self._secret = secret.encode()
        self._stamps = stamps
        self._stamped = stamped

    async def check(self, asked: Parameters, _scope: Scope, operations: int) -> None:
        """Check the signature, then the stamp.

        Raises:
            Refusal: It is missing, or made for something else, or not for now.
        """
        extensions = asked.extensions or {}
        signature, stamp = _decoded(extensions.get(SIGNATURE)), extensions.get(STAMP)
        expected = hmac.digest(self._secret, _signed(asked, stamp), "sha256")
        if not hmac.compare_digest(signature, expected):
            raise _unproven("the signature is missing or another's")
        if operations > 1:
            raise _unproven("the signature does not say which of several operations is meant")
        if stamp is None and not self._stamped:
            return
        try:
            await self._stamps.admit(stamp if isinstance(stamp, str) else "")
        except BadStamp as bad:
            raise _unproven(bad.reason) from None


def _signed(asked: Parameters, stamp: Any) -> bytes:
    """Write what the signature is over; empty variables are left out, as Hive does."""
    parts: dict[str, Any] = {"query": asked.query}
    if asked.variables:
        parts["variables"] = asked.variables
    if stamp is not None:
        parts["extensions"] = {STAMP: stamp}
    return canonical(parts).encode("utf-8", "surrogatepass")


def _decoded(signature: Any) -> bytes:
    try:
        return base64.b64decode(signature, validate=True) if isinstance(signature, str) else b""
    except (binascii.Error, ValueError):
        return b""


def _unproven(reason: str) -> Refusal:
    """Refuse a request; the log tells why, for whoever connects a router."""
    log.info("no proof of the router", reason=reason)
    return Refusal(
        "This is there for the federation's router, which has to prove that it asks.",
        code="ROUTER_UNPROVEN",
        status=403,
        in_document=True,
    )
