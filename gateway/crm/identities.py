"""Identities that belong to nobody, told without an upstream call."""

from gateway.errors import ContactNotFound, FieldNotFound, LabelNotFound
from gateway.model.ids import is_guid, is_key


def contact_guid(text: str) -> str:
    """Read a contact's id, in small letters.

    Raises:
        ContactNotFound: It is no GUID, and so nobody's.
    """
    if not is_guid(text):
        raise ContactNotFound("no contact has this id")
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
