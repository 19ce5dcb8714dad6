"""Repeatable chance for the sandbox: ids, request ids and dice that one seed decides."""

from random import Random
from uuid import UUID, uuid4

from gateway.sandbox.ports import Clock, NewId


class Chance:
    """Streams of random numbers, each repeatable by itself.

    A draw from one stream never moves another one, so that a fault decided by probability does
    not change the id of the next contact.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._streams: dict[str, Random] = {}

    def stream(self, name: str) -> Random:
        """Hand out the stream of that name: the same object each time, also after a rewind."""
        if name not in self._streams:
            self._streams[name] = Random(f"{self._seed}/{name}")  # noqa: S311 - repeatable on purpose
        return self._streams[name]

    def rewind(self) -> None:
        """Let every stream start over, as if nothing had been drawn."""
        for name, stream in self._streams.items():
            stream.seed(f"{self._seed}/{name}")


def ids_from(dice: Random) -> NewId:
    """Make GUIDs (version 4 in shape) from a stream: the same stream, the same GUIDs."""

    def new_id() -> str:
        return str(UUID(int=dice.getrandbits(128), version=4))

    return new_id


def fresh_id() -> str:
    """Make a GUID that no other run makes: for a database that outlives the process."""
    return str(uuid4())


def request_ids(clock: Clock, dice: Random) -> NewId:
    """Make values for ``x-wix-request-id``: digits, dot, digits (contract 1.2)."""

    def new_request_id() -> str:
        return f"{int(clock().timestamp())}.{dice.randrange(10**15, 10**16)}"

    return new_request_id
