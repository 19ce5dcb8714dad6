"""Requests that nobody should send, made from a seed: the same seed makes the same ones."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.support.junk_words import (
    ACCEPTS,
    CONTENT_TYPES,
    METHODS,
    SEEDS,
    STRANGE_TOKENS,
    STRANGE_VALUES,
    TOKEN,
)


@dataclass(frozen=True)
class Junk:
    """One request that is wrong in some way, or right by accident."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Spoiler:
    """Makes junk."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._kinds: tuple[Callable[[], bytes], ...] = (
            self._noise,
            self._spoiled_json,
            self._any_value,
            self._deep,
            self._spoiled_document,
            self._spoiled_document,
            self._soup,
            self._strange_variables,
            self._strange_variables,
        )

    def requests(self, count: int) -> Iterator[Junk]:
        """Make so many."""
        for _ in range(count):
            yield self._request()

    def _request(self) -> Junk:
        pick = self._random.choice
        method = pick(METHODS)
        headers = {"accept": pick(ACCEPTS), "content-type": pick(CONTENT_TYPES)}
        if method == "GET":
            return Junk(method, f"/graphql?{self._query_string()}", headers)
        return Junk(method, "/graphql", headers, pick(self._kinds)())

    def _query_string(self) -> str:
        names = ("query", "variables", "operationName", "extensions", "q")
        pairs = []
        for _ in range(self._random.randint(0, 4)):
            text = self._random.choice((self._document, self._text, lambda: "%ff%"))()
            value = quote(text, safe="{}%", errors="replace")
            pairs.append(f"{self._random.choice(names)}={value}")
        return "&".join(pairs)

    def _noise(self) -> bytes:
        return self._random.randbytes(self._random.randint(0, 300))

    def _spoiled_json(self) -> bytes:
        body = bytearray(_json({"query": self._random.choice(SEEDS), "variables": {"first": 1}}))
        for _ in range(self._random.randint(1, 5)):
            place = self._random.randrange(len(body))
            body[place : place + self._random.randint(0, 3)] = self._random.randbytes(
                self._random.randint(0, 3)
            )
        return bytes(body)

    def _any_value(self) -> bytes:
        names = ("query", "variables", "operationName", "extensions")
        body = {name: self._value(3) for name in names if self._random.random() < 0.7}
        return _json(self._random.choice((body, self._value(2))))

    def _deep(self) -> bytes:
        depth = self._random.choice((10, 63, 64, 65, 500, 5_000))
        opener, closer = self._random.choice((("[", "]"), ('{"a":', "}")))
        nested = opener * depth + "1" + closer * self._random.choice((depth, 0))
        document = self._random.choice(("{ inner " * depth + "}" * depth, "[" * depth))
        query = json.dumps(self._random.choice((document, "{ viewer { siteId } }")))
        return f'{{"query": {query}, "variables": {{"filter": {nested}}}}}'.encode()

    def _spoiled_document(self) -> bytes:
        return _json({"query": self._document(), "variables": self._variables()})

    def _document(self) -> str:
        tokens = TOKEN.findall(self._random.choice(SEEDS))
        for _ in range(self._random.randint(0, 3)):
            place = self._random.randrange(len(tokens))
            change = self._random.randrange(4)
            if change == 0 and len(tokens) > 1:
                del tokens[place]
            elif change == 1:
                tokens.insert(place, self._random.choice(STRANGE_TOKENS))
            elif change == 2:
                tokens[place] = self._random.choice(STRANGE_TOKENS)
            else:
                tokens[place] = self._random.choice(tokens)
        return " ".join(tokens)

    def _soup(self) -> bytes:
        words = [token for seed in SEEDS for token in TOKEN.findall(seed)]
        picked = self._random.choices((*words, *STRANGE_TOKENS), k=self._random.randint(1, 60))
        return _json({"query": " ".join(picked)})

    def _strange_variables(self) -> bytes:
        return _json({"query": self._random.choice(SEEDS), "variables": self._variables()})

    def _variables(self) -> Any:
        inputs = {"contactId": self._value(1), "labelKeys": self._value(2)}
        conditions = ("primaryEmail", "labels", "createdAt", "and", "not", "lastName", "id")
        condition = {self._random.choice(conditions): {"eq": self._value(1)}}
        return self._random.choice(
            (
                self._value(2),
                {"first": self._value(0)},
                {"filter": self._value(3)},
                {"filter": condition},
                {"i": inputs},
                {"i": {**inputs, "labelNames": self._value(1)}},
            )
        )

    def _value(self, depth: int) -> Any:
        kind = self._random.randrange(4) if depth else 0
        if kind == 2:
            return [self._value(depth - 1) for _ in range(self._random.randint(0, 4))]
        if kind == 3:
            return {self._text(): self._value(depth - 1) for _ in range(self._random.randint(0, 4))}
        return self._random.choice(STRANGE_VALUES)

    def _text(self) -> str:
        names = (
            "contactId",
            "labelKeys",
            "and",
            "eq",
            "in",
            "startsWith",
            "displayName",
            "",
            "\ud800",
        )
        return self._random.choice(names)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
