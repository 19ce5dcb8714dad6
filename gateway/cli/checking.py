"""``crm-labels check``: tries everything the gateway needs, and finds out what is missing."""

import time
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import gateway
import schema
from gateway import deadline
from gateway.app import reachable
from gateway.cli.doors import obstacles
from gateway.cli.findings import Finding, Outcome
from gateway.cli.probes import PROBES, Probe
from gateway.cli.report import Checked, Report
from gateway.cli.weaknesses import weaknesses
from gateway.deadline import Deadline
from gateway.errors import (
    CallerFault,
    GatewayError,
    Throttled,
    UpstreamForbidden,
    UpstreamUnauthenticated,
)
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.settings import Settings, SettingsError, load
from gateway.settings_sites import SiteSettings
from gateway.sharing import own_window
from gateway.site import Network, connect_wix, make_gate
from gateway.wix.api import Wix

_DISTRIBUTION = "crm-labels-gateway"
_PROBE_SECONDS = 10.0
_HOPELESS = frozenset({Outcome.UNKNOWN_CREDENTIALS, Outcome.NO_ANSWER, Outcome.THROTTLED})
"""After these the next probe would only meet the same again."""


async def check_environment() -> Report:
    """Check the settings of the environment, and what they lead to."""
    try:
        settings = load()
    except SettingsError as error:
        return Report(settings=None, reasons=tuple(error.reasons))
    sandbox = create_sandbox(SandboxOptions(contacts=0)) if settings.in_sandbox else None
    try:
        return await check(settings, sandbox)
    finally:
        if sandbox is not None:
            await sandbox.aclose()


async def check(settings: Settings, sandbox: Sandbox | None = None) -> Report:
    """Check this installation and every permission on every site; it changes nothing there."""
    sites, network = reachable(settings, sandbox)
    checked = [Checked(site, await _permissions(site, settings, network)) for site in sites]
    installed = strangers(packages_distributions(), Path(gateway.__file__).parents[1])
    reasons = (*installed, *await obstacles(settings))
    weak = () if reasons else tuple(weaknesses(settings, time.time()))
    return Report(settings, tuple(checked), reasons=reasons, weaknesses=weak)


async def _permissions(
    site: SiteSettings, settings: Settings, network: Network
) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    wix = connect_wix(site, make_gate(settings, own_window(site)), network)
    try:
        for probe in PROBES:
            findings.append(await _try(probe, wix))
            if findings[-1].outcome in _HOPELESS:
                break
    finally:
        await wix.aclose()
    return tuple(findings)


async def _try(probe: Probe, wix: Wix) -> Finding:
    """Make one call; that Wix misses what the call names shows that it would have been allowed."""
    try:
        with deadline.within(Deadline.after(_PROBE_SECONDS, time.monotonic)):
            await probe.call(wix)
    except CallerFault:
        return Finding(probe, Outcome.PERMITTED)
    except GatewayError as error:
        return Finding(probe, _outcome(error), error.message, error.request_id)
    return Finding(probe, Outcome.PERMITTED)


def _outcome(error: GatewayError) -> Outcome:
    if isinstance(error, UpstreamForbidden):
        return Outcome.FORBIDDEN
    if isinstance(error, UpstreamUnauthenticated):
        return Outcome.UNKNOWN_CREDENTIALS
    if isinstance(error, Throttled):
        return Outcome.THROTTLED
    return Outcome.NO_ANSWER


def strangers(distributions: Mapping[str, list[str]], home: Path) -> list[str]:
    """Find out whether another project's package took the place of our ``schema``.

    A distribution named schema exists, and of two in one environment the last one wins.
    `distributions` tells who installs which package, `home` where ours are.
    """
    reasons = []
    if Path(schema.__file__).parents[1] != home:
        reasons.append(f"The package 'schema' is not this project's: {schema.__file__}.")
    owners = set(distributions.get("schema", ()))
    if owners - {_DISTRIBUTION}:
        others = ", ".join(sorted(owners - {_DISTRIBUTION}))
        reasons.append(f"Another distribution installs a package 'schema' as well: {others}.")
    return reasons
