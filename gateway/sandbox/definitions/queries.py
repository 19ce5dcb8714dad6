"""Lists and queries of labels and extended fields, which work alike (contract 2.3, 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.definitions.rows import DefinitionKind
from gateway.sandbox.language.filters import Condition, Filter, Junction, read_filter
from gateway.sandbox.language.ordering import Order, read_sort, sort_shape
from gateway.sandbox.language.paging import Page, fetch_page, paging_shape, read_slice
from gateway.sandbox.language.sql import Fragment, order_by, where
from gateway.sandbox.language.vocabulary import EQUALITY, ORDERING, Dialect, Field, Kind
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import check, language, one_of, record, text
from gateway.sandbox.work import Work

_MOMENTS = EQUALITY | ORDERING
_NAMES = EQUALITY | {"$in", "$startsWith"}
_NAME = Field(Kind.TEXT, _NAMES, "display_name", "display_name_folded", sortable=True)
_CASED_NAME = Field(Kind.TEXT, _NAMES, "display_name", "display_name")
_CREATED = Field(Kind.MOMENT, _MOMENTS, "created_date", sortable=True)
_NAMESPACE = Field(Kind.TEXT, EQUALITY, "namespace")

SHARED_FIELDS: Mapping[str, Field] = {
    "key": Field(Kind.TEXT, EQUALITY | {"$in"}, "key"),
    "displayName": _NAME,
    "createdDate": _CREATED,
    "updatedDate": Field(Kind.MOMENT, _MOMENTS, "updated_date", sortable=True),
    "namespace": _NAMESPACE,
}
"""What may be asked of labels and of extended fields alike."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """How one kind of definition is listed and queried."""

    kind: DefinitionKind
    types: tuple[str, ...]
    """The values of ``labelType`` or ``fieldType``."""
    fields: Mapping[str, Field]
    name_size: int
    sorts: int
    """How many sort entries a query may have."""
    page: int
    """``paging.limit`` where none is given."""

    @property
    def dialect(self) -> Dialect:
        """What may be asked, and the codes for asking anything else."""
        return Dialect(self.fields.get)

    def listed(self, work: Work, request: Request, *, page_max: int) -> Page:
        """Answer a list call.

        Raises:
            Refusal: 400, a parameter being wrong.
        """
        asked: dict[str, Any] = {
            **request.group(self._type, "namespace", "startsWith", "language"),
            "sort": request.nested("sort"),
            "paging": request.nested("paging"),
        }
        shape = {
            self._type: one_of(self.types),
            "namespace": text(least=3, most=25),
            "startsWith": text(least=1, most=self.name_size),
            "language": language,
            "sort": sort_shape(most=1, name_size=100),
            "paging": paging_shape(most=page_max),
        }
        check(record(shape), asked)
        return self._page(work, self._wanted(asked), asked)

    def queried(self, work: Work, request: Request, *, page_max: int) -> Page:
        """Answer a query call.

        Raises:
            Refusal: 400, the query being wrong or asking what cannot be asked.
        """
        query = request.object("query")
        paging = paging_shape(most=page_max)
        shape = record({"sort": sort_shape(most=self.sorts), "paging": paging})
        check(record({"query": shape, "language": language}), request.body)
        return self._page(work, read_filter(query.get("filter"), self.dialect), query)

    @property
    def _type(self) -> str:
        return f"{self.kind}Type"

    def _wanted(self, asked: Mapping[str, Any]) -> Filter:
        parts = [
            Condition(field, "$eq", asked[name])
            for name, field in ((self._type, self.fields[self._type]), ("namespace", _NAMESPACE))
            if name in asked
        ]
        if "startsWith" in asked:
            # The parameter minds case, unlike the operator (section 9, row 8).
            parts.append(Condition(_CASED_NAME, "$startsWith", asked["startsWith"]))
        return Junction("AND", tuple(parts))

    def _page(self, work: Work, wanted: Filter, asked: Mapping[str, Any]) -> Page:
        orders = read_sort(asked.get("sort"), self.dialect) or [Order(_CREATED, descending=True)]
        condition = where(wanted)
        selected = Fragment(
            f"SELECT * FROM definitions WHERE kind = ? AND {condition.text}",  # noqa: S608 - values are bound
            (self.kind, *condition.values),
        )
        part = read_slice(asked.get("paging"), default=self.page)
        ceiling = work.behaviour.count_ceiling
        return fetch_page(work.db, selected, order_by(orders, "position"), part, ceiling)
