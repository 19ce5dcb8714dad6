"""Checks of raw text that run before a parser sees it, each in time linear to the text."""

import re
from dataclasses import dataclass

from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

# Possessive, and ending at the end of the text where a quote is missing: no input makes the
# expressions try a place twice.
_JSON_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_JSON_BRACKETS = re.compile(rb"[\[\]{}]")
_NAME = re.compile(r"[A-Za-z_]")
_LEXEME = re.compile(
    r'"""(?:[^"\\]++|\\"""|\\|"(?!""))*+(?:""")?'  # block strings
    r'|"(?:[^"\\\n\r]++|\\.?)*+"?'  # strings
    r"|#[^\n\r]*+"  # comments
    r"|[A-Za-z_][A-Za-z_0-9]*+"  # names
    r"|-?[0-9][A-Za-z_0-9.+-]*+"  # numbers
    r"|\.\.\.|[^\s,]"  # punctuation, and whatever else the parser will refuse
)


def check_json(text: bytes, limits: Limits) -> None:
    """Refuse JSON that nests too deeply, or holds too long a number or too many values.

    Raises:
        Refusal: 400 ``JSON_TOO_DEEP``, ``NUMBER_TOO_LONG`` or ``TOO_MANY_VALUES``, before
            anything is parsed.
    """
    long_number = re.compile(rb"[0-9]{%d}" % (limits.number_digits + 1))
    openers = text.count(b"[") + text.count(b"{")
    suspect = long_number.search(text) is not None
    crowded = openers + text.count(b",") >= limits.json_values
    if openers <= limits.json_depth and not suspect and not crowded:
        return
    bare = _JSON_STRING.sub(b"", text)
    if _deepest(b"".join(_JSON_BRACKETS.findall(bare)), b"[{") > limits.json_depth:
        raise _beyond("JSON_TOO_DEEP", "levels of nesting in the JSON", limits.json_depth)
    if suspect and long_number.search(bare):
        raise _beyond("NUMBER_TOO_LONG", "digits in a number", limits.number_digits)
    # Each value but the first of its list or object has a comma before it.
    if bare.count(b"[") + bare.count(b"{") + bare.count(b",") >= limits.json_values:
        raise _beyond("TOO_MANY_VALUES", "values in the JSON", limits.json_values)


@dataclass(slots=True)
class _Tally:
    """What a document's text holds, by its lexemes alone."""

    tokens: int = 0
    comments: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    deepest: int = 0
    inside_round: int = 0

    def take(self, lexeme: str) -> None:
        """Count one lexeme."""
        if lexeme[0] == "#":
            self.comments += 1
            return
        self.tokens += 1
        if lexeme in "{[(":
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
            self.inside_round += lexeme == "("
        elif lexeme in "}])":
            self.depth = max(0, self.depth - 1)
            self.inside_round = max(0, self.inside_round - (lexeme == ")"))
        elif lexeme == "@":
            self.directives += 1
        elif lexeme == ":" and not self.inside_round:
            # Outside of arguments and variables only an alias is followed by a colon.
            self.aliases += 1


def check_document(text: str, limits: Limits) -> None:
    """Refuse a GraphQL document that is too long, aliases or directs too much, or nests too deeply.

    Raises:
        Refusal: ``DOCUMENT_TOO_LONG``, ``NAME_TOO_LONG``, ``TOO_MANY_TOKENS``,
            ``TOO_MANY_ALIASES``, ``TOO_MANY_DIRECTIVES`` or ``DOCUMENT_TOO_DEEP``, before anything
            is parsed.
    """
    if len(text) > limits.document_characters:
        most = limits.document_characters
        raise beyond("DOCUMENT_TOO_LONG", "characters in the document", most)
    tally, most = _Tally(), limits.document_tokens
    for found in _LEXEME.finditer(text):
        lexeme = found[0]
        tally.take(lexeme)
        if len(lexeme) > limits.name_characters and _NAME.match(lexeme):
            raise beyond("NAME_TOO_LONG", "characters in a name", limits.name_characters)
        if tally.tokens > most or tally.comments > most:
            raise beyond("TOO_MANY_TOKENS", "tokens in the document", most)
    if tally.aliases > limits.document_aliases:
        raise beyond("TOO_MANY_ALIASES", "aliases in the document", limits.document_aliases)
    if tally.directives > limits.document_directives:
        most = limits.document_directives
        raise beyond("TOO_MANY_DIRECTIVES", "directives in the document", most)
    if tally.deepest > limits.document_depth:
        what = "levels of nesting in the document"
        raise beyond("DOCUMENT_TOO_DEEP", what, limits.document_depth)


def beyond(code: str, what: str, most: int) -> Refusal:
    """Make the refusal of a document that is beyond one of its limits."""
    return _beyond(code, what, most, in_document=True)


def _beyond(code: str, what: str, most: int, *, in_document: bool = False) -> Refusal:
    message = f"At most {most} {what} are allowed."
    return Refusal(message, code=code, in_document=in_document, details={"limit": most})


def _deepest(brackets: bytes, openers: bytes) -> int:
    """Tell how deep a run of brackets nests, whether or not they match."""
    depth = deepest = 0
    for bracket in brackets:
        if bracket in openers:
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth = max(0, depth - 1)
    return deepest
