"""The board in Redis on which the gateways of one site post what they know and what has changed.

It has a place: an epoch, and how many changes were posted in it. Whoever has heard the message of
each of them knows all that the others knew. An answer may be posted only from that very place, and
is taken for true only while the epoch lasts and none of its tags was touched since: a change takes
the tokens of the tags it touches away, and tokens never come back. So what Redis forgets, by
expiry, eviction or flushing, makes answers vanish, and never makes an old one true.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from gateway.replicas.board_scripts import BEGIN_ANEW, FIND, GREET, PLACE, POST, TELL
from gateway.replicas.connection import Connection

LARGEST: Final = 2**20
"""Bytes of an answer up to which it is posted, and of all answers that are found at once."""

EVERYTHING: Final = b"everything"
"""The message that the board's own scripts send: whatever was known may be untrue."""


_MESSAGE: Final = re.compile(rb"([0-9a-f]{1,64}) (\d{1,15}) (.*)", re.DOTALL)
_MOMENT: Final = re.compile(rb"\d{1,15}")


class Place(NamedTuple):
    """How far the board is."""

    epoch: str
    number: int
    """Of the last change told in this epoch."""


class Message(NamedTuple):
    """What everybody who listens hears, in the board's order."""

    place: Place
    """Where the board was right after it."""
    body: bytes


class Subject(NamedTuple):
    """Something of which there can be an answer on the board."""

    name: str
    tags: tuple[str, ...]
    """The names of everything whose change makes the answer untrue."""


@dataclass(frozen=True, slots=True)
class Posting:
    """An answer to be put on the board."""

    subject: Subject
    body: bytes
    seconds: float
    """For how long it is of any use."""


class Posted(NamedTuple):
    """An answer found on the board."""

    body: bytes
    seconds: float
    """Since it was put there."""


class Board(Protocol):
    """What can be done with the board, each in one round trip and one step."""

    async def find(self, subjects: Sequence[Subject]) -> Sequence[Posted | None]:
        """Find the answers that are still true, in the order of `subjects`."""

    async def post(self, postings: Sequence[Posting], *, place: Place) -> None:
        """Put answers there, if the board is still at `place`."""

    async def tell(self, body: bytes, *, tags: Sequence[str]) -> None:
        """Make untrue what has one of `tags`, and tell all listeners."""

    async def greet(self, body: bytes) -> None:
        """Tell all listeners something that changes nothing."""

    async def begin_anew(self) -> None:
        """Make everything untrue, and tell all listeners."""

    async def place(self) -> Place | None:
        """Tell how far the board is; None when it has forgotten."""


class RedisBoard:
    """The board of one site in Redis; all its methods raise `StoreFault` when it is of no use."""

    def __init__(self, connection: Connection, *, new_token: Callable[[], str]) -> None:
        self._connection = connection
        self._new_token = new_token
        self._place = connection.key("place")
        self.channel = connection.key("news")
        """Where messages are heard."""

    async def find(self, subjects: Sequence[Subject]) -> Sequence[Posted | None]:
        """Find the answers that are still true, in the order of `subjects`."""
        counts = (len(subject.tags) for subject in subjects)
        now, texts = await self._connection.run(FIND, self._keys(subjects), LARGEST, *counts)
        return [_posted(text, int(now)) for text in texts]

    async def post(self, postings: Sequence[Posting], *, place: Place) -> None:
        """Put answers there, if the board is still at `place`."""
        keys = self._keys([posting.subject for posting in postings])
        arguments: list[int | bytes] = []
        for posting in postings:
            lifetime = max(1, int(posting.seconds * 1_000))
            arguments += (len(posting.subject.tags), lifetime, posting.body)
        await self._connection.run(POST, keys, *place, self._new_token(), *arguments)

    async def tell(self, body: bytes, *, tags: Sequence[str]) -> None:
        """Make untrue what has one of `tags`, and tell all listeners."""
        keys = [self._place, *(self._connection.key("tag", tag) for tag in tags)]
        await self._connection.run(TELL, keys, self.channel, self._new_token(), body)

    async def greet(self, body: bytes) -> None:
        """Tell all listeners something that changes nothing."""
        await self._connection.run(GREET, [self._place], self.channel, self._new_token(), body)

    async def begin_anew(self) -> None:
        """Make everything untrue, and tell all listeners."""
        await self._connection.run(BEGIN_ANEW, [self._place], self.channel, self._new_token())

    async def place(self) -> Place | None:
        """Tell how far the board is; None when it has forgotten."""
        message = read(await self._connection.run(PLACE, [self._place]) or b"")
        return message.place if message else None

    def _keys(self, subjects: Sequence[Subject]) -> list[str]:
        key, keys = self._connection.key, [self._place]
        for subject in subjects:
            keys.append(key("answer", subject.name))
            keys += (key("tag", tag) for tag in subject.tags)
        return keys


def read(data: bytes) -> Message | None:
    """Read a message as it comes from the channel; None when it is none of the board's."""
    found = _MESSAGE.fullmatch(data)
    if found is None:
        return None
    return Message(Place(found[1].decode(), int(found[2])), found[3])


def _posted(text: bytes | None, now: int) -> Posted | None:
    if text is None:
        return None
    _proof, _, rest = text.partition(b"\n")
    at, _, body = rest.partition(b"\n")
    if not _MOMENT.fullmatch(at):
        return None
    return Posted(body, max(0, now - int(at)) / 1_000)
