"""An operation's execution: what resolvers may have it do, and that it does not hold itself."""

import gc
import weakref
from typing import Any

from graphql import ExecutionResult, GraphQLObjectType, build_schema, execute, parse
from graphql.pyutils import is_awaitable

from schema.execution import Execution

SCHEMA = build_schema("""
  interface Animal { name: String }
  type Cat implements Animal { name: String }
  type Dog implements Animal { name: String }
  type Query { animal: Animal }
""")


def _kept_by(name: str) -> Any:
    async def is_type_of(value: dict[str, str], _info: object) -> bool:
        return value["kind"] == name

    return is_type_of


async def _animal(kind: str) -> ExecutionResult:
    for name in ("Cat", "Dog"):
        kept = SCHEMA.type_map[name]
        assert isinstance(kept, GraphQLObjectType)
        kept.is_type_of = _kept_by(name)
    animal = {"kind": kind, "name": "Tom"}
    document = parse("{ animal { __typename name } }")
    result = execute(SCHEMA, document, {"animal": animal}, executor_class=Execution)
    if is_awaitable(result):
        result = await result
    assert isinstance(result, ExecutionResult)
    return result


async def test_types_that_take_time_to_tell_are_gathered_by_it() -> None:
    result = await _animal("Dog")
    assert result == ExecutionResult({"animal": {"__typename": "Dog", "name": "Tom"}}, None)
    assert (await _animal("Fish")).errors


async def test_it_goes_with_the_last_who_awaits_it() -> None:
    built = Execution.build(SCHEMA, parse("{ animal { name } }"))
    assert isinstance(built, Execution)
    helpers, gone = built.async_helpers, weakref.ref(built)
    gc.disable()
    try:
        del built
        assert gone() is None
    finally:
        gc.enable()
    helpers.track([])
    assert await helpers.gather([_kept_by("Cat")({"kind": "Cat"}, None)]) == [True]
