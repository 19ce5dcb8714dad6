"""Where the gateway starts without asking callers who they are, and where it does not."""

import pytest

from gateway.app import from_environment
from gateway.cli import app
from gateway.exposure import LISTENS_ON, is_loopback, refuse_exposure
from gateway.settings import Settings, SettingsError
from tests.support.listening import OverheardRunner

KEY = {"wix_api_key": "key-of-the-site", "wix_site_id": "site"}
HERE = KEY | {"wix_base_url": "http://127.0.0.1:9000"}
HOW = (
    "Ask callers who they are: set GATEWAY_AUTH=required, and GATEWAY_API_KEYS_FILE with keys "
    "made by `crm-labels keys create`, or GATEWAY_JWT_ISSUER and GATEWAY_JWT_AUDIENCE. "
    "Without that the gateway serves only its sandbox, and only on loopback (--host 127.0.0.1)."
)
SITE = "With GATEWAY_AUTH=none whoever calls would have all rights on your site."
SERVER = "With GATEWAY_AUTH=none the application must be run by `crm-labels serve`."


def network(host: str) -> str:
    return f"With GATEWAY_AUTH=none anyone who reaches {host} could call."


@pytest.mark.parametrize("settings", [{}, HERE, HERE | {"wix_base_url": "http://localhost"}])
@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_sandbox_is_open_on_loopback(settings: dict[str, str], host: str) -> None:
    refuse_exposure(Settings.model_validate(settings), host)


@pytest.mark.parametrize(
    ("settings", "host", "reasons"),
    [
        ({}, "0.0.0.0", [network("0.0.0.0")]),  # noqa: S104 - refused
        ({}, "::", [network("::")]),
        ({}, "192.168.1.7", [network("192.168.1.7")]),
        ({}, None, [SERVER]),
        (KEY, "127.0.0.1", [SITE]),
        (KEY, "10.0.0.1", [SITE, network("10.0.0.1")]),
        (KEY, None, [SITE, SERVER]),
        (KEY | {"wix_base_url": "https://wix.example"}, "::1", [SITE]),
        (KEY | {"wix_base_url": "http://127.0.0.1.example"}, "::1", [SITE]),
        (KEY | {"wix_base_url": "http://127.0.0.1@example.com"}, "::1", [SITE]),
        (HERE, "0.0.0.0", [network("0.0.0.0")]),  # noqa: S104 - refused
    ],
)
def test_a_site_or_a_network_is_not(
    settings: dict[str, str], host: str | None, reasons: list[str]
) -> None:
    with pytest.raises(SettingsError) as caught:
        refuse_exposure(Settings.model_validate(settings), host)
    assert caught.value.reasons == [*reasons, HOW]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", None])  # noqa: S104 - callers are asked
@pytest.mark.parametrize("site", [{}, KEY])
def test_where_callers_are_asked_any_address_will_do(
    site: dict[str, str], host: str | None
) -> None:
    asking = {"auth": "required", "api_keys_file": "keys.json"}
    refuse_exposure(Settings.model_validate(site | asking), host)


def test_the_server_s_refusal_says_how_to_set_it_up() -> None:
    for arguments, environment, reasons in (
        (["--host", "0.0.0.0"], {}, [network("0.0.0.0")]),  # noqa: S104 - refused
        ([], {f"GATEWAY_{name.upper()}": value for name, value in KEY.items()}, [SITE]),
    ):
        command = ["serve", "--port", "0", *arguments]
        result = OverheardRunner().invoke(app, command, env=environment)
        assert result.exit_code == 2
        assert result.output.splitlines() == [*reasons, HOW]


@pytest.mark.parametrize("address", ["0.0.0.0", ""])  # noqa: S104 - refused
def test_a_worker_refuses_what_its_parent_would(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LISTENS_ON, address)
    with pytest.raises(SettingsError, match="could call"):
        from_environment()
    monkeypatch.delenv(LISTENS_ON)
    with pytest.raises(SettingsError, match="must be run by `crm-labels serve`"):
        from_environment()


def test_a_name_is_loopback_only_where_it_cannot_be_another() -> None:
    names = ("localhost", "localhost.example", "127.1", "0", "", "[::1]")
    assert [name for name in names if is_loopback(name)] == ["localhost"]
