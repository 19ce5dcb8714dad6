"""Errors about values say what is wrong with them, and do not repeat them: they may be personal.

graphql-core's messages end in the value, after ``found:``, or hold it in what a scalar said of it.
Names of fields, arguments, types and variables stay, and so do the places in the document.
"""

import re
from typing import Final

_VALUE: Final = re.compile(r"[.,;] [Ff]ound: .*", re.DOTALL)
_SAID: Final = re.compile(r"(cannot represent [^:]*): .*", re.DOTALL)
_WORD: Final = re.compile(r"Value .* does not exist in ('\w+' enum)", re.DOTALL)
_TOKEN: Final = re.compile(r"(found \w+) '.*", re.DOTALL)


def without_values(message: str) -> str:
    """Take the caller's values out of a message of graphql-core."""
    if message.startswith("Syntax Error: "):
        return _TOKEN.sub(r"\1.", message)
    curt = _SAID.sub(r"\1", _VALUE.sub("", message))
    curt = _WORD.sub(r"There is no such value in \1", curt)
    return curt if curt.endswith((".", "?")) or curt == message else f"{curt}."
