"""Documents that make a validator work hardest, each as large as the limits let it be."""

from collections.abc import Callable
from typing import Final

from graphql import Lexer, Source, TokenKind

from gateway.edge.limits import Limits

_LIMITS: Final = Limits()
_CONDITION: Final = '{ displayName: { eq: "x" } }'


def _size(text: str) -> int:
    lexer = Lexer(Source(text))
    return sum(1 for _ in iter(lambda: lexer.advance().kind, TokenKind.EOF))


def largest(make: Callable[[int], str], most: int = _LIMITS.document_tokens) -> str:
    """Make the largest of a family of documents that has no more tokens than are allowed."""
    low, high = 1, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(make(middle)) <= most else (low, middle - 1)
    return make(low)


def _fragments(each: Callable[[int], str]) -> str:
    return "".join(each(n) for n in range(_LIMITS.document_fragments))


def _operations(each: Callable[[int], str]) -> str:
    return "".join(each(n) for n in range(_LIMITS.document_operations))


def _spread(fields: int) -> str:
    names = " ".join(f"...F{n}" for n in range(_LIMITS.document_fragments))
    inside = " subject" * fields
    return f"{{ viewer {{ {names} }} }}" + _fragments(
        lambda n: f" fragment F{n} on Viewer {{ {inside} }}"
    )


def _shared_variables(uses: int) -> str:
    shared = " ".join("label(key: $a) { key }" for _ in range(uses))
    operations = _operations(lambda n: f" query Q{n}($a: ID!) {{ ...F }}")
    return f"{operations} fragment F on Query {{ {shared} }}"


def _doubling(depth: int) -> str:
    down = "labels {{ contacts {{ nodes {{ ...F{0} ...F{0} }} }} }}"
    fragments = "".join(
        f" fragment F{n} on Contact {{ {down.format(n + 1)} {down.format(n + 1)} }}"
        for n in range(depth)
    )
    return (
        f"{{ contacts {{ nodes {{ ...F0 }} }} }}{fragments} fragment F{depth} on Contact {{ id }}"
    )


def _inline(fields: int) -> str:
    return "{ viewer {" + " ... {" * 40 + " subject" * fields + " }" * 40 + " } }"


def _aliased(make: Callable[[int], str]) -> Callable[[int], str]:
    """Alias as many fields as may be aliased, then go on without."""

    def document(count: int) -> str:
        aliased = min(count, _LIMITS.document_aliases)
        return "{ viewer {" + "".join(map(make, range(aliased))) + " siteId" * count + " } }"

    return document


def _multiplied(aliases: int, depth: int) -> str:
    """Spread each of some fragments in several places: as a tree that holds far more of them."""
    down = "a{0}: labels {{ contacts(first: 1) {{ nodes {{ ...F{1} }} }} }}"
    fragments = "".join(
        f" fragment F{n} on Contact {{ "
        + " ".join(down.format(at, n + 1) for at in range(aliases))
        + " }"
        for n in range(depth)
    )
    leaves = " ".join(f"l{n}: labels {{ key }}" for n in range(40))
    last = f" fragment F{depth} on Contact {{ {leaves} }}"
    return f"{{ contacts(first: 1) {{ nodes {{ ...F0 }} }} }}{fragments}{last}"


def _spread_widely(fields: int) -> str:
    places = " ".join(f"a{n}: contact(id: $id) {{ ...F }}" for n in range(95))
    inside = "".join(f" l{n}: labels {{ key }}" for n in range(min(fields, 100)))
    return f"query($id: ID!) {{ {places} }} fragment F on Contact {{{inside} id }}"


def _longest(make: Callable[[str], str], piece: str) -> str:
    """Repeat a piece of text for as long as a document may be."""
    room = _LIMITS.document_characters - len(make(""))
    return make(piece * (room // len(piece)))


WORST: Final = {
    **{
        f"the longest {name}": _longest(make, piece)
        for name, make, piece in (
            ("name", "{{ {} }}".format, "x"),
            ("number", "{{ contacts(first: {}) {{ totalCount }} }}".format, "1"),
            ("text", '{{ contact(id: "{}") {{ id }} }}'.format, "x"),
            ("text of escapes", '{{ contact(id: "{}") {{ id }} }}'.format, "\\u0041"),
            ("block of lines", '{{ contact(id: """{}""") {{ id }} }}'.format, " \n"),
            ("block of quotes", '{{ contact(id: """{}""") {{ id }} }}'.format, '" '),
            ("text without an end", '{{ contact(id: "{}'.format, "x"),
            ("comment", "{{ viewer {{ subject }} }} #{}".format, "x"),
            ("row of commas", "{{ viewer {{ subject }} {} }}".format, ","),
            ("row of lines", "{{ viewer {{ subject }} {} }}".format, "\n"),
        )
    },
    **{
        f"fragments spread {aliases} times, {depth} deep": _multiplied(aliases, depth)
        for aliases, depth in ((2, 8), (3, 5), (4, 4))
    },
    "one fragment in many places": largest(_spread_widely),
    "51 KB of conflicting fields": "{ viewer {" + " a: subject a: siteId" * 2_500 + " } }",
    "one field over and over": largest(lambda n: "{ viewer {" + " subject" * n + " } }"),
    "one field at the root": largest(lambda n: "{" + " viewer { subject }" * n + " }"),
    "one field with other arguments": largest(
        lambda n: (
            "{ contact(id: 1) {"
            + "".join(f' extendedFields(keys: "{at}") {{ key }}' for at in range(n))
            + " } }"
        )
    ),
    "conflicting aliases": largest(_aliased(lambda n: f" a: {('subject', 'siteId')[n % 2]}")),
    "different aliases": largest(_aliased(lambda n: f" a{n}: subject")),
    "large arguments": largest(
        lambda n: (
            "{" + f" labels(filter: {{ and: [{_CONDITION * n}] }}) {{ nodes {{ key }} }}" * 8 + " }"
        )
    ),
    "one large argument": largest(
        lambda n: f"{{ labels(filter: {{ and: [{_CONDITION * n}] }}) {{ nodes {{ key }} }} }}"
    ),
    "inline fragments in each other": largest(_inline),
    "many fragments in one place": largest(_spread),
    "variables of many operations": largest(_shared_variables),
    "unused variables": largest(
        lambda n: "query(" + "".join(f" $v{at}: ID" for at in range(n)) + ") { viewer { subject } }"
    ),
    "undefined variables": largest(
        lambda n: "{ viewer {" + " subject @skip(if: $a)" * min(n, 100) + " siteId" * n + " } }"
    ),
    "unknown fields": largest(
        lambda n: "{ viewer {" + "".join(f" f{at}" for at in range(n)) + " } }"
    ),
    "nearly known fields": largest(
        lambda n: "{ viewer {" + "".join(f" subjec{at}" for at in range(n)) + " } }"
    ),
    "unknown arguments": largest(
        lambda n: "{ viewer(" + "".join(f" a{at}: 1" for at in range(n)) + ") { subject } }"
    ),
    "fragments that double": largest(_doubling),
    "a value as deep as can be": "{ labels(filter: "
    + "{ and: [" * 20
    + _CONDITION
    + " ] }" * 20
    + ") { nodes { key } } }",
    "everything of everybody": largest(
        lambda n: (
            "{ contacts { nodes {"
            + " id revision createdAt company jobTitle birthdate locale picture labelKeys" * n
            + " } } }"
        )
    ),
}
