"""What ``crm-labels serve`` says when it starts."""

from collections.abc import Sequence

from gateway.settings import Settings
from gateway.settings_sites import SiteSettings

OPERATION = """\
{
  contacts(first: 3) {
    nodes { id name { full } labels { displayName } }
  }
}"""
"""An operation that has an answer on every site with contacts, the sandbox's included."""

_IN_SANDBOX = """\
No Wix credentials are set, so this is a sandbox: a made-up site with {contacts} contacts.
Try everything, nothing leaves this machine. Your own site: set GATEWAY_WIX_API_KEY and
GATEWAY_WIX_SITE_ID, then run `crm-labels check`."""

_OPEN = """\
Open   {address}/graphql
Paste"""
_CLOSED = """\
Post to   {address}/graphql
with the header   Authorization: Bearer <an API key or an access token>"""

_ON_WIX = "Serving {sites}."
_MOST_TOLD = 5


def banner(settings: Settings, address: str, *, workers: int) -> str:
    """Tell where to go and what to paste there."""
    template = _IN_SANDBOX if settings.in_sandbox else _ON_WIX
    about = template.format(contacts=settings.sandbox_contacts, sites=_told(settings.sites))
    serving = f", {workers} workers" if workers > 1 else ""
    operation = "\n".join(f"    {line}" for line in OPERATION.splitlines())
    where = _OPEN if settings.auth == "none" else _CLOSED
    return (
        f"\ncrm-labels gateway{serving}\n\n{about}\n\n"
        f"{where.format(address=address)}\n{operation}\n"
    )


def _told(sites: Sequence[SiteSettings]) -> str:
    """Tell the sites in a sentence, by number where there are many."""
    if len(sites) > _MOST_TOLD:
        return f"{len(sites)} sites"
    return ", ".join(f"site {site.id} through {site.upstream}" for site in sites)
