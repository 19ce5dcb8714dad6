"""Sends an answer's parts as they come, in the form that the caller takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

import structlog
from graphql import GraphQLError
from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult
from structlog.contextvars import bound_contextvars

from gateway import deadline
from gateway.deadline import Deadline
from gateway.edge import answers
from gateway.edge.answers import Answer, Style
from gateway.edge.body import HungUp
from gateway.edge.exchange import header, principal_of
from gateway.edge.execution import Expired
from gateway.edge.incremental import current, dated, forms
from gateway.edge.incremental.current import WriteErrors
from gateway.edge.incremental.forms import Form
from gateway.edge.incremental.multipart import Multipart
from gateway.edge.incremental.parts import Done, Following, Opening, Part, Place
from gateway.edge.operations import Judged, Operations
from gateway.edge.refusals import Refusal
from gateway.edge.windows import Windows
from gateway.errors import UpstreamTimeout


class Wire(Protocol):
    """Carries parts to the caller."""

    begun: bool
    """Whether anything has been written."""
    ended: bool
    """Whether the last part has been written, or is being written."""

    async def write(self, body: bytes, *, is_last: bool) -> None:
        """Write a part, which is JSON."""
        ...


class _Writer(Protocol):
    """Writes parts in one form."""

    def opening(self, part: Opening, errors: WriteErrors) -> dict[str, Any]: ...

    def following(self, part: Following, errors: WriteErrors) -> dict[str, Any]: ...


_WRITERS: Final[Mapping[Form, _Writer]] = {
    Form.CURRENT: current,
    Form.V0_2: current,
    Form.DATED: dated,
}

log = structlog.get_logger(source="gateway.edge.incremental")


class Deliveries:
    """Answers in parts whoever defers something, and takes parts."""

    def __init__(self, operations: Operations, windows: Windows) -> None:
        self._operations = operations
        self._windows = windows

    def of(self, judged: Judged, scope: Scope, end: Deadline, style: Style) -> "Delivery | None":
        """Prepare to answer in parts; None where Accept names no form of them."""
        form = forms.wanted(header(scope, b"accept") or "")
        if form is None:
            return None
        return self.in_form(form, judged, scope, end, style)

    def in_form(
        self, form: Form, judged: Judged, scope: Scope, end: Deadline, style: Style
    ) -> "Delivery":
        """Prepare to answer in parts of this form."""
        return Delivery(self._operations, self._windows, judged, scope, end, style, form)


@dataclass(slots=True)
class Delivery:
    """One answer in parts, or in one where everything came at once."""

    operations: Operations
    windows: Windows
    judged: Judged
    scope: Scope
    end: Deadline
    style: Style
    form: Form
    open: dict[str, Place] = field(default_factory=dict)
    """What the caller still waits for, by its id."""
    whole: ExecutionResult | None = None
    """What came, where it came at once."""

    async def run(self, receive: Receive, send: Send) -> None:
        """Execute the operation, and send what comes of it.

        Raises:
            Refusal: The caller has no calls to Wix left for it; nothing was sent.
        """
        answer = await self.deliver(receive, Multipart(send, self.form.value))
        if answer is not None:
            await answer.send(send)

    async def deliver(self, receive: Receive, wire: Wire) -> Answer | None:
        """Write the parts; give the answer where it has none, or did not come to the first.

        Raises:
            Refusal: The caller has no calls to Wix left for it; nothing was written.
        """
        site = principal_of(self.scope).site_id
        with deadline.within(self.end), bound_contextvars(site=site):
            return await self._deliver(receive, wire)

    async def _deliver(self, receive: Receive, wire: Wire) -> Answer | None:
        try:
            async with self.windows.reserved(self.scope, self.judged.estimated):
                tell = partial(self._tell, wire)
                await self.operations.tell(self.judged, self.scope, receive, self.end, tell)
        except HungUp:
            return None
        except Refusal:
            raise
        except Expired:
            if not wire.begun:
                return answers.expired(self.style, self._spent(), goes_on=False)
            await self._cut_off(wire, UpstreamTimeout("The request's time is up."))
        except Exception as fault:
            if not wire.begun:
                log.exception("an answer failed before its first part")
                return answers.broken(self.style)
            await self._cut_off(wire, fault)
        return None if self.whole is None else answers.executed(self.whole, self.style)

    async def _tell(self, wire: Wire, part: ExecutionResult | Part) -> None:
        if isinstance(part, ExecutionResult):
            self.whole = part
            return
        self.open |= {place.id: place for place in part.announced}
        if isinstance(part, Opening):
            body = _WRITERS[self.form].opening(part, self._errors)
            await wire.write(answers.encode(self._with_spent(body)), is_last=False)
            return
        await self._follow(wire, part)
        for done in part.done:  # not before: a part that nobody reads may be cut off itself
            del self.open[done.place.id]

    async def _follow(self, wire: Wire, part: Following) -> None:
        body = _WRITERS[self.form].following(part, self._errors)
        if part.is_last:
            body = self._with_spent(body)
        await wire.write(answers.encode(body), is_last=part.is_last)

    async def _cut_off(self, wire: Wire, cause: Exception) -> None:
        """Say of everything that was still to come why it does not."""
        if wire.ended:
            return
        error = GraphQLError(str(cause), original_error=cause)
        done = [Done(place, [error]) for place in self.open.values()]
        await self._follow(wire, Following(done=done, is_last=True))

    def _errors(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        return answers.written(errors, self.style.request_id)

    def _with_spent(self, body: dict[str, Any]) -> dict[str, Any]:
        spent = self._spent()
        return body | {"extensions": spent} if spent else body

    def _spent(self) -> dict[str, Any]:
        return self.operations.spent(self.scope)
