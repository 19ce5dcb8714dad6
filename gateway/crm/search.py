"""Free-text search, compiled into documented filter operators."""

from gateway.errors import InvalidInput, Violation
from gateway.model.queries import And, Condition, Filter, Operator, Or

SEARCHED = ("first_name", "last_name", "email", "phone", "e164")
LONGEST = 100
"""Characters of a search text (contract 6.4)."""


def search_filter(text: str) -> Filter | None:
    """Compile a search into prefix conditions; None when there is nothing to search for.

    Wix's own top-level ``search`` is never sent: an upstream that ignored it would answer with
    everybody (contract 3.2, Query Contacts).

    Raises:
        InvalidInput: The text is longer than 100 characters.
    """
    wanted = text.strip()
    if not wanted:
        return None
    if len(wanted) > LONGEST:
        message = f"is longer than {LONGEST} characters"
        raise InvalidInput(f"search {message}", violations=[Violation(("search",), message)])
    return Or(
        tuple(Condition(name, Operator.STARTS_WITH, wanted, ("search",)) for name in SEARCHED)
    )


def both(first: Filter | None, second: Filter | None) -> Filter | None:
    """Join two filters that must hold together; None when there is neither."""
    if first is None or second is None:
        return first or second
    return And((first, second))
