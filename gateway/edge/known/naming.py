"""What a request names its document by: ``documentId``, or the extension ``persistedQuery``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.edge.known.trusted import BY_DIGEST
from gateway.edge.parameters import Parameters
from gateway.edge.refusals import Refusal

_EXTENSION: Final = "persistedQuery"
_VERSION: Final = 1
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Name:
    """What stands for a document."""

    text: str
    """As the caller wrote it."""

    @property
    def digest(self) -> str | None:
        """The digest that it is, in lower case; None where it is another kind of id."""
        digest = self.text.removeprefix(BY_DIGEST).lower()
        return digest if _DIGEST.fullmatch(digest) else None


def name_in(asked: Parameters) -> Name | None:
    """Tell what a request names its document by; None where it names none.

    Raises:
        Refusal: The extension is not of the one version there is, or names another document than
            ``documentId`` does.
    """
    extension = (asked.extensions or {}).get(_EXTENSION)
    digest = None if extension is None else Name(_hash_in(extension))
    if asked.document_id is None:
        return digest
    name = Name(asked.document_id)
    if digest is not None and digest.text != name.text and digest.digest != name.digest:
        raise Refusal("The request names two documents; name one.")
    return name


def _hash_in(extension: Any) -> str:
    """Read the extension as Apollo's clients write it."""
    members = extension if isinstance(extension, Mapping) else {}
    given = members.get("sha256Hash")
    if members.get("version") != _VERSION or not isinstance(given, str) or not given:
        raise Refusal(
            f"The extension {_EXTENSION} is an object with version {_VERSION} and a sha256Hash."
        )
    return given
