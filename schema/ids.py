"""What an identity is: Wix's own, GUIDs for contacts and keys for labels and fields.

A GUID never holds a dot and a key always does, so ``node(id:)`` can tell them apart, other graphs
can refer to a contact or a label by the id they already hold, and a person can paste one from
Wix's dashboard. What is neither belongs to nobody, which is known without an upstream call.
"""

from gateway.model.ids import is_guid, is_key

__all__ = ["is_guid", "is_key"]
