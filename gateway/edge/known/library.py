"""Finds the document of a request that names it, and refuses those that may not be executed."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from gateway.edge.known.automatic import AutomaticDocuments
from gateway.edge.known.naming import Name, name_in
from gateway.edge.known.trusted import TrustedDocuments, digest_of
from gateway.edge.parameters import Parameters
from gateway.edge.refusals import Refusal

Policy = Literal["off", "prefer", "only"]
"""What becomes of documents: all are sent; they can be named; trusted ones are executed only."""

NOT_FOUND: Final = "PERSISTED_QUERY_NOT_FOUND"
NOT_SUPPORTED: Final = "PERSISTED_QUERY_NOT_SUPPORTED"
ID_REQUIRED: Final = "PERSISTED_QUERY_ID_REQUIRED"
MISMATCH: Final = "PERSISTED_QUERY_HASH_MISMATCH"


@dataclass(frozen=True, slots=True)
class Found:
    """A request whose document is at hand."""

    asked: Parameters
    text: str
    """The document's, which the request holds by now."""
    digest: str | None = None
    """Where the document is to be kept once it is known to be valid; None where it is not."""


class Library:
    """The documents that callers can name.

    Clients know some answers by their words: ``PersistedQueryNotFound`` has them send the text
    with its digest, ``PersistedQueryNotSupported`` has them send texts alone from then on.
    """

    def __init__(
        self,
        policy: Policy = "off",
        *,
        trusted: TrustedDocuments | None = None,
        automatic: AutomaticDocuments | None = None,
    ) -> None:
        self._policy = policy
        self._trusted = trusted or TrustedDocuments({})
        self._automatic = automatic if policy == "prefer" else None

    async def find(self, asked: Parameters) -> Found:
        """Put the document's text into a request that names it.

        Raises:
            Refusal: Nobody knows what it names, the text it sends is another's, or it sends what
                is not trusted where nothing else is executed.
        """
        if self._policy == "off":
            return _sent(asked)
        name = name_in(asked)
        if name is None:
            return self._unnamed(asked)
        known = self._trusted.find(name.text)
        if known is None and asked.query is None:
            known = await self._sent_before(name)
        if known is not None:
            return _recalled(asked, known)
        return self._first_sent(asked, name)

    async def keep(self, found: Found) -> None:
        """Keep a document that came with its digest, and has turned out to be valid."""
        if self._automatic is not None and found.digest is not None:
            await self._automatic.keep(found.digest, found.text)

    async def _sent_before(self, name: Name) -> str | None:
        if self._automatic is None or name.digest is None:
            return None
        return await self._automatic.find(name.digest)

    def _unnamed(self, asked: Parameters) -> Found:
        if self._policy == "only" or asked.query is None:
            raise Refusal(
                "Only documents that are known here are executed; name one by its documentId.",
                code=ID_REQUIRED,
                status=403,
                in_document=True,
            )
        return Found(asked, asked.query)

    def _first_sent(self, asked: Parameters, name: Name) -> Found:
        """Take a text with the digest that is to name it."""
        if asked.query is None or self._automatic is None or name.digest is None:
            raise Refusal("PersistedQueryNotFound", code=NOT_FOUND, in_document=True)
        if name.digest != digest_of(asked.query):
            raise _mismatch()
        return Found(asked, asked.query, name.digest)


def _sent(asked: Parameters) -> Found:
    """Take requests that hold their document, whatever else they say of it."""
    if asked.query is None:
        raise Refusal("PersistedQueryNotSupported", code=NOT_SUPPORTED)
    return Found(asked, asked.query)


def _recalled(asked: Parameters, known: str) -> Found:
    if asked.query is not None and asked.query != known:
        raise _mismatch()
    return Found(replace(asked, query=known), known)


def _mismatch() -> Refusal:
    message = "The document is another than the one that is named."
    return Refusal(message, code=MISMATCH, in_document=True)
