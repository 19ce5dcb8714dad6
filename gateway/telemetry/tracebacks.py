"""Tells the cause of a fault by its kind and its place, and keeps its words to itself.

The words of an exception are often values: the text that could not be read, the key that was
missing, a line of somebody's address. Only what the operating system says of itself is told.
"""

import os
from collections.abc import Iterator
from traceback import format_tb
from typing import Final

from structlog.typing import ExcInfo

_MOST: Final = 10
"""Exceptions that led to one another."""


def told(exc_info: ExcInfo) -> str:
    """Write the traceback of an exception, and of what led to it, without their messages."""
    return "\n".join(_lines(exc_info[1], _MOST))


def _lines(exception: BaseException, left: int) -> Iterator[str]:
    """Write what came first first, as Python does."""
    cause, context = exception.__cause__, exception.__context__
    earlier = context if cause is None and not exception.__suppress_context__ else cause
    if earlier is not None and left > 1:
        yield from _lines(earlier, left - 1)
        yield "which led to" if cause is None else "which was the cause of"
    yield "Traceback (most recent call last):"
    yield "".join(format_tb(exception.__traceback__)).rstrip("\n")
    yield _name(exception)
    if isinstance(exception, BaseExceptionGroup):
        for part in exception.exceptions[:_MOST] if left > 1 else ():
            yield from _lines(part, left - 1)


def _name(exception: BaseException) -> str:
    kind = type(exception)
    name = kind.__qualname__ if kind.__module__ == "builtins" else _whole_name(kind)
    if isinstance(exception, OSError) and isinstance(exception.errno, int):
        return f"{name}: {os.strerror(exception.errno)}"
    return name


def _whole_name(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
