"""News in writing: what one gateway tells another, as bytes that it can read and check."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from gateway.crm.invalidation import ContactsInMotion
from gateway.crm.news import Disproved, Doubted, Happened, News
from gateway.model.events import Change
from gateway.replicas.shapes import CHANGES, VERSION


@dataclass(frozen=True, slots=True)
class Letter:
    """Some news, and who sends them."""

    sender: str
    news: News


@dataclass(frozen=True, slots=True)
class _Head:
    sender: str
    news: Literal["happened", "doubted", "disproved"]
    change: str | None
    """The kind of change that follows; None when none does."""
    lists: tuple[str, ...]
    version: str


_HEAD: Final = TypeAdapter(_Head)


def written(letter: Letter) -> bytes | None:
    """Write a letter; None when it holds something that cannot be written."""
    head, change = _head(letter)
    try:
        text = b"" if head.change is None else CHANGES[head.change].dump_json(change)
        return b"%b\n%b" % (_HEAD.dump_json(head), text)
    except ValueError:
        return None


def read(body: bytes) -> Letter | None:
    """Read a letter; None for anything of another shape, such as one of a newer gateway."""
    first, _, text = body.partition(b"\n")
    try:
        head = _HEAD.validate_json(first, strict=True)
        change = (
            None if head.change is None else CHANGES[head.change].validate_json(text, strict=True)
        )
    except (ValidationError, KeyError):
        return None
    news = _news(head, change) if head.version == VERSION else None
    return None if news is None else Letter(head.sender, news)


def _head(letter: Letter) -> tuple[_Head, Change | ContactsInMotion | None]:
    match letter.news:
        case Happened(change):
            kind = type(change).__name__
            return _Head(letter.sender, "happened", kind, (), VERSION), change
        case Doubted(change):
            kind = type(change).__name__
            return _Head(letter.sender, "doubted", kind, (), VERSION), change
        case Disproved(lists, target):
            about = None if target is None else type(target).__name__
            return _Head(letter.sender, "disproved", about, lists, VERSION), target


def _news(head: _Head, change: Any) -> News | None:
    if head.news == "disproved":
        return Disproved(head.lists, change)
    if change is None or (head.news == "happened" and isinstance(change, ContactsInMotion)):
        return None
    return Happened(change) if head.news == "happened" else Doubted(change)
