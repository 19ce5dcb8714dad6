"""The part of the composition that lets several gateways of one site work as one."""

import time
import uuid
from typing import Protocol

from gateway.budget.window import SlidingWindow, Window
from gateway.crm.events import History, OwnHistory
from gateway.crm.freshness import Freshness
from gateway.edge.known.automatic import AutomaticDocuments
from gateway.edge.outcomes import OutcomesInProcess, OutcomeStore
from gateway.edge.routers.stamps import Stamps
from gateway.edge.window_store import WindowsInProcess, WindowStore
from gateway.settings import Settings
from gateway.settings_credentials import WIX
from gateway.settings_sites import SiteSettings


class Sharing(Protocol):
    """What a gateway has in common with the others of its site."""

    @property
    def window(self) -> Window:
        """The site's calls."""
        ...

    def outcomes(self, own: OutcomesInProcess) -> OutcomeStore:
        """Share the outcomes of keyed mutations."""
        ...

    def windows(self, own: WindowsInProcess) -> WindowStore:
        """Share what callers take."""
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

    def windows(self, own: WindowsInProcess) -> WindowStore:
        """Count callers' windows by itself."""
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


class Commons(Protocol):
    """What a gateway has in common with others whatever their sites are."""

    def stamps(self, own: Stamps) -> Stamps:
        """Share which stamps of the router were here."""
        ...

    def documents(self, own: AutomaticDocuments) -> AutomaticDocuments:
        """Share documents that callers have sent."""
        ...

    async def aclose(self) -> None:
        """End it."""
        ...


class NoCommons:
    """A gateway that has nothing in common with any other."""

    def stamps(self, own: Stamps) -> Stamps:
        """Keep stamps to itself."""
        return own

    def documents(self, own: AutomaticDocuments) -> AutomaticDocuments:
        """Keep documents to itself."""
        return own

    async def aclose(self) -> None:
        """End nothing."""


def commons_of(settings: Settings) -> Commons:
    """Have in common with those who have the same Redis what belongs to no site."""
    if settings.redis_url is None:
        return NoCommons()
    from gateway.replicas.commons import SharedCommons  # noqa: PLC0415 - as below

    return SharedCommons(settings.redis_url.get_secret_value())


def sharing_of(settings: Settings, site: SiteSettings, *, own_sandbox: bool = False) -> Sharing:
    """Join those who have the same Redis and the same site; be alone without a Redis.

    A sandbox of one's own is a site that nobody else has, whatever its name.
    """
    if settings.redis_url is None:
        return Alone(own_window(site))
    # Only whoever has a Redis pays for loading its client.
    from gateway.replicas.party import Party  # noqa: PLC0415 - see above

    return Party(
        settings.redis_url.get_secret_value(),
        site=_name_of(site, own_sandbox=own_sandbox),
        limit=site.calls_per_minute,
        longest=settings.request_seconds,
        replicas=settings.replicas,
    )


def _name_of(site: SiteSettings, *, own_sandbox: bool) -> str:
    """Name the site in Redis: sandboxes give themselves the same name, wherever they are."""
    if own_sandbox:
        return f"{site.id}@{uuid.uuid4().hex}"
    return site.id if site.upstream == WIX else f"{site.id}@{site.upstream}"


def own_window(site: SiteSettings) -> SlidingWindow:
    """Make a window over the calls of this process alone."""
    return SlidingWindow(limit=site.calls_per_minute, clock=time.monotonic)
