"""Causes are told by kind and place."""

import errno
from collections.abc import Callable

import pytest

from gateway.telemetry.tracebacks import told

WORDS = "ada@canary.example"


class Refused(Exception):
    """An exception of somebody's own."""


def plain() -> None:
    raise ValueError(WORDS)


def caused() -> None:
    try:
        plain()
    except ValueError as error:
        raise Refused(WORDS) from error


def during() -> None:
    try:
        plain()
    except ValueError:
        raise KeyError(WORDS)  # noqa: B904 - left to Python to connect


def hidden() -> None:
    try:
        plain()
    except ValueError:
        raise Refused(WORDS) from None


def several() -> None:
    raise ExceptionGroup(WORDS, [ValueError(WORDS), Refused(WORDS)])


def by_the_system() -> None:
    raise FileNotFoundError(errno.ENOENT, WORDS, WORDS)


def text_of(fault: Callable[[], None]) -> str:
    try:
        fault()
    except Exception as error:  # noqa: BLE001 - any of the above
        return told((type(error), error, error.__traceback__))
    raise AssertionError


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (plain, ["ValueError"]),
        (caused, ["ValueError", "which was the cause of", f"{__name__}.Refused"]),
        (during, ["ValueError", "which led to", "KeyError"]),
        (hidden, [f"{__name__}.Refused"]),
        (several, ["ExceptionGroup", "ValueError", f"{__name__}.Refused"]),
        (by_the_system, ["FileNotFoundError: No such file or directory"]),
    ],
)
def test_kinds_and_what_led_to_them_are_told(fault: Callable[[], None], kinds: list[str]) -> None:
    lines = [line for line in text_of(fault).splitlines() if line and not line.startswith(" ")]
    assert [line for line in lines if not line.startswith("Traceback")] == kinds


@pytest.mark.parametrize("fault", [plain, caused, during, hidden, several, by_the_system])
def test_no_words_are_told(fault: Callable[[], None]) -> None:
    assert WORDS not in text_of(fault)


def test_the_place_is_told() -> None:
    assert ", in plain\n    raise ValueError(WORDS)\n" in text_of(plain)


def test_a_long_chain_is_cut() -> None:
    error: Exception = ValueError(WORDS)
    for _ in range(50):
        later = Refused(WORDS)
        later.__cause__ = error
        error = later
    assert told((type(error), error, None)).count("Traceback") == 10
