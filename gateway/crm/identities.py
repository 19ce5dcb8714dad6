"""Identities that belong to nobody, told without an upstream call."""

from gateway.errors import ContactNotFound, FieldNotFound, LabelNotFound, Path, Violation
from gateway.model.ids import is_guid, is_key


def contact_guid(text: str, *, path: Path = ()) -> str:
    """Read a contact's id, in small letters; `path` is where it stands.

    Raises:
        ContactNotFound: It is no GUID, and so nobody's.
    """
    if not is_guid(text):
        message = "no contact has this id"
        raise ContactNotFound(message, violations=[Violation(path, message)] if path else ())
    return text.lower()


def label_key(text: str) -> str:
    """Read a label's key.

    Raises:
        LabelNotFound: It has not the form of a key, and so is nobody's.
    """
    if not is_key(text):
        raise LabelNotFound("no label has this key")
    return text


def field_key(text: str) -> str:
    """Read an extended field's key.

    Raises:
        FieldNotFound: It has not the form of a key, and so is nobody's.
    """
    if not is_key(text):
        raise FieldNotFound("no extended field has this key")
    return text
