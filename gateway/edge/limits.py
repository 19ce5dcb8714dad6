"""How much one request may ask of the gateway before any of it is executed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds in the order in which they are checked, each before the step it protects."""

    body_bytes: int = 1_048_576
    """Size of a request body; one more byte is a 413."""
    arriving_bytes: int = 67_108_864
    """Bytes of all bodies together that are not all here yet."""
    json_depth: int = 64
    """Arrays and objects inside one another, in a body or in a ``variables`` text."""
    number_digits: int = 64
    """Consecutive digits in a JSON number; Python's own conversion is quadratic in them."""
    json_values: int = 20_000
    """Values in a body, or in a ``variables`` text; each is looked at several times."""
    query_parameters: int = 32
    """Parameters in the query string of a GET."""
    batch_operations: int = 0
    """Operations that one body may hold in an array; 0 when arrays are not served."""
    document_characters: int = 65_536
    """Characters of a GraphQL document; parsing looks at each, spaces and comments included."""
    document_tokens: int = 2_000
    """Lexical tokens of a GraphQL document; as many comments."""
    name_characters: int = 256
    """Characters of a name in a document; an alias is written once for each row of an answer."""
    document_aliases: int = 200
    """Aliases in a document."""
    document_directives: int = 100
    """Directives applied in a document."""
    document_deferrals: int = 20
    """Applied `@defer` and `@stream` in a document."""
    document_depth: int = 50
    """Brackets inside one another in a GraphQL document; GraphiQL's introspection needs 16."""
    document_operations: int = 20
    """Operations in a document; some rules of validation read all fragments for each."""
    document_fragments: int = 100
    """Fragments defined in a document; validation compares each with each."""
    root_fields: int = 100
    """Fields at the root of one operation, those in fragments included."""
    merge_steps: int = 20_000
    """Steps that finding conflicts between fields may take, about 1 µs each."""
    validation_seconds: float = 0.07
    """Time of the processor that parsing and validating one document may take."""
    page_size: int = 100
    """Rows of one page, which is what ``first`` and ``last`` ask for."""
    page_rows: int = 10_000
    """Rows that all pages of one operation may hold together, pages in rows multiplied."""
    row_fields: int = 100_000
    """Fields in all rows together, each once for each row; each takes about 5 µs."""
    parts: int = 2_500
    """Places of one answer that are filled later; each takes the time of ten fields."""
    document_cache_bytes: int = 33_554_432
    """Memory for parsed and validated documents, estimated."""
    seconds: float = 10.0
    """From the first byte of a request to its answer."""
    grace_seconds: float = 0.5
    """How long after the deadline upstream calls may take to say themselves that it has passed."""
