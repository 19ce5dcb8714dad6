"""Checks of raw text that run before a parser sees it, each in time linear to the text."""

import re

from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

# Possessive, and ending at the end of the text where a quote is missing: no input makes the
# expression try a place twice.
_JSON_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_GRAPHQL_IGNORED = re.compile(
    r'"""(?:[^"\\]++|\\"""|\\|"(?!""))*+(?:""")?'  # block strings
    r'|"(?:[^"\\\n\r]++|\\.?)*+"?'  # strings
    r"|#[^\n\r]*+"  # comments
)
_JSON_BRACKETS = re.compile(rb"[\[\]{}]")
_GRAPHQL_BRACKETS = re.compile(r"[\[\](){}]")


def check_json(text: bytes, limits: Limits) -> None:
    """Refuse JSON that nests too deeply, or holds a number with too many digits.

    Raises:
        Refusal: 400, before anything is parsed.
    """
    long_number = re.compile(rb"[0-9]{%d}" % (limits.number_digits + 1))
    openers = text.count(b"[") + text.count(b"{")
    suspect = long_number.search(text) is not None
    if openers <= limits.json_depth and not suspect:
        return
    bare = _JSON_STRING.sub(b"", text)
    if suspect and long_number.search(bare):
        raise Refusal(f"A number has more than {limits.number_digits} digits.")
    if _deeper_than(limits.json_depth, b"".join(_JSON_BRACKETS.findall(bare)), b"[{"):
        raise Refusal(f"The JSON nests more than {limits.json_depth} levels deep.")


def check_document(text: str, limits: Limits) -> None:
    """Refuse a GraphQL document that nests too deeply.

    Raises:
        Refusal: 400, before anything is parsed.
    """
    openers = text.count("{") + text.count("[") + text.count("(")
    if openers <= limits.document_depth:
        return
    bare = _GRAPHQL_IGNORED.sub("", text)
    brackets = "".join(_GRAPHQL_BRACKETS.findall(bare)).encode()
    if _deeper_than(limits.document_depth, brackets, b"[({"):
        raise Refusal(
            f"The document nests more than {limits.document_depth} levels deep.",
            code="GRAPHQL_PARSE_FAILED",
            in_document=True,
        )


def _deeper_than(limit: int, brackets: bytes, openers: bytes) -> bool:
    """Tell whether a run of brackets nests deeper than `limit`, whether or not they match."""
    depth = 0
    for bracket in brackets:
        if bracket not in openers:
            depth = max(0, depth - 1)
        elif (depth := depth + 1) > limit:
            return True
    return False
