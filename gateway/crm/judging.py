"""Judges filters and orders on our own copies of things, as far as Wix's rules are known.

Contract 3.2 and 5: text is compared exactly, e-mail addresses and prefixes regardless of case; a
condition on an absent value does not hold, but its negation does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

from gateway.model.contacts import Contact
from gateway.model.enums import SubscriptionStatus
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label
from gateway.model.queries import And, Condition, Filter, Not, Operator, Or, Order, Query

T = TypeVar("T")

Values = Callable[[T], tuple[Any, ...]]
"""Reads what a field holds on one thing; empty for nothing."""

EXTENDED_FIELD: Final = "extended_field:"
_FOLDED: Final = frozenset({"email", "primary_email"})
_ORDERING: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.GT: lambda held, operand: held > operand,
    Operator.GTE: lambda held, operand: held >= operand,
    Operator.LT: lambda held, operand: held < operand,
    Operator.LTE: lambda held, operand: held <= operand,
}
_MOVED_BY_ANY_LABEL: Final = frozenset({"updated_at", "last_activity_at"})
_NEGATIVE: Final = {Operator.NE: Operator.EQ, Operator.NOT_IN: Operator.IN}


@dataclass(frozen=True, slots=True)
class Judge(Generic[T]):
    """Judges things of one kind."""

    read: Callable[[str], Values[T] | None]
    """How to read a field of the model's filters; None for one we cannot."""
    default_order: Order

    def matches(self, tree: Filter | None, thing: T) -> bool | None:
        """Tell whether a filter holds; None when only Wix can tell."""
        if tree is None:
            return True
        if isinstance(tree, Condition):
            return self._holds(tree, thing)
        if isinstance(tree, Not):
            part = self.matches(tree.part, thing)
            return None if part is None else not part
        verdicts = {self.matches(part, thing) for part in tree.parts}
        decisive = isinstance(tree, Or)
        if decisive in verdicts:
            return decisive
        return None if None in verdicts else not decisive

    def precedes(self, one: T, other: T, order: Order | None) -> bool | None:
        """Tell whether one thing comes before another in a list; None when only Wix can tell.

        What has no value comes last in either direction, and of equals the older comes first.
        """
        chosen = order or self.default_order
        read = self.read(chosen.field)
        if read is None:
            return None
        keys = _sort_key(read(one)), _sort_key(read(other))
        if keys[0] == keys[1]:
            ages = [_sort_key(self._created(thing)) for thing in (one, other)]
            return ages[0] < ages[1]
        if not (keys[0] and keys[1]):
            return bool(keys[0])
        try:
            return bool((keys[0] > keys[1]) if chosen.descending else (keys[0] < keys[1]))
        except TypeError:
            return None

    def _created(self, thing: T) -> tuple[Any, ...]:
        read = self.read("created_at")
        return read(thing) if read else ()

    def _holds(self, condition: Condition, thing: T) -> bool | None:
        read = self.read(condition.field)
        if read is None:
            return None
        positive = _NEGATIVE.get(condition.operator)
        try:
            operator = positive or condition.operator
            held = _holds(condition.field, operator, condition.value, read(thing))
        except TypeError:
            return None
        return held if positive is None else not held


def labels_behind(query: Query) -> frozenset[str] | None:
    """Tell which labels decide about a list's rows and their order; None when any may."""
    conditions = list(_conditions(query.filter))
    fields = {condition.field for condition in conditions}
    if query.order is not None:
        fields.add(query.order.field)
    if not fields.isdisjoint(_MOVED_BY_ANY_LABEL):
        return None
    named = [each.value for each in conditions if each.field == "labels"]
    if not all(isinstance(keys, tuple) for keys in named):
        return None
    return frozenset(key for keys in named for key in keys)


def _conditions(tree: Filter | None) -> Iterator[Condition]:
    match tree:
        case Condition():
            yield tree
        case Not(part):
            yield from _conditions(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _conditions(part)


def _holds(field: str, operator: Operator, operand: Any, held: tuple[Any, ...]) -> bool:
    if field in _FOLDED:
        held, operand = _folded(held), _folded(operand)
    if operator is Operator.EXISTS:
        return bool(held) is operand
    if operator is Operator.EQ:
        return any(_comparable(value) == _comparable(operand) for value in held)
    if operator in {Operator.IN, Operator.HAS_SOME}:
        return not set(held).isdisjoint(operand)
    if operator is Operator.HAS_ALL:
        return set(held).issuperset(operand)
    if operator is Operator.STARTS_WITH:
        return any(value.casefold().startswith(operand.casefold()) for value in held)
    compare = _ORDERING[operator]
    return any(compare(_comparable(value), _comparable(operand)) for value in held)


def _folded(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_folded(entry) for entry in value)
    return value.casefold() if isinstance(value, str) else value


def _comparable(value: Any) -> Any:
    """Write days as text, as extended fields hold them."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return value.isoformat() if is_day else value


def _sort_key(held: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_folded(_comparable(value)) for value in held[:1])


def _one(read: Callable[[T], Any]) -> Values[T]:
    """Read a single value."""

    def values(thing: T) -> tuple[Any, ...]:
        value = read(thing)
        return () if value is None or value == "" else (value,)

    return values


def _each(entries: str, name: str) -> Values[Contact]:
    """Read one property of each entry of a contact's list."""

    def values(contact: Contact) -> tuple[Any, ...]:
        held = (getattr(entry, name) for entry in getattr(contact, entries))
        return tuple(value for value in held if value)

    return values


def _subscription(contact: Contact) -> SubscriptionStatus | None:
    return contact.primary_email.subscription_status if contact.primary_email else None


_CONTACT: Final[Mapping[str, Values[Contact]]] = {
    "id": _one(lambda c: c.id),
    "created_at": _one(lambda c: c.created_at),
    "updated_at": _one(lambda c: c.updated_at),
    "last_activity_at": _one(lambda c: c.last_activity.at if c.last_activity else None),
    "primary_email": _one(lambda c: c.primary_email.email if c.primary_email else None),
    "primary_phone": _one(lambda c: c.primary_phone.phone if c.primary_phone else None),
    "email": _each("emails", "email"),
    "phone": _each("phones", "phone"),
    "e164": _each("phones", "e164"),
    "first_name": _one(lambda c: c.name.first if c.name else None),
    "last_name": _one(lambda c: c.name.last if c.name else None),
    "company": _one(lambda c: c.company),
    "job_title": _one(lambda c: c.job_title),
    "birthdate": _one(lambda c: c.birthdate),
    "locale": _one(lambda c: c.locale),
    "city": _each("addresses", "city"),
    "subdivision": _each("addresses", "subdivision"),
    "country": _each("addresses", "country"),
    "labels": lambda c: c.label_keys,
    "email_subscription": _one(_subscription),
}

_DEFINITION: Final[Mapping[str, Values[Any]]] = {
    name: _one(attrgetter(name))
    for name in ("key", "display_name", "namespace", "type", "created_at", "updated_at")
}


def _contact_field(name: str) -> Values[Contact] | None:
    key = name.removeprefix(EXTENDED_FIELD)
    if key == name:
        return _CONTACT.get(name)
    return lambda c: tuple(entry.value for entry in c.extended_fields if entry.key == key)


CONTACTS: Final[Judge[Contact]] = Judge(_contact_field, Order("created_at"))
LABELS: Final[Judge[Label]] = Judge(_DEFINITION.get, Order("created_at", descending=True))
FIELDS: Final[Judge[ExtendedField]] = Judge(
    {**_DEFINITION, "data_type": _one(lambda thing: thing.data_type)}.get,
    Order("created_at", descending=True),
)
