"""Faults as JSON, the way ``/_sandbox/faults`` takes and shows them."""

from collections.abc import Mapping
from typing import Any

from gateway.sandbox.control.form import BadForm, Form
from gateway.sandbox.traffic.faults import Fault, Kind, StandingFault, When
from gateway.sandbox.traffic.paths import ROUTES, same_route

_LONGEST = 3_600.0
_MOST = 1_000_000
_EVERY_CALL = {"kind", "route", "count", "probability"}
_PROPERTIES: Mapping[Kind, set[str]] = {
    Kind.STATUS: _EVERY_CALL | {"when", "status", "retryAfter", "json"},
    Kind.LATENCY: _EVERY_CALL | {"when", "seconds"},
    Kind.DROP: _EVERY_CALL | {"when"},
    Kind.HALF_BODY: _EVERY_CALL | {"when"},
    Kind.INDEX_LAG: {"kind", "seconds"},
}


def read_fault(document: Mapping[str, Any]) -> Fault:
    """Read one order.

    Raises:
        BadForm: The order makes no sense, or would never strike.

    """
    any_property = set().union(*_PROPERTIES.values())
    kind = Kind(Form(document, any_property).choice("kind", tuple(Kind)))
    form = Form(document, _PROPERTIES[kind])
    if "count" in form and "probability" in form:
        raise BadForm("Give count or probability, not both")
    return Fault(
        kind=kind,
        route=_route(form.text("route", "*")),
        when=_when(form, kind),
        status=form.whole("status", 503, 400, 599),
        retry_after=form.whole("retryAfter", 0, 0, _MOST) if "retryAfter" in form else None,
        json=form.flag("json", default=True),
        seconds=form.number("seconds", 1.0, 0.0, _LONGEST),
        count=form.whole("count", 1, 1, _MOST) if "count" in form else None,
        probability=form.number("probability", 1.0, 0.0, 1.0) if "probability" in form else None,
    )


def show_fault(standing: StandingFault) -> dict[str, Any]:
    """Show a fault in force, with only the properties that mean something for its kind."""
    fault = standing.fault
    shown = {
        "route": fault.route,
        "when": fault.when,
        "status": fault.status,
        "retryAfter": fault.retry_after,
        "json": fault.json,
        "seconds": fault.seconds,
        "count": fault.count,
        "probability": fault.probability,
    }
    known = _PROPERTIES[fault.kind]
    meant = {name: value for name, value in shown.items() if name in known and value is not None}
    return {"kind": fault.kind, **meant, "struck": standing.struck}


def _route(pattern: str) -> str:
    if not any(same_route(pattern, route) for route in ROUTES):
        raise BadForm(f"route {pattern!r} names no route; write for example {ROUTES[0]!r} or '*'")
    return pattern


def _when(form: Form, kind: Kind) -> When:
    default = When.AFTER if kind is Kind.HALF_BODY else When.BEFORE
    when = When(form.choice("when", tuple(When), default))
    if kind is Kind.HALF_BODY and when is When.BEFORE:
        raise BadForm("half_body cuts an answer, so it can only strike after the work")
    return when
