"""Says what to do about what a check of one site has found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.cli.findings import Finding, Outcome
from gateway.settings_sites import SiteSettings
from gateway.wix.auth import ApiKey


@dataclass(frozen=True, slots=True)
class Wording:
    """What the places are called in which an operator told a site's credentials."""

    site_id: str
    api_key: str
    app: str


SETTINGS: Final = Wording(
    "GATEWAY_WIX_SITE_ID",
    "GATEWAY_WIX_API_KEY",
    "GATEWAY_WIX_APP_ID, GATEWAY_WIX_APP_SECRET and GATEWAY_WIX_INSTANCE_ID",
)
SITES_FILE: Final = Wording(
    "its id in the sites file",
    "its api_key in the sites file",
    "its app_id, app_secret and instance_id in the sites file",
)


def advice(site: SiteSettings, findings: Sequence[Finding], wording: Wording) -> Iterator[str]:
    """Tell what is to be done, one sentence or more for each thing that is missing."""
    outcomes = [finding.outcome for finding in findings]
    if outcomes and all(outcome is Outcome.FORBIDDEN for outcome in outcomes):
        yield _no_access(site, wording)
        return
    for finding in findings:
        if finding.outcome is not Outcome.PERMITTED:
            yield _about(finding, site, wording)


def _no_access(site: SiteSettings, wording: Wording) -> str:
    if isinstance(site.credentials, ApiKey):
        return (
            f"Wix knows the key but lets it do nothing on site {site.id} (403). Check "
            f"that {wording.site_id} is a site of the account that made the key, that the key "
            "covers this site, and that it has permissions for contacts."
        )
    return (
        "Wix knows the app but lets it do nothing on instance "
        f"{site.credentials.instance_id} (403). "
        "Check that the app is still installed there and has permissions for contacts."
    )


def _about(finding: Finding, site: SiteSettings, wording: Wording) -> str:
    if finding.outcome is Outcome.FORBIDDEN:
        return f"To {finding.probe.purpose}, grant: {finding.probe.scope}."
    if finding.outcome is Outcome.UNKNOWN_CREDENTIALS:
        return _unknown(site, wording)
    if finding.outcome is Outcome.THROTTLED:
        return "The site's calls are used up. Wait a minute, then check again."
    return f"No usable answer from {site.upstream}: {finding.message}"


def _unknown(site: SiteSettings, wording: Wording) -> str:
    if isinstance(site.credentials, ApiKey):
        return (
            f"Wix does not know the API key (401). Check that {wording.api_key} is complete and "
            "that the key has not been revoked."
        )
    return f"Wix does not know the app's credentials (401). Check {wording.app}."
