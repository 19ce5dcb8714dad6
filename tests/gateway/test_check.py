"""``crm-labels check`` names what is missing, and changes nothing at Wix."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import Result

from gateway.cli import app
from gateway.cli.checking import strangers
from tests.support.listening import OverheardRunner
from tests.support.servers import Server, free_port, running_sandbox

APP_ID = "22222222-2222-4222-8222-222222222222"
SITE = "11111111-1111-4111-8111-111111111111"
INSTANCE = "33333333-3333-4333-8333-333333333333"
ELSEWHERE = "66666666-6666-4666-8666-666666666666"
TRIED = (
    "read labels",
    "change labels",
    "read contacts",
    "change contacts",
    "merge contacts",
    "delete contacts",
    "read bulk jobs",
    "read extended fields",
    "change extended fields",
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Server]:
    with running_sandbox("--contacts", "10") as server:
        yield server


@pytest.fixture
def wix(sandbox: Server) -> Iterator[httpx.Client]:
    """Reach the sandbox's controls, and leave it as it was."""
    with httpx.Client(base_url=sandbox.origin, trust_env=False) as client:
        yield client
        client.post("/_sandbox/reset").raise_for_status()


def check(address: str, **given: str) -> Result:
    environment = {f"GATEWAY_WIX_{name.upper()}": value for name, value in given.items()}
    return OverheardRunner().invoke(
        app, ["check"], env={"GATEWAY_WIX_BASE_URL": address, **environment}
    )


def check_key(wix: httpx.Client, key: str = "sandbox-key", site: str = SITE) -> Result:
    return check(str(wix.base_url), api_key=key, site_id=site)


def fail(wix: httpx.Client, route: str, status: int) -> None:
    fault = {"route": route, "kind": "status", "status": status}
    wix.post("/_sandbox/faults", json=fault).raise_for_status()


def states(result: Result) -> dict[str, str]:
    """Read the table of what was tried."""
    lines = [line for line in result.output.splitlines() if line[:24].strip() in TRIED]
    return {line[:24].strip(): line[25:] for line in lines}


def test_a_whole_set_up_is_complete(wix: httpx.Client) -> None:
    result = check_key(wix)
    assert result.exit_code == 0, result.output
    assert states(result) == dict.fromkeys(TRIED, "ok")
    assert result.output.endswith("Nothing is missing.\n")


def test_an_app_is_checked_like_a_key(wix: httpx.Client) -> None:
    address = str(wix.base_url)
    result = check(address, app_id=APP_ID, app_secret="sandbox-secret", instance_id=INSTANCE)
    assert result.exit_code == 0, result.output
    assert states(result) == dict.fromkeys(TRIED, "ok")


def test_nothing_is_changed(wix: httpx.Client) -> None:
    headers = {"authorization": "sandbox-key", "wix-site-id": SITE}
    paths = ("contacts", "labels", "extended-fields", "bulk/jobs")

    def site() -> list[str]:
        return [wix.get(f"/contacts/v4/{path}", headers=headers).text for path in paths]

    before = site()
    check_key(wix)
    assert site() == before


def test_a_bad_key_is_named(wix: httpx.Client) -> None:
    result = check_key(wix, key="no-such-key")
    assert result.exit_code == 1
    assert list(states(result)) == ["read labels"]
    assert "Wix does not know the API key (401). Check that GATEWAY_WIX_API_KEY" in result.output
    assert "no-such-key" not in result.output


def test_a_bad_secret_is_named(wix: httpx.Client) -> None:
    address = str(wix.base_url)
    result = check(address, app_id=APP_ID, app_secret="wrong-secret", instance_id=INSTANCE)
    assert result.exit_code == 1
    assert "Wix does not know the app's credentials (401)" in result.output


def test_a_missing_site_id_is_named(wix: httpx.Client) -> None:
    result = check(str(wix.base_url), api_key="sandbox-key")
    assert result.exit_code == 1
    assert "Missing beside GATEWAY_WIX_API_KEY: GATEWAY_WIX_SITE_ID." in result.output


def test_a_key_for_another_site_is_named(wix: httpx.Client) -> None:
    result = check_key(wix, site=INSTANCE)
    assert result.exit_code == 1
    assert f"lets it do nothing on site {INSTANCE} (403)" in result.output
    assert "GATEWAY_WIX_SITE_ID" in result.output


def test_an_app_without_any_right_is_named(wix: httpx.Client) -> None:
    fail(wix, "*", 403)
    address = str(wix.base_url)
    result = check(address, app_id=APP_ID, app_secret="sandbox-secret", instance_id=INSTANCE)
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("route", "purpose", "scope"),
    [
        ("GET /contacts/v4/labels", "read labels", "Manage Contact Labels"),
        ("PATCH /contacts/v4/labels/{key}", "change labels", "Manage Contact Labels"),
        ("POST /contacts/v4/contacts/query", "read contacts", "Read Contacts"),
        ("POST /contacts/v4/contacts/{id}/labels", "change contacts", "Manage Contacts"),
        ("POST /contacts/v4/contacts/{id}/merge", "merge contacts", "Manage Contacts"),
        ("DELETE /contacts/v4/contacts/{id}", "delete contacts", "Manage Contacts"),
        ("GET /contacts/v4/bulk/jobs", "read bulk jobs", "Manage Contacts"),
        ("POST /contacts/v4/extended-fields/query", "read extended fields", "Extended Fields"),
        ("PATCH /contacts/v4/extended-fields/{key}", "change extended fields", "Extended Fields"),
    ],
)
def test_a_missing_scope_is_named(wix: httpx.Client, route: str, purpose: str, scope: str) -> None:
    fail(wix, route, 403)
    result = check_key(wix)
    assert result.exit_code == 1
    missing = {name: state for name, state in states(result).items() if state != "ok"}
    assert list(missing) == [purpose]
    assert missing[purpose].startswith("not permitted (request ")
    (advice,) = [line for line in result.output.splitlines() if line.startswith("To ")]
    assert advice.startswith(f"To {purpose}, grant: ")
    assert scope in advice


def test_a_throttled_site_is_named(wix: httpx.Client) -> None:
    fail(wix, "*", 429)
    result = check_key(wix)
    assert result.exit_code == 1
    assert "The site's calls are used up. Wait a minute" in result.output


def test_an_unreachable_host_is_named() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    result = check(address, api_key="sandbox-key", site_id=SITE)
    assert result.exit_code == 1
    assert list(states(result)) == ["read labels"]
    assert f"No usable answer from {address}: " in result.output


def test_a_host_that_is_not_wix_is_named(wix: httpx.Client) -> None:
    fail(wix, "GET /contacts/v4/labels", 500)
    result = check_key(wix)
    assert result.exit_code == 1
    assert f"No usable answer from {str(wix.base_url).rstrip('/')}: " in result.output


def test_without_credentials_the_gateway_s_own_sandbox_is_checked() -> None:
    result = OverheardRunner().invoke(app, ["check"])
    assert result.exit_code == 0, result.output
    assert "no credentials, so the gateway uses its own sandbox" in result.output
    assert states(result) == dict.fromkeys(TRIED, "ok")


def test_a_package_that_took_the_place_of_ours_is_named() -> None:
    home = Path(__file__).parents[2]
    assert strangers({"schema": ["crm-labels-gateway"]}, home) == []
    assert strangers({"schema": ["crm-labels-gateway", "schema"]}, home) == [
        "Another distribution installs a package 'schema' as well: schema."
    ]
    (reason,) = strangers({}, home / "elsewhere")
    assert reason.startswith("The package 'schema' is not this project's: ")


def test_an_unknown_setting_is_named() -> None:
    result = OverheardRunner().invoke(app, ["check"], env={"GATEWAY_SPEED": "high"})
    assert result.exit_code == 1
    assert "GATEWAY_SPEED is not a setting of this gateway." in result.output


def check_sites(folder: Path, *tables: str) -> Result:
    """Check a sites file of these tables."""
    file = folder / "sites.toml"
    file.write_text("".join(f"[[sites]]\n{table}\n" for table in tables))
    return OverheardRunner().invoke(app, ["check"], env={"GATEWAY_SITES_FILE": str(file)})


def test_every_site_of_a_file_is_checked(wix: httpx.Client, tmp_path: Path) -> None:
    address = str(wix.base_url)
    place = ("--site", ELSEWHERE, "--instance", "instance")
    with running_sandbox("--contacts", "0", *place) as other:
        result = check_sites(
            tmp_path,
            f'id = "{SITE}"\napi_key = "sandbox-key"\nbase_url = "{address}"',
            f'id = "{ELSEWHERE}"\napp_id = "{APP_ID}"\napp_secret = "sandbox-secret"\n'
            f'instance_id = "instance"\nbase_url = "{other.origin}"',
        )
    told = [line for line in result.output.splitlines() if line.startswith("settings")]
    assert told == [
        f"settings                 ok: API key for site {SITE} at {address.rstrip('/')}",
        f"settings                 ok: app {APP_ID}, instance instance at {other.origin}",
    ]
    assert result.output.count("change extended fields   ok") == 2
    assert result.exit_code == 0, result.output


def test_what_is_missing_on_one_of_several_sites_is_said_of_that_one(
    wix: httpx.Client, tmp_path: Path
) -> None:
    address = str(wix.base_url)
    result = check_sites(
        tmp_path,
        f'id = "{SITE}"\napi_key = "sandbox-key"\nbase_url = "{address}"',
        f'id = "another"\napi_key = "sandbox-key"\nbase_url = "{address}"',
    )
    assert result.exit_code == 1
    assert "Site another: Wix knows the key but lets it do nothing" in result.output
    assert f"Site {SITE}: " not in result.output
