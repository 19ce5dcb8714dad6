"""Keeps the cost of operations in the open: told before, bounded, and reported after."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from graphql import GraphQLSchema

from gateway import ledger
from gateway.edge.documents import Document
from gateway.edge.exchange import Exchange
from gateway.edge.parameters import Parameters
from gateway.edge.refusals import Refusal
from gateway.ledger import Ledger
from gateway.wix.operations import GRANT_TOKEN
from schema.cost.estimator import Estimator, Quote
from schema.cost.plans import TooManyPlaces
from schema.scalars import write_datetime

EXCEEDED = "COST_EXCEEDED"


_KEPT_PLACES = 500
"""Places that the quotes kept with one document hold together, about 0.5 KB each."""


class Budget(Protocol):
    """What is left of a site's upstream calls, e.g. a `gateway.budget.gate.Gate`."""

    @property
    def limit(self) -> int:
        """Calls per window."""
        ...

    def remaining(self) -> int:
        """Tell how many calls are left now."""
        ...

    def resets_in(self) -> float:
        """Tell after how many seconds all calls are free again if none is made until then."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class Pricing:
    """What operations of one schema may cost, and what is said about it.

    `budget_of` tells the budget of the site with an id.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        budget_of: Callable[[str], Budget],
        *,
        ceiling: int,
        reported: bool = True,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._estimator = Estimator(schema)
        self._budget_of = budget_of
        self._ceiling = ceiling
        self._reported = reported
        self._now = now

    def estimate(self, document: Document, name: str | None, asked: Parameters) -> int:
        """Tell how many upstream calls the operation makes at the most, retries aside.

        Its plan is kept with the document.

        Raises:
            Refusal: The document's fragments multiply too far to be looked at.
        """
        quote = document.quotes.get(name)
        if quote is None:
            try:
                quote = self._estimator.quote(document.ast, name)
            except TooManyPlaces:
                message = "The document's fragments multiply into too many selections."
                raise Refusal(message, code=EXCEEDED, in_document=True) from None
            _keep(document, name, quote)
        return quote.calls(asked.variables)

    def admit(self, estimated: int) -> None:
        """Let an operation pass that costs no more than is allowed.

        Raises:
            Refusal: It may cost more; both figures are in the error's extensions.
        """
        if estimated <= self._ceiling:
            return
        raise Refusal(
            f"The operation may take {estimated} calls to Wix; at most {self._ceiling} are "
            "allowed. Ask for smaller pages, or for less in each row.",
            code=EXCEEDED,
            in_document=True,
            details={"estimated": estimated, "ceiling": self._ceiling},
        )

    def report(self, exchange: Exchange) -> dict[str, Any]:
        """Write the answer's ``extensions.cost`` for what the current request has spent so far.

        It is empty where reports are not wanted, and before there is an estimate.
        """
        principal, estimated = exchange.principal, exchange.estimated
        if principal is None or estimated is None or not self._reported:
            return {}
        book = ledger.current() or Ledger()
        budget = self._budget_of(principal.site_id)
        reset_at = self._now() + timedelta(seconds=budget.resets_in())
        return {
            "cost": {
                "estimated": estimated,
                "actual": spent(),
                "cacheHits": book.cache_hits,
                "stale": book.stale,
                "budget": {
                    "limit": budget.limit,
                    "remaining": budget.remaining(),
                    "resetAt": write_datetime(reset_at),
                },
            }
        }


def spent() -> int:
    """Count the calls to Wix that the current request has made so far, but for grants of tokens."""
    book = ledger.current() or Ledger()
    return sum(call.operation != GRANT_TOKEN.name for call in book.calls)


def _keep(document: Document, name: str | None, quote: Quote) -> None:
    """Keep a quote with its document, unless it is larger than the document is taken to be."""
    held = sum(kept.places for kept in document.quotes.values())
    if held + quote.places <= _KEPT_PLACES:
        document.quotes[name] = quote
