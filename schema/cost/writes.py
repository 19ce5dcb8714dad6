"""The charges of mutations: the write, and what finding out takes where it is refused."""

from collections.abc import Callable
from typing import Any, Final

from schema.cost.charges import LABELS, Arguments, Bill, Charge, keyed, texts

_MOST_NAMES: Final = 100


def _input(arguments: Arguments, *path: str) -> Any:
    """Read a part of a mutation's input; None where there is none."""
    value: Any = arguments.get("input")
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _naming(keys: list[str]) -> int:
    """Count what it takes to say which of these label keys are nobody's; of one key it is clear."""
    return LABELS.pages if len(set(keys)) > 1 else 0


def _label_contact(arguments: Arguments) -> Bill:
    """Charge names, too: one look-up, and where some are missing the contact and each of them."""
    names = set(texts(_input(arguments, "labelNames")))
    creating = LABELS.pages + 1 + min(len(names), _MOST_NAMES) if names else 0
    keys = texts(_input(arguments, "labelKeys"))
    return Bill(calls=1 + creating, refused=_naming(keys))


def _sending(*paths: tuple[str, ...]) -> Callable[[Arguments], Bill]:
    """Charge a write whose input holds label keys in these places."""

    def bill(arguments: Arguments) -> Bill:
        keys = [key for path in paths for key in texts(_input(arguments, *path))]
        return Bill(calls=1, refused=_naming(keys))

    return bill


LABEL_CONTACT: Final[Charge] = keyed(_label_contact, "input")
UNLABEL_CONTACT: Final[Charge] = keyed(_sending(("labelKeys",)), "input")
CREATE_CONTACT: Final[Charge] = keyed(_sending(("info", "labelKeys")), "input")
CHANGE_CONTACTS: Final[Charge] = keyed(_sending(("changes", "labelKeys")), "input")
"""One contact, or many in the background."""
BULK_LABEL: Final[Charge] = keyed(_sending(("addLabelKeys",), ("removeLabelKeys",)), "input")
