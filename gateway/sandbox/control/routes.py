"""The control routes under ``/_sandbox``: no credentials, never counted, never faulty."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from gateway.sandbox.access.credentials import Place
from gateway.sandbox.answers import Answer, json_answer, text_answer
from gateway.sandbox.control.fault_form import read_fault, show_fault
from gateway.sandbox.control.form import BadForm, Form
from gateway.sandbox.control.overview import overview
from gateway.sandbox.control.settings_form import Switches
from gateway.sandbox.refusals import Refusal
from gateway.sandbox.request import body_of
from gateway.sandbox.traffic.calls import CallLog
from gateway.sandbox.traffic.faults import FaultBoard
from gateway.sandbox.webhooks.events import EVENT_TYPES, Subscription
from gateway.sandbox.webhooks.outbox import Outbox
from gateway.sandbox.webhooks.signing import Signer

PREFIX = "/_sandbox"

LARGEST_BODY = 64 * 1_024
"""Bytes of an order."""
MOST_CONTACTS = 100_000
_LARGEST_SEED = 2**63 - 1

Document = Mapping[str, Any]
Action = Callable[[Document], Answer]


class Controlled(Protocol):
    """What the control routes need of a sandbox."""

    place: Place
    calls: CallLog
    faults: FaultBoard
    outbox: Outbox
    signer: Signer
    switches: Switches

    def reset(self) -> None:
        """Return to the state after start."""

    def reseed(self, seed: int | None = None, contacts: int | None = None) -> None:
        """Replace the site's content; None keeps what the sandbox was started with."""


class Control:
    """An ASGI application with one action per method and path."""

    def __init__(self, sandbox: Controlled) -> None:
        self._sandbox = sandbox
        self._actions: Mapping[str, Mapping[str, Action]] = {
            "": {"GET": lambda _: json_answer(overview(sandbox.place))},
            "/reset": {"POST": self._reset},
            "/seed": {"POST": self._seed},
            "/calls": {"GET": self._show_calls, "DELETE": self._clear_calls},
            "/faults": {
                "GET": self._show_faults,
                "POST": self._add_fault,
                "DELETE": self._clear_faults,
            },
            "/settings": {"GET": self._show_settings, "POST": self._change_settings},
            "/webhooks": {
                "GET": self._show_webhooks,
                "PUT": self._subscribe,
                "DELETE": self._unsubscribe,
            },
            "/webhooks/public-key": {"GET": self._show_public_key},
            "/webhooks/deliveries": {"GET": self._show_deliveries},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do what is asked, or say in words why not."""
        answer = await self._answer(scope["method"], scope["path"], receive)
        await answer.send_to(send)

    async def _answer(self, method: str, path: str, receive: Receive) -> Answer:
        actions = self._actions.get(path.removeprefix(PREFIX).rstrip("/"))
        if actions is None:
            return _sorry(f"No control route {path}; GET {PREFIX} lists them", 404)
        if method not in actions:
            return _sorry(f"{path} takes {', '.join(actions)}", 405)
        try:
            return actions[method](await body_of(receive, most=LARGEST_BODY))
        except Refusal as refusal:
            return _sorry(refusal.body["message"], refusal.status)
        except BadForm as bad:
            return _sorry(str(bad), 400)

    def _reset(self, _: Document) -> Answer:
        self._sandbox.reset()
        return json_answer({})

    def _seed(self, asked: Document) -> Answer:
        form = Form(asked, {"seed", "contacts"})
        seed = form.whole("seed", 0, 0, _LARGEST_SEED) if "seed" in form else None
        contacts = form.whole("contacts", 0, 0, MOST_CONTACTS) if "contacts" in form else None
        self._sandbox.reseed(seed, contacts)
        return json_answer({})

    def _show_calls(self, _: Document) -> Answer:
        return json_answer(self._sandbox.calls.report())

    def _clear_calls(self, _: Document) -> Answer:
        self._sandbox.calls.clear()
        return self._show_calls(_)

    def _show_faults(self, _: Document) -> Answer:
        return json_answer({"faults": [show_fault(each) for each in self._sandbox.faults.standing]})

    def _add_fault(self, asked: Document) -> Answer:
        self._sandbox.faults.add(read_fault(asked))
        return self._show_faults(asked)

    def _clear_faults(self, _: Document) -> Answer:
        self._sandbox.faults.clear()
        return self._show_faults(_)

    def _show_settings(self, _: Document) -> Answer:
        return json_answer(self._sandbox.switches.show())

    def _change_settings(self, asked: Document) -> Answer:
        self._sandbox.switches.change(asked)
        return self._show_settings(asked)

    def _show_webhooks(self, _: Document) -> Answer:
        outbox = self._sandbox.outbox
        return json_answer(
            {
                "subscription": _show_subscription(outbox.subscription),
                "publicKey": self._sandbox.signer.public_pem,
                "deliveries": outbox.report(),
            }
        )

    def _subscribe(self, asked: Document) -> Answer:
        form = Form(asked, {"url", "events", "duplicates", "disorder"})
        subscription = Subscription(
            url=_url(form),
            events=form.words("events", EVENT_TYPES),
            duplicates=form.flag("duplicates", default=False),
            disorder=form.flag("disorder", default=False),
        )
        self._sandbox.outbox.subscribe(subscription)
        return self._show_webhooks(asked)

    def _unsubscribe(self, _: Document) -> Answer:
        self._sandbox.outbox.subscribe(None)
        return self._show_webhooks(_)

    def _show_public_key(self, _: Document) -> Answer:
        return text_answer(self._sandbox.signer.public_pem)

    def _show_deliveries(self, _: Document) -> Answer:
        attempts = self._sandbox.outbox.attempts
        return json_answer({"deliveries": [attempt.report() for attempt in attempts]})


def _show_subscription(subscription: Subscription | None) -> Document | None:
    if subscription is None:
        return None
    events = subscription.events
    return {
        "url": subscription.url,
        "events": None if events is None else sorted(events),
        "duplicates": subscription.duplicates,
        "disorder": subscription.disorder,
    }


def _url(form: Form) -> str:
    """Read the subscriber's address; any host will do, the sandbox posts wherever it is told."""
    url = form.text("url")
    try:
        parts = urlsplit(url)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fit = False
    if not fit or not url.isascii() or not url.isprintable():
        raise BadForm("url must be an http or https address")
    return url


def _sorry(message: str, status: int) -> Answer:
    return json_answer({"message": message}, status)
