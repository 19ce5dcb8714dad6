"""Listens to all that a test's programs write, so that it can be searched for leaks."""

import sys
from collections.abc import Sequence
from io import StringIO
from typing import Any, Final

import httpx
import orjson
from typer import Typer
from typer.testing import CliRunner, Result

from tests.support.leaks import people_in, secrets_in

_MOST: Final = 10_000
"""Lines of a log that are kept, for they are searched together."""


class Listener(StringIO):
    """Keeps what one test's programs write until it is searched; it can be logged to."""

    def __init__(self) -> None:
        super().__init__()
        self._logged: list[str] = []
        self._found: list[str] = []

    def write(self, text: str) -> int:
        """Keep a part of a log, and show it where the test's output goes."""
        self._logged.append(text)
        if len(self._logged) > _MOST:
            self._search_log()
        return sys.stdout.write(text)

    def search(self, text: str, told_by: str, *, published: bool = False) -> None:
        """Search what was written; `published` is a program that tells its secrets on purpose."""
        found = people_in(text) if published else [*secrets_in(text), *people_in(text)]
        self._found += [f"{each!r} was told by {told_by}" for each in found]

    def search_answer(self, answer: httpx.Response) -> None:
        """Search an answer of the gateway, but for its data, which is where people belong."""
        self.search(str(answer.headers), "the headers of an answer")
        for each in _answers_in(answer):
            self.search(orjson.dumps(_beside_data(each)).decode(), "an answer beside its data")

    def take(self) -> list[str]:
        """Search what was logged; hand over all that was found, and begin anew."""
        self._search_log()
        found, self._found = self._found, []
        return found

    def _search_log(self) -> None:
        logged, self._logged = "".join(self._logged), []
        self.search(logged, "the log")


def _answers_in(response: httpx.Response) -> list[Any]:
    """Read all that a response says: one answer, a batch of them, or one in parts."""
    if response.headers.get("content-type", "").startswith("multipart/mixed"):
        _, *parts, _ = f"\r\n{response.text}".split("\r\n---")
        return [orjson.loads(part.partition("\r\n\r\n")[2]) for part in parts]
    try:
        body: Any = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = response.text
    return body if isinstance(body, list) else [body]


def _beside_data(answer: Any) -> Any:
    """Leave out an answer's data, be it whole or in parts."""
    if not isinstance(answer, dict):
        return answer
    parts = [_beside_data(part) for part in answer.get("incremental", ())]
    return {**answer, "data": None, "items": None, "incremental": parts}


LISTENER: Final = Listener()
"""What this process's tests write to."""


class Overheard(httpx.ASGITransport):
    """The way to a gateway in this process, whose answers are listened to."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on; search what comes back."""
        answer = await super().handle_async_request(request)
        await answer.aread()
        LISTENER.search_answer(answer)
        return answer


class OverheardRunner(CliRunner):
    """Runs commands, and listens to what they print."""

    def invoke(self, app: Typer, args: Sequence[str] | None = None, **more: Any) -> Result:  # type: ignore[override]
        """Run a command; search its output."""
        result = super().invoke(app, args, **more)
        given = tuple(args or ())
        # The one command that is there to print a secret prints it to where it can be piped from.
        said = result.stderr if given[:2] == ("keys", "create") else result.output
        LISTENER.search(said, f"crm-labels {' '.join(given)}")
        return result
