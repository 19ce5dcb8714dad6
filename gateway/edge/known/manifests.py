"""Reads the manifests of trusted documents that clients' build tools write."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

APOLLO: Final = "apollo-persisted-query-manifest"
"""What a manifest of Apollo's tools says it is."""

_APOLLO_VERSION: Final = 1
_LARGEST_FILE: Final = 64 * 2**20
_LONGEST_ID: Final = 255


def read_manifest(file: Path) -> Mapping[str, str]:
    """Read a manifest: the documents' texts by their ids.

    Relay's compiler writes an object of just that; Apollo's ``generate-persisted-query-manifest``
    writes a list of operations, each with its ``id`` and its ``body``.

    Raises:
        ValueError: The file cannot be read, or is neither.
    """
    try:
        content = file.read_bytes()
    except OSError:
        raise ValueError("the file cannot be read") from None
    if len(content) > _LARGEST_FILE:
        raise ValueError(f"the file is larger than {_LARGEST_FILE:,} bytes")
    try:
        manifest = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise ValueError("the file is no JSON in UTF-8") from None
    return _documents(manifest)


def _documents(manifest: Any) -> Mapping[str, str]:
    if not isinstance(manifest, dict):
        raise ValueError("the file holds no JSON object")  # noqa: TRY004 - about a file
    entries = _of_apollo(manifest) if manifest.get("format") == APOLLO else manifest.items()
    documents: dict[str, str] = {}
    for document_id, text in entries:
        _check(document_id, text)
        if documents.setdefault(document_id, text) != text:
            raise ValueError(f"two documents of the manifest have the id {document_id}")
    if not documents:
        raise ValueError("the manifest holds no document")
    return documents


def _of_apollo(manifest: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    operations = manifest.get("operations")
    if manifest.get("version") != _APOLLO_VERSION or not isinstance(operations, list):
        raise ValueError(f"Apollo's manifest must have version {_APOLLO_VERSION} and operations")
    for operation in operations:
        entry = operation if isinstance(operation, dict) else {}
        yield entry.get("id"), entry.get("body")


def _check(document_id: Any, text: Any) -> None:
    if not isinstance(document_id, str) or not 0 < len(document_id) <= _LONGEST_ID:
        raise ValueError(f"an id in the manifest is no text of 1 to {_LONGEST_ID} characters")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"the manifest has no document under the id {document_id}")
