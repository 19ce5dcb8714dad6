"""Puts what a check has found into words that say what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.cli.advice import SETTINGS, SITES_FILE, advice
from gateway.cli.findings import Finding, Outcome
from gateway.settings import Settings
from gateway.settings_sites import SiteSettings
from gateway.wix.auth import ApiKey

_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found on one site."""

    site: SiteSettings
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing there."""
        return all(finding.outcome is Outcome.PERMITTED for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found in all."""

    settings: Settings | None
    """None when they could not be read."""
    sites: tuple[Checked, ...] = ()
    reasons: tuple[str, ...] = ()
    """What is wrong before anything is asked of Wix."""
    weaknesses: tuple[str, ...] = ()
    """What works, and lets more people do more than it has to."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.reasons and all(checked.complete for checked in self.sites)

    def text(self) -> str:
        """Tell it all, one line for each thing tried, then what to do."""
        weak = [f"Weak: {weakness}" for weakness in self.weaknesses]
        return "\n".join([*self._tried(), *weak, *self.reasons, *self._advice()])

    def _tried(self) -> Iterator[str]:
        if self.settings is None:
            yield _line("settings", "not usable")
            return
        for checked in self.sites:
            sandbox = self.settings.in_sandbox
            yield _line("settings", f"ok: {_OWN if sandbox else _whose(checked.site)}")
            for finding in checked.findings:
                request = f" (request {finding.request_id})" if finding.request_id else ""
                yield _line(finding.probe.purpose, finding.outcome.value + request)

    def _advice(self) -> Iterator[str]:
        if self.settings is None:
            return
        if self.complete:
            yield "Nothing is missing."
            return
        wording = SETTINGS if self.settings.sites_file is None else SITES_FILE
        for checked in self.sites:
            of_which = f"Site {checked.site.id}: " if len(self.sites) > 1 else ""
            for sentence in advice(checked.site, checked.findings, wording):
                yield of_which + sentence


_OWN = "no credentials, so the gateway uses its own sandbox"


def _line(subject: str, state: str) -> str:
    return f"{subject:<{_WIDTH}} {state}"


def _whose(site: SiteSettings) -> str:
    credentials = site.credentials
    if isinstance(credentials, ApiKey):
        return f"API key for site {site.id} at {site.upstream}"
    return f"app {credentials.app_id}, instance {credentials.instance_id} at {site.upstream}"
