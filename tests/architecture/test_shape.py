"""Modules are short and say what they are for, functions are short, names say something."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path for package in ("gateway", "schema") for path in (ROOT / package).rglob("*.py")
)
LONGEST_MODULE = 250
LONGEST_FUNCTION = 50
MOST_FUNCTIONS = 25
MOST = 0.9
SAY_NOTHING = {"utils", "helpers", "common", "base", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(module: Path) -> str:
    return str(module.relative_to(ROOT))


def functions(module: Path) -> Iterator[Function]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Count a function's lines without its docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_is_short_and_says_what_it_is_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(text))
    assert module.stem not in SAY_NOTHING


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_function_is_long(module: Path) -> None:
    long = {node.name: length(node) for node in functions(module)}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION} == {}


def test_most_functions_are_short() -> None:
    lengths = [length(node) for module in MODULES for node in functions(module)]
    assert median(lengths) <= 10
    assert sum(lines <= MOST_FUNCTIONS for lines in lengths) >= MOST * len(lengths)
