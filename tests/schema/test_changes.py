"""What an upgrade does to those who use the schema they know."""

import pytest

from schema.changes import SchemaChange, Severity, UnreadableSchema, compare

OLD = """
enum Tag { HOME }
input Sort { by: Tag }
type Person @key(fields: "id") { id: ID! name: String! }
type Query { person(sort: Sort, first: Int = 5): Person }
"""


def changed(old: str, new: str) -> list[tuple[Severity, str]]:
    assert old in OLD
    return [(c.severity, c.description) for c in compare(OLD, OLD.replace(old, new))]


@pytest.mark.parametrize(
    ("old", "new", "description"),
    [
        (" name: String!", "", "Field Person.name was removed."),
        ("name: String!", "name: String", "Field Person.name changed type from String! to String."),
        ("{ HOME }", "{ WORK }", "Enum value Tag.HOME was removed."),
        ('@key(fields: "id") ', "", 'Person lost @key(fields: "id").'),
        (", first: Int = 5", "", "Argument Query.person(first:) was removed."),
        (
            "by: Tag",
            "by: Tag, then: Tag!",
            "A required field Sort.then was added.",
        ),
    ],
)
def test_what_makes_a_right_operation_fail_is_breaking(
    old: str, new: str, description: str
) -> None:
    assert (Severity.BREAKING, description) in changed(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [("{ HOME }", "{ HOME WORK }"), ("= 5", "= 6")],
)
def test_what_may_surprise_a_client_is_dangerous(old: str, new: str) -> None:
    assert [severity for severity, _ in changed(old, new)] == [Severity.DANGEROUS]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: String!", "name: String! nick: String"),
        ('@key(fields: "id")', '@key(fields: "id") @key(fields: "name")'),
        ("type Person", '"""Somebody."""\ntype Person'),
        ("type Query", "type Pet { id: ID! }\ntype Query"),
    ],
)
def test_what_is_only_more_is_safe(old: str, new: str) -> None:
    assert {severity for severity, _ in changed(old, new)} == {Severity.SAFE}


def test_nothing_changes_between_equal_schemas() -> None:
    assert compare(OLD, OLD) == []


def test_the_worst_comes_first() -> None:
    found = changed("{ HOME }", "{ WORK PLAY }")
    order = list(Severity)
    assert found == sorted(found, key=lambda change: (order.index(change[0]), change[1]))
    assert len(found) > 1


def test_a_text_that_is_no_schema_is_refused() -> None:
    with pytest.raises(UnreadableSchema):
        compare("type Query {", OLD)


def test_a_change_tells_what_it_is_about() -> None:
    gone = SchemaChange(Severity.BREAKING, "Field Person.name was removed.")
    assert gone in compare(OLD, OLD.replace(" name: String!", ""))
