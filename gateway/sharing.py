"""The part of the composition that lets several gateways of one site work as one."""

import time
import uuid
from typing import Protocol

from gateway.budget.window import SlidingWindow, Window
from gateway.crm.events import History, OwnHistory
from gateway.crm.freshness import Freshness
from gateway.edge.outcomes import OutcomesInProcess, OutcomeStore
from gateway.sandbox.access.credentials import SITE_ID
from gateway.settings import WIX, Settings


class Sharing(Protocol):
    """What a gateway has in common with the others of its site."""

    @property
    def window(self) -> Window:
        """The site's calls."""
        ...

    def outcomes(self, own: OutcomesInProcess) -> OutcomeStore:
        """Share the outcomes of keyed mutations."""
        ...

    def history(self, own: OwnHistory) -> History:
        """Share which events were here."""
        ...

    def remember(self, freshness: Freshness) -> None:
        """Share what is known of the site."""
        ...

    def start(self) -> None:
        """Join the others; called in the running loop."""
        ...

    async def aclose(self) -> None:
        """Leave them."""
        ...


class Alone:
    """A gateway that shares nothing."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def outcomes(self, own: OutcomesInProcess) -> OutcomeStore:
        """Keep outcomes to itself."""
        return own

    def history(self, own: OwnHistory) -> History:
        """Keep events to itself."""
        return own

    def remember(self, freshness: Freshness) -> None:
        """Keep to itself what it knows."""

    def start(self) -> None:
        """Begin nothing."""

    async def aclose(self) -> None:
        """End nothing."""


def sharing_of(settings: Settings, *, own_sandbox: bool) -> Sharing:
    """Join those who have the same Redis and the same site; be alone without a Redis.

    A sandbox of one's own is a site that nobody else has, whatever its name.
    """
    if settings.redis_url is None:
        return Alone(own_window(settings))
    # Only whoever has a Redis pays for loading its client.
    from gateway.replicas.party import Party  # noqa: PLC0415 - see above

    return Party(
        settings.redis_url.get_secret_value(),
        site=_name_of(settings, own_sandbox=own_sandbox),
        limit=settings.wix_calls_per_minute,
        longest=settings.request_seconds,
        replicas=settings.replicas,
    )


def _name_of(settings: Settings, *, own_sandbox: bool) -> str:
    """Name the site in Redis: sandboxes give themselves the same name, wherever they are."""
    site = settings.site_id or SITE_ID
    if own_sandbox:
        return f"{site}@{uuid.uuid4().hex}"
    return site if settings.upstream == WIX else f"{site}@{settings.upstream}"


def own_window(settings: Settings) -> SlidingWindow:
    """Make a window over the calls of this process alone."""
    return SlidingWindow(limit=settings.wix_calls_per_minute, clock=time.monotonic)
