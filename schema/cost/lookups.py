"""The charges of what is looked up by id: what cannot be anybody's costs nothing."""

from collections.abc import Iterable
from typing import Any, Final

from schema.cost.charges import CONTACTS, FIELDS, LABELS, Arguments, Bill, Charge, keyed, texts
from schema.ids import is_guid, is_key

_MOST_NODES: Final = 100


def _found(contacts: Iterable[str], labels: Iterable[str], *, followed: bool = False) -> Bill:
    """Charge these ids, of contacts and of labels."""
    guids = [contact.lower() for contact in contacts if is_guid(contact)]
    keys = [label for label in labels if is_key(label)]
    asked = ((CONTACTS, frozenset(guids)), (LABELS, frozenset(keys)))
    return Bill(
        loads=tuple((source, ids) for source, ids in asked if ids),
        followed=frozenset(guids if followed else ()),
        objects={"Contact": len(guids), "Label": len(keys)},
    )


def _contact(arguments: Arguments) -> Bill:
    return _found(texts(arguments.get("id")), (), followed=True)


def _node(arguments: Arguments) -> Bill:
    ids = texts(arguments.get("id"))
    return _found(ids, ids)


def _nodes(arguments: Arguments) -> Bill:
    ids = texts(arguments.get("ids"))
    return _found(ids, ids) if len(ids) <= _MOST_NODES else _found((), ())


def _label(arguments: Arguments) -> Bill:
    return _found((), texts(arguments.get("key")))


def _extended_field(arguments: Arguments) -> Bill:
    keys = frozenset(key for key in texts(arguments.get("key")) if is_key(key))
    return Bill(loads=((FIELDS, keys),) if keys else ())


def _entities(arguments: Arguments) -> Bill:
    given = arguments.get("representations")
    listed = given if isinstance(given, list) else [given]
    return _found(_named(listed, "Contact", "id"), _named(listed, "Label", "key"))


def _named(representations: Iterable[Any], kind: str, key_field: str) -> list[str]:
    return [
        key
        for each in representations
        if isinstance(each, dict) and each.get("__typename") == kind
        for key in texts(each.get(key_field))
    ]


CONTACT: Final[Charge] = keyed(_contact, "id")
NODE: Final[Charge] = keyed(_node, "id")
NODES: Final[Charge] = keyed(_nodes, "ids", at_most=_MOST_NODES)
LABEL: Final[Charge] = keyed(_label, "key")
EXTENDED_FIELD: Final[Charge] = keyed(_extended_field, "key")
ENTITIES: Final[Charge] = keyed(_entities, "representations")
