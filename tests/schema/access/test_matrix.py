"""Every place of the schema against every set of scopes."""

import asyncio
import itertools
import pathlib
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, Final, cast

import pytest
from graphql import ExecutionResult, parse, subscribe, validate
from strawberry.types import ExecutionResult as StrawberryResult

from gateway.budget.gate import Gate
from gateway.budget.window import SlidingWindow
from gateway.edge.documents import PREPARED, Document, PreparedDocument
from gateway.model.principal import SCOPES, Principal
from gateway.sandbox.access.credentials import SITE_ID
from schema.access.completeness import coordinates
from schema.build import build_schema, core_schema
from schema.context import Context
from schema.faults import to_response
from tests.support.access_probes import Probe, probes
from tests.support.ready_services import ReadyServices

pytestmark = pytest.mark.untraced

Path = tuple[str, ...]
"""Where an answer is, list indices aside."""
Scopes = frozenset[str]

SCHEMA: Final = build_schema()
SCHEMA.extensions = (PreparedDocument,)
GATE: Final = Gate(
    SlidingWindow(limit=200, clock=lambda: 0.0),
    clock=lambda: 0.0,
    sleep=asyncio.sleep,
    concurrency=1,
)
PROBES: Final = tuple(probes(core_schema(SCHEMA)))

MATRIX: Final = pathlib.Path(__file__).with_name("matrix.txt")
CHUNKS: Final = 16


def written() -> dict[str, Scopes]:
    """Read the matrix: each place, and the scopes that are needed to come there and use it."""
    lines = MATRIX.read_text("utf-8").splitlines()
    rows = [line.split() for line in lines]
    assert len({place for place, *_ in rows}) == len(rows)
    return {place: frozenset(needed) for place, *needed in rows}


def every_set() -> Iterator[Scopes]:
    """Make every set of scopes, from none to all."""
    ordered = sorted(SCOPES)
    for size in range(len(ordered) + 1):
        yield from map(frozenset, itertools.combinations(ordered, size))


def test_every_place_of_the_schema_stands_in_the_matrix_once() -> None:
    assert sorted(written()) == sorted(coordinates(core_schema(SCHEMA)))
    assert sorted(probe.place for probe in PROBES) == sorted(written())


@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_place_answers_to_every_set_that_holds_its_scopes_and_to_no_other(
    chunk: int,
) -> None:
    needed = written()
    for scopes in itertools.islice(every_set(), chunk, None, CHUNKS):
        expected = {place for place, asked in needed.items() if asked <= scopes}
        assert await answered(scopes) == expected


async def answered(scopes: Scopes) -> set[str]:
    """Run every probe with these scopes; tell the places that answered. All others refused."""
    services = ReadyServices()
    places = set()
    for document in DOCUMENTS:
        result = await document.run(services, scopes)
        refused = {
            tuple(step for step in error["path"] if isinstance(step, str)): error
            for error in result["errors"]
        }
        places |= {
            place
            for path, place in document.paths.items()
            if judged(result["data"], path, refused, empty=place in _EMPTY)
        }
    return places


def judged(data: Any, path: Path, refused: Mapping[Path, Any], *, empty: bool) -> bool:
    """Tell whether a place answered; one that did not, says that it was refused."""
    shown = at(data, path)
    steps = range(1, len(path) + 1)
    above = [refused[path[:step]] for step in steps if path[:step] in refused]
    if not above:
        assert shown is not None, path
        assert empty or shown != [], path
        return True
    (error,) = above
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["extensions"]["missingScopes"]
    assert shown in (None, [], [None])
    return False


def at(data: Any, path: Path) -> Any:
    """Find what stands at a path; of a list, what stands at the same place of its first entry."""
    for step in path:
        if isinstance(data, list):
            data = data[0] if data else None
        if data is None:
            return None
        data = data[step]
    return data


class Together:
    """Many probes in one document, parsed and validated once; those of one way share it."""

    def __init__(self, kind: str, chosen: Iterable[Probe]) -> None:
        self.paths: dict[Path, str] = {}
        """Each place, by where its answer is."""
        ways: dict[tuple[str, ...], list[Probe]] = {}
        for probe in chosen:
            ways.setdefault(probe.way, []).append(probe)
        lines = [self._write(f"w{at}", way, along) for at, (way, along) in enumerate(ways.items())]
        self._text = "\n".join([kind, "{", *lines, "}"])
        self._ast = ast = parse(self._text, no_location=True)
        assert validate(core_schema(SCHEMA), ast) == []
        self._prepared = {PREPARED: Document(ast, {})}

    def _write(self, alias: str, way: tuple[str, ...], along: list[Probe]) -> str:
        """Write the probes of one way."""
        fields = {f"{alias}p{number}": probe for number, probe in enumerate(along)}
        names = [step.split("(")[0] for step in way[1:]]
        above = (alias, *names) if way else ()
        self.paths |= {(*above, name): probe.place for name, probe in fields.items()}
        written = " ".join(probe.selection(name) for name, probe in fields.items())
        for step in reversed(way[1:]):
            written = f"{step} {{ {written} }}"
        return f"{alias}: {way[0]} {{ {written} }}" if way else written

    async def run(self, services: ReadyServices, scopes: Scopes) -> dict[str, Any]:
        context = Context(
            principal=Principal("ada", SITE_ID, scopes),
            services=services.services(),
            gate=GATE,
            request_id="the-request",
        )
        result = await self._result(context)
        context.close()
        errors = [to_response(error, "the-request") for error in result.errors or ()]
        return {"data": result.data, "errors": errors}

    async def _result(self, context: Context) -> ExecutionResult | StrawberryResult:
        return await SCHEMA.execute(
            self._text, context_value=context, operation_extensions=self._prepared
        )


class Told(Together):
    """Probes of one thing that is told: of a subscription's first answer."""

    async def _result(self, context: Context) -> ExecutionResult:
        told = subscribe(core_schema(SCHEMA), self._ast, context_value=context)
        if isawaitable(told):
            told = await told
        if isinstance(told, ExecutionResult):
            return told
        async with aclosing(cast("AsyncGenerator[ExecutionResult, None]", told)) as answers:
            return await anext(answers)


_ALONE: Final = frozenset({"Query._service", "_Service.sdl"})
"""What cannot be null, and takes all of its document along when it is refused."""

_EMPTY: Final = frozenset(
    {"Viewer.scopes", *(it.place for it in PROBES if it.place.endswith("Payload.userErrors"))}
)
"""Lists that are empty though nothing is withheld of them."""

_ASKED: Final = tuple(it for it in PROBES if not (it.writes or it.listens))


def _told_together() -> Iterator[list[Probe]]:
    """Put those together that may stand in one subscription, which has one root field."""
    ways: dict[Path, list[Probe]] = {}
    for probe in PROBES:
        if probe.listens:
            ways.setdefault(probe.way or (probe.place,), []).append(probe)
    yield from ways.values()


DOCUMENTS: Final = (
    Together("query", (it for it in _ASKED if it.place not in _ALONE)),
    *(Together("query", [it]) for it in PROBES if it.place in _ALONE),
    Together("mutation", (it for it in PROBES if it.writes)),
    *(Told("subscription", alike) for alike in _told_together()),
)
