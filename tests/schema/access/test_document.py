"""The README's table of rights is made from the table."""

from pathlib import Path

from schema.access.document import document
from schema.access.rules import Rules
from schema.access.table import FREE

README = Path(__file__).parents[3] / "schema" / "README.md"


def test_the_readme_tells_the_rules() -> None:
    assert f"\n\n{document()}\n\n" in README.read_text("utf-8")


def test_places_stand_by_what_they_ask_for() -> None:
    read, write = frozenset({"contacts:read"}), frozenset({"contacts:write", "contacts:bulk"})
    rules = Rules(
        {"B.c": read, "Query.a": read, "B.d": read, "Query.a(e:)": write, "Query.free": FREE}, {}
    )
    assert document(rules).splitlines() == [
        "| asks for | places |",
        "|---|---|",
        "| `contacts:read` | `Query.a`, `B.{c d}` |",
        "| `contacts:bulk` and `contacts:write` | `Query.a(e:)` |",
    ]
