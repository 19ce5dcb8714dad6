"""Answers in parts: taken out of a body as a client does it, and put together again."""

import asyncio
from collections.abc import Iterable, MutableMapping
from typing import Any

import orjson

from tests.support.endpoint import Line

CURRENT = "multipart/mixed"
V0_2 = "multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json"
"""What Apollo Client asks for with its `GraphQL17Alpha9Handler`."""
DATED = "multipart/mixed;deferSpec=20220824,application/graphql-response+json"
"""What it asks for with its `Defer20220824Handler`."""

_HEADERS = "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"


def parts_of(body: bytes) -> list[Any]:
    """Read a whole body; nothing may stand before its first part, or after its last."""
    preamble, *parts, epilogue = ("\r\n" + body.decode()).split("\r\n---")
    assert (preamble, epilogue) == ("", "--\r\n")
    return [_part(each) for each in parts]


def _part(text: str) -> Any:
    assert text.startswith(_HEADERS)
    return orjson.loads(text.removeprefix(_HEADERS))


class Reading(Line):
    """A caller who reads the parts of an answer one by one, and may hang up."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self._told: asyncio.Queue[bytes] = asyncio.Queue()
        self.text = b""

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Keep what is answered, for `next` to read."""
        await super().send(message)
        if message["type"] == "http.response.body":
            self._told.put_nowait(message["body"])

    async def next(self) -> Any:
        """Wait for the next part, whose end must be seen without another one."""
        told = await self._told.get()
        self.text += told
        *_, part, end = ("\r\n" + self.text.decode()).split("\r\n---")
        assert end in {"", "--\r\n"}
        return _part(part)


def put_together(parts: Iterable[Any]) -> Any:
    """Tell the data that the parts of the current form make, as the specification says."""
    opening, *later = parts
    data, paths = opening["data"], {each["id"]: each["path"] for each in opening["pending"]}
    assert [part["hasNext"] for part in (opening, *later)] == [True] * len(later) + [False]
    for part in later:
        paths |= {each["id"]: each["path"] for each in part.get("pending", ())}
        for entry in part.get("incremental", ()):
            found = _at(data, [*paths[entry["id"]], *entry.get("subPath", ())])
            if "items" in entry:
                assert entry["path"] == [*paths[entry["id"]], len(found)]
                found += entry["items"]
            else:
                _merge(found, entry["data"])
        for each in part.get("completed", ()):
            del paths[each["id"]]
    assert paths == {}
    return data


def put_dated_together(parts: Iterable[Any]) -> Any:
    """Tell the data that the parts of the dated form make."""
    opening, *later = parts
    data = opening["data"]
    assert [part["hasNext"] for part in (opening, *later)] == [True] * len(later) + [False]
    for part in later:
        for entry in part.get("incremental", ()):
            if entry.get("items") is not None:
                *path, first = entry["path"]
                found = _at(data, path)
                assert first == len(found)
                found += entry["items"]
            elif entry.get("data") is not None:
                _merge(_at(data, entry["path"]), entry["data"])
    return data


def errors_in(parts: Iterable[Any]) -> list[Any]:
    """Collect the errors of all parts, wherever in them."""
    found = []
    for part in parts:
        for each in (part, *part.get("incremental", ()), *part.get("completed", ())):
            found += each.get("errors", ())
    return found


def _at(data: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        data = data[step]
    return data


def _merge(into: Any, data: Any) -> None:
    for name, value in data.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        elif isinstance(value, list) and isinstance(into.get(name), list):
            for mine, theirs in zip(into[name], value, strict=True):
                _merge(mine, theirs)
        else:
            into[name] = value
