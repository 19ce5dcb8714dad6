"""A small schema with answers of every kind, and the stage that its resolvers reach."""

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from gateway.errors import OutcomeUnknown, Throttled


@dataclass
class Stage:
    """What the small schema's resolvers reach, and what tests see of them."""

    release: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0
    written: int = 0
    tried: int = 0
    closed: int = 0
    echoes: Any = None
    refuses: bool = False
    withheld: list[GraphQLError] = field(default_factory=list)

    def close(self) -> None:
        self.closed += 1

    async def wait(self) -> None:
        self.started.set()
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


CAUSE: Final = "the database password is hunter2"
"""What exceptions say. It stands here, for a traceback shows the lines that raise them."""


def _parse_weekday(value: object) -> str:
    if value != "monday":
        raise ValueError("there is only monday")
    return value


Weekday = NewType("Weekday", str)
_WEEKDAY = strawberry.scalar(name="Weekday", parse_value=_parse_weekday)
_Info = strawberry.Info[Stage, None]


@strawberry.enum
class Colour(Enum):
    """Words that a caller may misspell."""

    GREEN = "green"


@strawberry.type
class Query:
    """Answers of every kind."""

    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def number(self, value: int) -> int:
        return value

    @strawberry.field
    def echo(self, info: _Info, value: JSON | None = None) -> JSON | None:
        return info.context.echoes if value is None else value

    @strawberry.field
    def weekday(self, value: Weekday) -> str:
        return value

    @strawberry.field
    def colour(self, value: Colour) -> str:
        return str(value.value)

    @strawberry.field
    def inner(self) -> "Query":
        return Query()

    @strawberry.field
    def rows(self, first: int | None = 5) -> list["Query"]:
        return [Query()] * (first or 0)

    @strawberry.field
    async def slow(self, info: _Info) -> str:
        await info.context.wait()
        return "done"

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError(CAUSE)

    @strawberry.field
    def unbearable(self) -> str:
        raise RuntimeError(CAUSE)

    @strawberry.field
    def throttled(self) -> str | None:
        raise Throttled("The site's calls are used up.")


@strawberry.type
class HalfDone:
    """What was written, and cannot be read."""

    @strawberry.field
    def throttled(self) -> str:
        raise Throttled("The site's calls are used up.")


@strawberry.type
class Mutation:
    """One write, as slow as the test wants, and some that fail."""

    @strawberry.mutation
    async def write(self, info: _Info) -> int:
        await info.context.wait()
        info.context.written += 1
        return info.context.written

    @strawberry.mutation
    def throttled(self, info: _Info) -> int | None:
        info.context.tried += 1
        raise Throttled("The site's calls are used up.")

    @strawberry.mutation
    def unknown(self, info: _Info) -> int | None:
        info.context.tried += 1
        raise OutcomeUnknown("Nobody knows.")

    @strawberry.mutation
    def broken(self, info: _Info) -> int | None:
        info.context.tried += 1
        raise RuntimeError(CAUSE)

    @strawberry.mutation
    def unbearable(self, info: _Info) -> int:
        info.context.tried += 1
        raise RuntimeError(CAUSE)

    @strawberry.mutation
    def half(self, info: _Info) -> HalfDone | None:
        info.context.tried += 1
        return HalfDone()


class _Schema(strawberry.Schema):
    """Leaves errors to the edge, as the gateway's schema does."""

    def process_errors(self, *_args: Any, **_kwargs: Any) -> None:
        """Log nothing."""


def small_schema() -> strawberry.Schema:
    """Build the schema; its context is a `Stage`."""
    config = StrawberryConfig(
        scalar_map={Weekday: _WEEKDAY}, enable_experimental_incremental_execution=True
    )
    return _Schema(Query, Mutation, config=config)
