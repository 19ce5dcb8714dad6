"""Puts what a check has found into words that say what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from gateway.cli.probes import Probe
from gateway.settings import Settings

_WIDTH = 24


class Outcome(Enum):
    """How one probe ended."""

    PERMITTED = "ok"
    FORBIDDEN = "not permitted"
    UNKNOWN_CREDENTIALS = "not known"
    THROTTLED = "throttled"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found."""

    probe: Probe
    outcome: Outcome
    message: str = ""
    request_id: str | None = None
    """Wix's id of the refused call, for a support case."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found in all."""

    settings: Settings | None
    """None when they could not be read."""
    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()
    """What is wrong before anything is asked of Wix."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        permitted = all(finding.outcome is Outcome.PERMITTED for finding in self.findings)
        return not self.reasons and permitted

    def text(self) -> str:
        """Tell it all, one line for each thing tried, then what to do."""
        return "\n".join([*self._tried(), *self.reasons, *self._advice()])

    def _tried(self) -> Iterator[str]:
        if self.settings is None:
            yield _line("settings", "not usable")
            return
        yield _line("settings", f"ok: {_whose(self.settings)}")
        for finding in self.findings:
            request = f" (request {finding.request_id})" if finding.request_id else ""
            yield _line(finding.probe.purpose, finding.outcome.value + request)

    def _advice(self) -> Iterator[str]:
        if self.settings is None:
            return
        if self.complete:
            yield "Nothing is missing."
            return
        outcomes = [finding.outcome for finding in self.findings]
        if outcomes and all(outcome is Outcome.FORBIDDEN for outcome in outcomes):
            yield _no_access(self.settings)
            return
        for finding in self.findings:
            if finding.outcome is not Outcome.PERMITTED:
                yield _advice(finding, self.settings)


def _line(subject: str, state: str) -> str:
    return f"{subject:<{_WIDTH}} {state}"


def _whose(settings: Settings) -> str:
    if settings.in_sandbox:
        return "no credentials, so the gateway uses its own sandbox"
    if settings.wix_api_key is not None:
        return f"API key for site {settings.wix_site_id} at {settings.upstream}"
    return f"app {settings.wix_app_id}, instance {settings.wix_instance_id} at {settings.upstream}"


def _no_access(settings: Settings) -> str:
    if settings.wix_api_key is not None:
        return (
            f"Wix knows the key but lets it do nothing on site {settings.wix_site_id} (403). Check "
            "that GATEWAY_WIX_SITE_ID is a site of the account that made the key, that the key "
            "covers this site, and that it has permissions for contacts."
        )
    return (
        f"Wix knows the app but lets it do nothing on instance {settings.wix_instance_id} (403). "
        "Check that the app is still installed there and has permissions for contacts."
    )


def _advice(finding: Finding, settings: Settings) -> str:
    purpose = finding.probe.purpose
    if finding.outcome is Outcome.FORBIDDEN:
        return f"To {purpose}, grant: {finding.probe.scope}."
    if finding.outcome is Outcome.UNKNOWN_CREDENTIALS:
        return _unknown(settings)
    if finding.outcome is Outcome.THROTTLED:
        return "The site's calls are used up. Wait a minute, then check again."
    return f"No usable answer from {settings.upstream}: {finding.message}"


def _unknown(settings: Settings) -> str:
    if settings.wix_api_key is not None:
        return (
            "Wix does not know the API key (401). Check that GATEWAY_WIX_API_KEY is complete and "
            "that the key has not been revoked."
        )
    return (
        "Wix does not know the app's credentials (401). Check GATEWAY_WIX_APP_ID, "
        "GATEWAY_WIX_APP_SECRET and GATEWAY_WIX_INSTANCE_ID."
    )
