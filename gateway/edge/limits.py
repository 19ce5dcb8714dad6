"""How much one request may ask of the gateway before any of it is executed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, each checked before the step that it protects."""

    body_bytes: int = 1_048_576
    """Size of a request body; one more byte is a 413."""
    json_depth: int = 64
    """Arrays and objects inside one another, in a body or in a ``variables`` text."""
    number_digits: int = 64
    """Consecutive digits in a JSON number; Python's own conversion is quadratic in them."""
    query_parameters: int = 32
    """Parameters in the query string of a GET."""
    document_tokens: int = 5_000
    """Lexical tokens of a GraphQL document."""
    document_depth: int = 50
    """Brackets inside one another in a GraphQL document; GraphiQL's introspection needs 16."""
    document_comparisons: int = 40_000
    """Pairs of equally named fields that validation must compare: about 2 µs each."""
    document_cache_bytes: int = 33_554_432
    """Memory for parsed and validated documents, estimated."""
    seconds: float = 10.0
    """From the first byte of a request to its answer."""
    grace_seconds: float = 0.5
    """How long after the deadline upstream calls may take to say themselves that it has passed."""
