"""What the identities at Wix look like."""

import re

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_guid(text: str) -> bool:
    """Tell whether `text` is a GUID, the form of every contact's, job's and app's id."""
    return _GUID.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Tell whether `text` can be the key of a label or an extended field (contract 2.1 and 4).

    A key is ``<namespace>.<slug>`` of at most 80 characters; a GUID never holds a dot, and so no
    identity is ever both.
    """
    namespace, dot, slug = text.partition(".")
    return bool(dot and namespace and slug) and len(text) <= 80  # noqa: PLR2004 - contract 2.1
