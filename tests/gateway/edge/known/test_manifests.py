"""The manifests of Relay's and Apollo's tools."""

from pathlib import Path

import orjson
import pytest

from gateway.edge.known.manifests import APOLLO, read_manifest


def written(folder: Path, content: object) -> Path:
    file = folder / "manifest.json"
    file.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    return file


def apollo(*operations: object, version: int = 1) -> dict[str, object]:
    return {"format": APOLLO, "version": version, "operations": operations}


def test_relay_writes_texts_by_their_ids(tmp_path: Path) -> None:
    manifest = {"d4f1": "query A { a }", "77ab": "query B { b }"}
    assert read_manifest(written(tmp_path, manifest)) == manifest


def test_apollo_writes_a_list_of_operations(tmp_path: Path) -> None:
    operations = [
        {"id": "1", "name": "A", "type": "query", "body": "query A { a }"},
        {"id": "2", "name": "B", "type": "mutation", "body": "mutation B { b }"},
    ]
    found = read_manifest(written(tmp_path, apollo(*operations)))
    assert found == {"1": "query A { a }", "2": "mutation B { b }"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "no JSON"),
        (b'{"a": "\xff"}', "no JSON"),
        ([], "no JSON object"),
        ({}, "no document"),
        (apollo(), "no document"),
        (apollo(version=2), "version 1"),
        ({"format": APOLLO, "version": 1}, "and operations"),
        (apollo("text"), "an id"),
        (apollo({"body": "{ a }"}), "an id"),
        (apollo({"id": "1"}), "under the id 1"),
        ({"": "{ a }"}, "an id"),
        ({"x" * 256: "{ a }"}, "an id"),
        ({"1": 7}, "under the id 1"),
        ({"1": " "}, "under the id 1"),
        (apollo({"id": "1", "body": "{ a }"}, {"id": "1", "body": "{ b }"}), "two documents"),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_reason(
    tmp_path: Path, content: object, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        read_manifest(written(tmp_path, content))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_manifest(tmp_path / "none.json")
