"""The operations that are measured."""

import orjson

VIEWER = "{ viewer { siteId } }"
"""The simplest answer: no upstream call, one field."""

PEOPLE = """{
  contacts(first: 20) {
    nodes { id name { full } primaryEmail { email } labels { key displayName } }
  }
}"""
"""Twenty contacts with their labels: executed whole, two upstream calls."""

OPERATIONS = {"viewer": VIEWER, "20 contacts with labels": PEOPLE}


def body_of(query: str) -> bytes:
    """Return the body of a POST that asks `query`."""
    return orjson.dumps({"query": query})


def assert_answered(answer: bytes) -> None:
    """Refuse to measure an endpoint that answers errors.

    Raises:
        RuntimeError: the answer carries errors.

    """
    if "errors" in orjson.loads(answer):
        raise RuntimeError(f"measured nothing: {answer[:500]!r}")
