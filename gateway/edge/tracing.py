"""Tells what an operation asked of Wix and what memory spared it, to whoever may know and asks."""

import time
from collections.abc import Callable
from typing import Any, Final

from starlette.types import Scope

from gateway import ledger
from gateway.edge.exchange import header
from gateway.ledger import Ledger, Remembered, UpstreamCall

HEADER: Final = "X-CRM-Trace"
"""Asks for a trace by the value ``1``."""

_HEADER: Final = HEADER.lower().encode()


class Tracing:
    """Traces the operations that ask for it; the others cost one look at their headers."""

    def __init__(
        self, shown_to: Callable[[Scope], bool], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Show traces to callers of whom `shown_to` says so; `clock` is that of the calls."""
        self._shown_to = shown_to
        self._clock = clock

    def begin(self, scope: Scope) -> None:
        """Begin to trace the current request, if it asks for it and its caller may see it."""
        book = ledger.current()
        if book is None or header(scope, _HEADER) != "1" or not self._shown_to(scope):
            return
        if book.remembered is None:
            book.remembered, book.traced_since = {}, self._clock()

    def report(self) -> dict[str, Any]:
        """Write the answer's ``extensions.trace``; nothing for a request that is not traced."""
        book = ledger.current()
        if book is None or book.remembered is None:
            return {}
        since = book.traced_since
        calls = sorted(_calls(book).values(), key=lambda each: each[0].sent_at)
        return {
            "trace": {
                "milliseconds": _milliseconds(self._clock() - since),
                "calls": [_call(call, others, since) for call, others in calls],
                "memory": [_memory(kind, known) for kind, known in book.remembered.items()],
            }
        }


def _call(call: UpstreamCall, others: int, since: float) -> dict[str, Any]:
    """Write one call; it began when it came to the gate, before this operation perhaps."""
    return {
        "operation": call.operation,
        "method": call.method,
        "path": call.path,
        "status": call.status,
        "attempt": call.attempt,
        "beganAt": _milliseconds(call.sent_at - call.waited - since),
        "queued": _milliseconds(call.waited),
        "milliseconds": _milliseconds(call.seconds),
        "sharedWith": others,
    }


def _calls(book: Ledger) -> dict[int, tuple[UpstreamCall, int]]:
    """Find all calls that were made for an operation, and how many others waited for them."""
    found = {id(call): (call, 0) for call in book.calls}
    for load, mine in book.loads.values():
        for identity, (call, others) in _calls(load).items():
            if call.is_for(mine.keys):
                sharing = sum(call.is_for(share.keys) for share in load.shares)
                found[identity] = (call, others + sharing - 1)
    return found


def _memory(kind: str, known: Remembered) -> dict[str, Any]:
    return {
        "kind": kind,
        "answers": known.answers,
        "stale": known.stale,
        "oldestSeconds": round(known.oldest, 3),
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1_000, 2)
