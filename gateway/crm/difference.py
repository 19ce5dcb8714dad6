"""What one change made of one thing, as far as that is known for certain."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.model.contacts import Contact
from gateway.model.labels import Label

T = TypeVar("T", Contact, Label)


@dataclass(frozen=True, slots=True)
class OwnWrite:
    """One of our own writes, under way."""

    began: int
    """The number of the moment before it was sent: what was kept until then is without it."""


@dataclass(frozen=True, slots=True)
class Difference(Generic[T]):
    """One thing before and after a change."""

    before: T | None
    """None where it did not exist."""
    after: T | None
    """None where it is gone."""

    @property
    def id(self) -> str:
        """The identity of what was changed."""
        thing = self.after or self.before
        return thing.id if thing is not None else ""


def step(before: Contact | None, after: Contact) -> Difference[Contact] | None:
    """Tell the difference that a single change made; None when there may have been more than one.

    Every change raises the revision by one (contract 3.1), so that a version is known to be the
    last before another.
    """
    if before is not None and 0 <= after.revision - before.revision <= 1:
        return Difference(before, after)
    return None


def succeeds(after: Label, before: Label) -> bool:
    """Tell whether a label is a later version than another: changes may be told in any order."""
    if after.updated_at is None or before.updated_at is None:
        return False
    return after == before or after.updated_at > before.updated_at
