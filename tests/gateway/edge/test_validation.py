"""Validation: bounded in the processor's time, in steps, and in the words of its errors."""

import time

import pytest
from graphql import build_schema, parse

from gateway.edge.documents import Documents
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal
from gateway.edge.validation import Stopwatch, TooSlow, check_valid
from schema.build import build_schema as build_public_schema
from schema.build import core_schema
from tests.support.clock import ManualClock
from tests.support.generated_documents import GENERATED
from tests.support.judging import Judge, untraced
from tests.support.worst_documents import WORST

SCHEMA = build_schema("type Query { hello(name: String): String inner: Query }")
PUBLIC = core_schema(build_public_schema())
SECONDS = 0.1
TRIES = 5
"""Each may meet a collection of the whole test run's garbage; `make bench` tells all figures."""


def refusal_of(text: str, stopwatch: Stopwatch | None = None, *, suggest: bool = True) -> Refusal:
    with pytest.raises(Refusal) as caught:
        check_valid(SCHEMA, parse(text), Limits(), stopwatch or Stopwatch(10.0), suggest=suggest)
    return caught.value


def test_a_stopwatch_lets_its_time_pass_and_no_more() -> None:
    clock = ManualClock()
    stopwatch = Stopwatch(1.0, clock)
    clock.advance(1.0)
    stopwatch.look()
    clock.advance(0.001)
    with pytest.raises(TooSlow):
        stopwatch.look()


def test_a_document_whose_time_is_up_is_refused_halfway() -> None:
    clock = ManualClock()
    stopwatch = Stopwatch(1.0, clock)
    clock.advance(2.0)
    assert refusal_of("{" + " hello" * 100 + "}", stopwatch).code == "VALIDATION_TOO_SLOW"


def test_errors_are_told_up_to_a_number() -> None:
    refusal = refusal_of("{" + "".join(f" f{n}" for n in range(1_000)) + "}")
    assert refusal.code == "GRAPHQL_VALIDATION_FAILED"
    assert len(refusal.errors) == 21
    assert "error limit reached" in refusal.errors[-1]["message"]


def test_names_are_repeated_in_errors_up_to_a_length() -> None:
    refusal = refusal_of("{" + "x" * 100_000 + "}")
    assert len(refusal.errors[0]["message"]) == len(refusal.message) == 301


@pytest.mark.parametrize(("suggest", "told"), [(True, True), (False, False)])
def test_suggestions_are_made_to_those_who_may_see_the_schema(*, suggest: bool, told: bool) -> None:
    messages = [
        refusal_of(text, suggest=suggest).message
        for text in ("{ hallo }", "{ hello(nome: 1) }", "{ hello ...F } fragment F on Quary { a }")
    ]
    assert ["Did you mean" in message for message in messages] == [told] * 3


@pytest.mark.parametrize("name", WORST)
def test_the_worst_documents_of_legal_size_are_judged_soon(name: str) -> None:
    judge = Judge(PUBLIC)
    with untraced():
        assert any(judge.seconds(WORST[name], time.thread_time) < SECONDS for _ in range(TRIES))


def test_large_documents_that_tools_generate_are_let_through() -> None:
    judge = Judge(PUBLIC, Limits(validation_seconds=60))
    assert {name: judge.verdict(text) for name, text in GENERATED.items()} == dict.fromkeys(
        GENERATED, "OK"
    )


def test_the_conflicting_fields_of_the_books_are_refused() -> None:
    with pytest.raises(Refusal) as caught:
        Documents(PUBLIC, Limits()).prepare(WORST["51 KB of conflicting fields"])
    assert caught.value.code == "TOO_MANY_TOKENS"
