"""Opaque cursors, bound to the list they were made for.

A cursor holds a version, a digest of the question (what is listed, filter and order) and a
position. So a cursor used with another filter is told apart from a good one, and the day Wix
pages by cursors of its own, ours can carry them under another version.
"""

import base64
import binascii
import hashlib
import struct

from gateway.errors import BadCursor, Violation
from gateway.model.queries import Filter, Order

_LAYOUT = struct.Struct(">B8sI")
_VERSION = 1


def digest(listed: str, chosen: Filter | None, order: Order | None) -> bytes:
    """Condense a question to eight bytes; equal questions have equal digests."""
    question = repr((listed, chosen, order)).encode()
    return hashlib.blake2b(question, digest_size=8).digest()


def encode(question: bytes, position: int) -> str:
    """Make the cursor of the row after which `position` rows of the list have passed."""
    packed = _LAYOUT.pack(_VERSION, question, position)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(cursor: str, question: bytes) -> int:
    """Read back how many rows have passed.

    Raises:
        BadCursor: The cursor is garbled or belongs to another list.
    """
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        version, made_for, position = _LAYOUT.unpack(packed)
    except (ValueError, binascii.Error, struct.error):
        raise _bad("is no cursor of this API") from None
    if version != _VERSION or made_for != question:
        raise _bad("was made for another list, filter or order")
    return int(position)


def _bad(reason: str) -> BadCursor:
    return BadCursor(f"after {reason}", violations=[Violation(("after",), reason)])
