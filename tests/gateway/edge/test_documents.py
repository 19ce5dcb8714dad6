"""Documents: parsed and validated once, remembered within bounds, never a way to burn time."""

import contextlib
import time

import pytest
from graphql import OperationType, build_schema

from gateway.edge.documents import Document, Documents
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

SCHEMA = build_schema("""
  type Query { hello(name: String): String inner: Query }
  type Mutation { write: Int }
""")


UNHURRIED = Limits(validation_seconds=60)


def documents(limits: Limits | None = None) -> Documents:
    return Documents(SCHEMA, limits or UNHURRIED)


def refusal_of(text: str, limits: Limits | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        documents(limits).prepare(text)
    return caught.value


def prepared(text: str) -> Document:
    return documents().prepare(text)


def test_a_known_document_is_recalled() -> None:
    store = documents()
    assert store.prepare("{ hello }") is store.prepare("{ hello }")
    assert len(store) == 1


def test_a_faulty_document_is_not_remembered() -> None:
    store = documents()
    for text in ("{", "{ unknown }"):
        with pytest.raises(Refusal):
            store.prepare(text)
    assert len(store) == 0


def test_the_store_keeps_to_its_size() -> None:
    store = documents(Limits(document_cache_bytes=50_000))
    for number in range(100):
        store.prepare(f"{{ field{number}: hello }}")
    assert 1 <= len(store) <= 50_000 // 2_048


def test_a_document_larger_than_the_store_is_served_all_the_same() -> None:
    store = documents(Limits(document_cache_bytes=100))
    assert store.prepare("{ hello }").operations == {None: OperationType.QUERY}
    assert len(store) == 0


@pytest.mark.parametrize("text", ["{", "", "query", '{ hello(name: "\\ud800") }', "{ a }}", "🏃"])
def test_a_document_that_cannot_be_parsed_says_where(text: str) -> None:
    refusal = refusal_of(text)
    assert (refusal.code, refusal.status) == ("GRAPHQL_PARSE_FAILED", 400)
    assert refusal.in_document
    assert refusal.errors[0]["locations"]


def test_all_violations_of_a_document_are_told() -> None:
    refusal = refusal_of("{ one two }")
    assert refusal.code == "GRAPHQL_VALIDATION_FAILED"
    assert [error["message"] for error in refusal.errors] == [
        "Cannot query field 'one' on type 'Query'.",
        "Cannot query field 'two' on type 'Query'.",
    ]


@pytest.mark.parametrize("text", ["fragment F on Query { hello }", "type Query { a: Int }"])
def test_a_document_without_an_operation_is_refused(text: str) -> None:
    assert refusal_of(text).code == "GRAPHQL_VALIDATION_FAILED"


def test_the_only_operation_needs_no_name() -> None:
    assert prepared("{ hello }").operation(None) == (None, OperationType.QUERY)
    assert prepared("mutation M { write }").operation(None) == ("M", OperationType.MUTATION)


def test_one_of_several_operations_is_named() -> None:
    document = prepared("query A { hello } mutation B { write }")
    assert document.operation("B") == ("B", OperationType.MUTATION)
    with pytest.raises(Refusal, match="Name one of the document's operations"):
        document.operation(None)
    with pytest.raises(Refusal, match="Unknown operation named 'C'"):
        document.operation("C")


def test_more_tokens_than_allowed_are_refused() -> None:
    limits = Limits(document_tokens=10)
    assert refusal_of("{" + " hello" * 9 + "}", limits).code == "TOO_MANY_TOKENS"
    assert refusal_of("#\n" * 11 + "{ hello }", limits).code == "TOO_MANY_TOKENS"


def test_deep_nesting_is_refused_before_parsing() -> None:
    refusal = refusal_of("{ inner " * 5_000 + "}" * 5_000)
    assert (refusal.code, refusal.details) == ("TOO_MANY_TOKENS", {"limit": 2_000})


BOMBS = {
    "one field over and over": "{" + " hello" * 2_400 + "}",
    "one field with other arguments": "{"
    + "".join(f' hello(name: "{n}")' for n in range(800))
    + "}",
    "the same in inline fragments": "{" + " ... { hello }" * 1_000 + "}",
    "the same in fragments": "{"
    + "".join(f" ...F{n}" for n in range(400))
    + "}"
    + "".join(f" fragment F{n} on Query {{ hello }}" for n in range(400)),
    "one field in one field": "{" + (" inner {" + " hello" * 40 + "}") * 50 + "}",
    "fragments that double": "{ ...F0 }"
    + "".join(f" fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    + " fragment F40 on Query { hello }",
    "fragments in a circle": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "fragments in a chain": "{ ...F0 }"
    + "".join(f" fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(400))
    + " fragment F400 on Query { hello }",
    "many operations": "".join(f" query Q{n} {{ hello }}" for n in range(900)),
    "many unknown fields": "{" + "".join(f" f{n}" for n in range(2_400)) + "}",
    "many variables": "query(" + "".join(f" $v{n}: String" for n in range(900)) + ") { hello }",
    "many spreads of one fragment": "{"
    + "".join(f" f{n}: inner {{ ...F }}" for n in range(500))
    + "} fragment F on Query { hello inner { hello } }",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_no_document_takes_long_to_judge(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(Refusal):
        documents().prepare(text)
    assert time.process_time() - began < 1.0


def test_a_hundred_aliased_fields_with_equal_selections_are_no_repetition() -> None:
    fields = " ".join(f"f{n}: inner {{ hello inner {{ hello }} }}" for n in range(100))
    assert prepared(f"{{ {fields} }}").operations == {None: OperationType.QUERY}
