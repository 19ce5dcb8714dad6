"""Adds up what the places of an operation cost at the most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import OperationType, Undefined, ValueNode, VariableNode, value_from_ast_untyped

from schema.cost.charges import Bill, Keys, Source
from schema.cost.plans import Condition, Place

LONGEST: Final = 100
"""Entries of a list whose field does not say otherwise."""

_REFUSALS: Final = "userErrors"
_NOTHING: Final = Bill()
_ALWAYS: Final = ((),)

Moments = Mapping[object, int]
"""When the objects of a place are there to be asked for more: each moment, and how often it comes.

Loads that are asked for in the same moment make one batch.
"""

_START: Final[Moments] = {"start": 1}


def estimate(kind: OperationType, places: Iterable[Place], variables: Mapping[str, Any]) -> int:
    """Tell how many upstream calls an operation makes at the most, each of them once.

    What comes on top cannot be foreseen: repeats after a fault of Wix, and what it then takes to
    find out how a write ended.
    """
    wanted = [place for place in places if _holds(place, variables)]
    if kind is not OperationType.MUTATION:
        return _Account(variables).total(wanted)
    # One after another, each with what it has to load anew: a write clears the loaders.
    return sum(_write(place, variables) for place in wanted)


def _write(place: Place, variables: Mapping[str, Any]) -> int:
    """Charge a write and what is read after it: of what it did, or of why it was refused."""
    bill = _bill(place, variables)
    done = [below for below in place.below if below.name != _REFUSALS]
    refused = [below for below in place.below if below.name == _REFUSALS]
    after = max(_Account(variables).total(places) for places in (done, refused))
    return bill.calls + max(after, bill.refused)


@dataclass(slots=True)
class _Batches:
    """The batches in which one source is asked."""

    keys: set[str] = field(default_factory=set)
    """Those that are known beforehand: all of them are asked for at the start."""
    moments: dict[object, int] = field(default_factory=dict)
    askers: int = 0
    """How many objects ask later."""

    def calls(self, source: Source) -> int:
        later = min(self.askers, sum(self.moments.values()))
        if source.once:
            return source.pages if later else 0
        return source.calls(len(self.keys)) + later * source.pages


class _Account:
    """The calls of fields that are executed side by side."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables
        self._calls = 0
        self._batches: dict[Source, _Batches] = {}
        self._followed: set[str] = set()

    def total(self, places: Iterable[Place]) -> int:
        """Add up the places and everything below them."""
        for place in places:
            self._add(place, 1, _START)
        batched = sum(batches.calls(source) for source, batches in self._batches.items())
        return self._calls + batched + len(self._followed)

    def _add(self, place: Place, parents: int, moments: Moments, rows: int = LONGEST) -> None:
        if not _holds(place, self._variables):
            return
        bill = _bill(place, self._variables)
        self._calls += parents * bill.calls
        self._followed |= bill.followed
        for source, keys in bill.loads:
            self._load(source, keys, parents, moments)
        below = _moments_after(place, bill, parents, moments)
        many = 1 if not place.listed or place.charge else rows
        for child in place.below:
            objects = parents * bill.objects.get(child.on, many)
            if objects:
                self._add(child, objects, below, bill.rows if place.charge else LONGEST)

    def _load(self, source: Source, keys: Keys | None, parents: int, moments: Moments) -> None:
        batches = self._batches.setdefault(source, _Batches())
        if keys is not None:
            batches.keys |= keys
        else:
            batches.moments.update(moments)
            batches.askers += parents


def _moments_after(place: Place, bill: Bill, parents: int, moments: Moments) -> Moments:
    """Tell when what a place gives is there.

    A batch gives to all who wait for it in one moment. That an object which is remembered is there
    before the batch is of no matter: contacts and facets are loaded by one batch, and below labels
    and fields nothing is loaded in batches but facets, once.
    """
    if bill.calls:
        return {place: parents}
    after: dict[object, int] = {source: 1 for source, _ in bill.loads}
    if bill.followed:
        after["followed"] = 1
    return after or moments


def _bill(place: Place, variables: Mapping[str, Any]) -> Bill:
    if place.charge is None:
        return _NOTHING
    given = {name: _value(node, variables) for name, node in place.arguments.items()}
    given = {name: value for name, value in given.items() if value is not Undefined}
    return place.charge.bill(given)


def _holds(place: Place, variables: Mapping[str, Any]) -> bool:
    return place.conditions == _ALWAYS or any(
        all(_is_met(condition, variables) for condition in alternative)
        for alternative in place.conditions
    )


def _is_met(condition: Condition, variables: Mapping[str, Any]) -> bool:
    wanted, node = condition
    return _value(node, variables) is wanted


def _value(node: ValueNode, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):  # by far the most frequent, and all there is to it
        return variables.get(node.name.value, Undefined)
    return value_from_ast_untyped(node, dict(variables))
