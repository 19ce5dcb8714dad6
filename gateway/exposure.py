"""Where a gateway that asks nobody who he is may be served: for oneself, and over made-up data."""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from gateway.settings import Settings, SettingsError

LISTENS_ON: Final = "CRM_LABELS_LISTENS_ON"
"""The variable in which `crm-labels serve` tells its processes the address they listen on."""

_HOW = (
    "Ask callers who they are: set GATEWAY_AUTH=required, and GATEWAY_API_KEYS_FILE with keys "
    "made by `crm-labels keys create`, or GATEWAY_JWT_ISSUER and GATEWAY_JWT_AUDIENCE. "
    "Without that the gateway serves only its sandbox, and only on loopback (--host 127.0.0.1)."
)


def refuse_exposure(settings: Settings, host: str | None) -> None:
    """Refuse to let strangers at a site, or the network at anything.

    Args:
        settings: What would be served.
        host: The address that is listened on; None if that is not known, as where another
            server than `crm-labels serve` runs the application.

    Raises:
        SettingsError: Callers are not asked, and could be others than the operator himself, or
            what they would reach is a site.
    """
    if settings.auth == "required":
        return
    reasons = []
    if not _is_over_sandbox(settings):
        reasons.append("With GATEWAY_AUTH=none whoever calls would have all rights on your site.")
    if host is None:
        reasons.append("With GATEWAY_AUTH=none the application must be run by `crm-labels serve`.")
    elif not is_loopback(host):
        reasons.append(f"With GATEWAY_AUTH=none anyone who reaches {host} could call.")
    if reasons:
        raise SettingsError([*reasons, _HOW])


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address, or a name that stands for one."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_over_sandbox(settings: Settings) -> bool:
    return all(is_loopback(urlsplit(site.upstream).hostname or "") for site in settings.sites)
