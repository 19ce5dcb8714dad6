"""Judges documents as the endpoint does before it executes them, and tells how long it takes."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from graphql import GraphQLSchema

from gateway.edge.documents import Documents
from gateway.edge.limits import Limits
from gateway.edge.pages import Pages
from gateway.edge.parameters import Parameters
from gateway.edge.pricing import Budget, Pricing
from gateway.edge.refusals import Refusal

CEILING: Final = 60
"""Calls to Wix that an operation may take, as the settings have it."""


def _no_budget(_site: str) -> Budget:
    raise AssertionError("judging asks for no budget")


class Judge:
    """Knows one schema, and forgets each document that it has judged."""

    def __init__(self, schema: GraphQLSchema, limits: Limits | None = None) -> None:
        self._schema = schema
        self._limits = limits or Limits()
        self._pages = Pages(schema, self._limits)
        self._pricing = Pricing(schema, _no_budget, ceiling=CEILING)

    def verdict(self, text: str) -> str:
        """Tell the code of the refusal; ``OK`` where the first operation may be executed."""
        try:
            self._judge(text)
        except Refusal as refusal:
            return refusal.code
        return "OK"

    def seconds(self, text: str, clock: Callable[[], float] = time.perf_counter) -> float:
        """Tell how long judging takes."""
        began = clock()
        self.verdict(text)
        return clock() - began

    def _judge(self, text: str) -> None:
        document = Documents(self._schema, self._limits).prepare(text)
        name = next(iter(document.operations))
        self._pages.admit(self._pages.plan(document.ast, name), {})
        asked = Parameters(text, name, {}, None)
        self._pricing.admit(self._pricing.estimate(document, name, asked))


@contextmanager
def untraced() -> Iterator[None]:
    """Stop whoever follows each line of this thread, such as coverage, who would slow it down."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
