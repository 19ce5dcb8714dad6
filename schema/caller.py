"""What a caller can learn of himself and of what is left to him, for no upstream call."""

from datetime import datetime, timedelta

import strawberry
from strawberry import ID

from schema.context import Info
from schema.field import plain


@strawberry.type(description="Who the gateway takes the caller for.")
class Viewer:
    """The caller."""

    subject: str = plain("Who is calling; `anonymous` without credentials.")
    site_id: ID = plain("The Wix site the answers come from.")
    scopes: list[str] = plain("What the caller may do, in alphabetical order.")


@strawberry.type(description="What is left of the site's upstream calls.")
class RateLimit:
    """The state of the site's window of upstream calls (contract 6.3)."""

    limit: int = plain("Upstream calls per window.")
    remaining: int = plain("Calls left in the window that ends now, by this gateway's count.")
    window_seconds: int = plain("The window's length in seconds.")
    reset_at: datetime = plain("When all calls are free again if none is made until then.")


def viewer(info: Info) -> Viewer:
    """Answer Query.viewer."""
    principal = info.context.principal
    return Viewer(
        subject=principal.subject,
        site_id=ID(principal.site_id),
        scopes=sorted(principal.scopes),
    )


def rate_limit(info: Info) -> RateLimit:
    """Answer Query.rateLimit."""
    gate = info.context.gate
    return RateLimit(
        limit=gate.limit,
        remaining=gate.remaining(),
        window_seconds=round(gate.seconds),
        reset_at=info.context.now() + timedelta(seconds=gate.resets_in()),
    )
