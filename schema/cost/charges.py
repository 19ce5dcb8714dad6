"""What a field costs in upstream calls; the schema's `@cost` and `@listSize` say the same."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

from strawberry.federation.schema_directives import Cost, ListSize
from strawberry.types.unset import UNSET

CHARGE: Final = "charge"
"""Under this name a field's charge stands in the metadata of its Strawberry definition."""

LABELS_PER_CONTACT: Final = 2000
"""The most labels that a contact carries (contract 6.4)."""

FACETS_PER_SITE: Final = 2000
"""The most facets that a site is taken to have, labels for the most part: two calls' worth.

How many labels a site may have is not published (contract 6.4).
"""

Arguments = Mapping[str, Any]
"""A field's arguments as the caller wrote them, in the words of JSON; what is absent is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Something that is loaded in batches, for all the fields of an operation that wait for it."""

    name: str
    pages: int
    """Calls that a batch takes at the most, where it is no matter of keys."""
    once: bool = False
    """Whether an operation loads it but once, whoever waits for it."""
    page: int | None = None
    """Keys that one call takes; None where everything is read at once."""
    alone: int = 0
    """Keys of a batch that may have to be asked for one by one."""

    def calls(self, keys: int) -> int:
        """Tell how many calls a batch of so many keys takes at the most."""
        if not keys or self.page is None:
            return self.pages if keys else 0
        alone = min(keys, self.alone)
        return alone + ceil((keys - alone) / self.page)


CONTACTS: Final = Source("contacts", pages=1, page=1000, alone=10)
"""One query; those that Wix's index may not know yet are asked for alone, and 10 at the most."""
LABELS: Final = Source("labels", pages=1)
"""The site's labels, 2,000 to a call."""
FIELDS: Final = Source("fields", pages=2)
"""The site's fields, 100 to a call: at most 100 custom ones, and those of Wix's own."""
FACETS: Final = Source("facets", pages=2, once=True)
"""All facets, 1,000 to a call."""

Keys = frozenset[str]


@dataclass(frozen=True, slots=True)
class Bill:
    """What one field costs with one set of arguments."""

    calls: int = 0
    """Calls of its own, for each object that it is a field of."""
    refused: int = 0
    """Calls on top of these when a write is refused, to say why."""
    loads: tuple[tuple[Source, Keys | None], ...] = ()
    """What it waits for, and by which keys; None where they are known only later."""
    followed: Keys = frozenset()
    """Contacts that are asked for one by one when the batch misses them."""
    objects: Mapping[str, int] = field(default_factory=dict)
    """How many objects it gives at most, by type; 1 of any type that is not named."""
    rows: int = 1
    """How many entries each list in its object has, where it is a connection."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A field's price."""

    bill: Callable[[Arguments], Bill]
    reads: tuple[str, ...] = ()
    """The arguments that matter."""
    directives: tuple[object, ...] = field(default=())
    """What the schema says of it."""


def call(*, at_most: int | None = None) -> Charge:
    """Charge one upstream call each time the field is resolved; its list has at most so many."""
    bill = Bill(calls=1)
    return Charge(lambda _: bill, directives=(_weight(1), *_listed(at_most)))


def page(*, first: int, most: int) -> Charge:
    """Charge one upstream call for a connection, whose pages have `first` rows by default."""

    def bill(arguments: Arguments) -> Bill:
        rows = arguments.get("first", first)
        usable = isinstance(rows, int | float) and 0 <= rows <= most
        return Bill(calls=1, rows=int(rows) if usable else most)

    # Where the argument has a default, Cosmo's composer takes no assumed size beside it.
    size = ListSize(
        assumed_size=UNSET,
        slicing_arguments=["first"],
        sized_fields=["nodes", "edges"],
        require_one_slicing_argument=False,
    )
    return Charge(bill, ("first",), (_weight(1), size))


def joined(
    source: Source, kind: str = "", *, at_most: int | None = None, weight: int = 0
) -> Charge:
    """Charge a share in a batch; the field gives at most so many objects of type `kind`.

    It weighs nothing unless it is a root field: however often it is resolved, the operation pays
    for the batch but once.
    """
    objects = {kind: at_most} if at_most is not None else {}
    bill = Bill(loads=((source, None),), objects=objects)
    return Charge(lambda _: bill, directives=(_weight(weight), *_listed(at_most)))


def keyed(
    bill: Callable[[Arguments], Bill], *reads: str, weight: int = 1, at_most: int | None = None
) -> Charge:
    """Charge what the arguments ask for."""
    return Charge(bill, reads, (_weight(weight), *_listed(at_most)))


def texts(value: Any) -> list[str]:
    """Read a list of texts as GraphQL coerces one: a single value is a list of one."""
    values = value if isinstance(value, Iterable) and not isinstance(value, str | dict) else [value]
    return [each for each in values if isinstance(each, str)]


def _weight(calls: int) -> object:
    return Cost(weight=calls)


def _listed(at_most: int | None) -> tuple[object, ...]:
    if at_most is None:
        return ()
    return (
        ListSize(
            assumed_size=at_most,
            slicing_arguments=UNSET,
            sized_fields=UNSET,
            require_one_slicing_argument=False,
        ),
    )
