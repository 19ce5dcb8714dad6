"""Says which label keys are nobody's, where Wix only says that some are (contract 9, row 16)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from gateway.crm.labels import LabelService
from gateway.errors import LabelNotFound, Path, UpstreamFault, Violation
from gateway.model.changes import ContactInfo
from gateway.model.ids import is_key

KeyLists = Mapping[Path, Sequence[str]]
"""Lists of label keys, each under its place in the model."""

MESSAGE = "no label has this key"


def label_lists(info: ContactInfo) -> KeyLists:
    """Find the label keys in a contact's properties."""
    keys = info.label_keys
    return {("label_keys",): keys} if isinstance(keys, tuple) else {}


@asynccontextmanager
async def naming_unknown_labels(labels: LabelService, lists: KeyLists) -> AsyncIterator[None]:
    """Guard a call that sends `lists`; one upstream call more, and only after a refusal.

    Raises:
        LabelNotFound: With the place of every key that is nobody's. A key that has not the form
            of one is refused before the block runs.
    """
    if any(not is_key(key) for keys in lists.values() for key in keys):
        raise _unknown(lists, {key for keys in lists.values() for key in keys if is_key(key)})
    try:
        yield
    except LabelNotFound as fault:
        raise await _placed(fault, labels, lists) from fault


async def _placed(fault: LabelNotFound, labels: LabelService, lists: KeyLists) -> LabelNotFound:
    """Name the unknown keys; the refusal as it is where they cannot be told."""
    asked = list(dict.fromkeys(key for keys in lists.values() for key in keys))
    if len(asked) == 1:
        return _unknown(lists, known=set())
    try:
        found = await labels.by_keys(asked)
    except UpstreamFault:
        return fault
    placed = _unknown(lists, known={label.key for label in found if label is not None})
    return placed if placed.violations else fault


def _unknown(lists: KeyLists, known: set[str]) -> LabelNotFound:
    violations = [
        Violation((*path, str(index)), MESSAGE)
        for path, keys in lists.items()
        for index, key in enumerate(keys)
        if key not in known
    ]
    return LabelNotFound(MESSAGE, violations=violations)
