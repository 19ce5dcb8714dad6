"""The switches of a running sandbox, as ``/_sandbox/settings`` shows and changes them."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from gateway.sandbox.control.form import Form
from gateway.sandbox.ports import Behaviour, Settings
from gateway.sandbox.traffic.limits import Limiter
from gateway.sandbox.webhooks.outbox import DeliveryPolicy, Outbox

_LARGEST = 1_000_000_000
_WEEK = 604_800.0


class Switches:
    """Everything that can be changed while the sandbox runs."""

    def __init__(self, settings: Settings, limiter: Limiter, outbox: Outbox) -> None:
        self._settings = settings
        self._limiter = limiter
        self._outbox = outbox

    def show(self) -> dict[str, Any]:
        """Show every switch with its present value."""
        policy = self._outbox.policy
        behaviour = asdict(self._settings.behaviour)
        return {
            "rateLimit": self._limiter.limit,
            "retryAfter": self._limiter.tells_when,
            "throttleJson": self._limiter.as_json,
            "webhookTimeout": policy.timeout,
            "webhookRetries": list(policy.retries),
            "webhookGiveUpAfter": policy.give_up_after,
        } | {_camel(name): value for name, value in behaviour.items()}

    def restore(self, behaviour: Behaviour, rate_limit: int) -> None:
        """Return to what the sandbox was started with."""
        self._settings.behaviour = behaviour
        self._outbox.policy = DeliveryPolicy()
        self._limiter.limit = rate_limit
        self._limiter.tells_when = False
        self._limiter.as_json = True

    def change(self, document: Mapping[str, Any]) -> None:
        """Change what the document names; all of it or, if anything is wrong, nothing.

        Raises:
            BadForm: A property is unknown or its value unfit.

        """
        form = Form(document, self.show())
        behaviour = _behaviour(form, self._settings.behaviour)
        policy = _policy(form, self._outbox.policy)
        limit = form.whole("rateLimit", self._limiter.limit, 0, _LARGEST)
        tells_when = form.flag("retryAfter", default=self._limiter.tells_when)
        as_json = form.flag("throttleJson", default=self._limiter.as_json)
        self._settings.behaviour = behaviour
        self._outbox.policy = policy
        self._limiter.limit = limit
        self._limiter.tells_when = tells_when
        self._limiter.as_json = as_json


def _policy(form: Form, now: DeliveryPolicy) -> DeliveryPolicy:
    return DeliveryPolicy(
        timeout=form.number("webhookTimeout", now.timeout, 0.001, 60.0),
        retries=form.numbers("webhookRetries", now.retries, _WEEK),
        give_up_after=form.number("webhookGiveUpAfter", now.give_up_after, 0.0, _WEEK),
    )


def _behaviour(form: Form, now: Behaviour) -> Behaviour:
    changes = {
        field.name: _value(form, _camel(field.name), getattr(now, field.name))
        for field in fields(Behaviour)
        if _camel(field.name) in form
    }
    return replace(now, **changes)


def _value(form: Form, name: str, now: object) -> Any:
    """Read a value of the same type as the present one."""
    if isinstance(now, bool):
        return form.flag(name, default=now)
    if isinstance(now, float):
        return form.number(name, now, 0.0, _WEEK)
    if isinstance(now, str):
        return form.text(name)
    return form.whole(name, 0, 0, _LARGEST)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
