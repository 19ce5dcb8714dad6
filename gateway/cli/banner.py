"""What ``crm-labels serve`` says when it starts."""

from gateway.settings import Settings

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

_ON_WIX = "Serving site {site} through {upstream}."


def banner(settings: Settings, address: str, *, workers: int) -> str:
    """Tell where to go and what to paste there."""
    template = _IN_SANDBOX if settings.in_sandbox else _ON_WIX
    about = template.format(
        contacts=settings.sandbox_contacts, site=settings.site_id, upstream=settings.upstream
    )
    serving = f", {workers} workers" if workers > 1 else ""
    operation = "\n".join(f"    {line}" for line in OPERATION.splitlines())
    return (
        f"\ncrm-labels gateway{serving}\n\n{about}\n\n"
        f"Open   {address}/graphql\nPaste\n{operation}\n"
    )
