"""The documents that an operator trusts, by the names that callers have for them."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

BY_DIGEST: Final = "sha256:"
"""Before a digest where an id is expected (GraphQL-over-HTTP, Persisted Documents)."""


def digest_of(text: str) -> str:
    """Compute a document's digest as automatic persisted queries do: SHA-256, hexadecimal.

    What is no text in Unicode, such as half of a surrogate pair, has one of its own as well.
    """
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class TrustedDocuments:
    """Finds documents by the ids of a manifest, and by their digests.

    The digest is good whatever the manifest's ids are, so that a client that computes digests by
    itself needs no manifest.
    """

    def __init__(self, by_id: Mapping[str, str]) -> None:
        self._texts = {digest_of(text): text for text in by_id.values()} | dict(by_id)

    def find(self, name: str) -> str | None:
        """Find a document by an id or a digest, with or without ``sha256:`` before it."""
        found = self._texts.get(name)
        if found is None and name.startswith(BY_DIGEST):
            return self._texts.get(name.removeprefix(BY_DIGEST))
        return found

    def __len__(self) -> int:
        """Tell how many names there are."""
        return len(self._texts)
