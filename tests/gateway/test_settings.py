"""Settings: typed, complete, and refused in words."""

import re
from pathlib import Path

import pytest

from gateway.settings import Settings, SettingsError, describe, load
from gateway.settings_credentials import WIX
from gateway.wix.auth import ApiKey, AppCredentials
from tests.support.webhooks import key, public_pem

ROOT = Path(__file__).parents[2]
KEY = {"GATEWAY_WIX_API_KEY": "key-of-the-site", "GATEWAY_WIX_SITE_ID": "site"}
REDIS_OPTIONS = ("db", "ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_keyfile")
APP = {
    "GATEWAY_WIX_APP_ID": "app",
    "GATEWAY_WIX_APP_SECRET": "secret-of-the-app",
    "GATEWAY_WIX_INSTANCE_ID": "instance",
}


def loaded(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load()


def reasons(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        loaded(monkeypatch, **environment)
    assert str(caught.value) == "\n".join(caught.value.reasons)
    return caught.value.reasons


def test_nothing_needs_to_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch)
    assert settings == Settings()
    assert settings.in_sandbox
    assert (settings.sites, settings.secrets()) == ((), ())


def test_a_key_and_its_site_lead_to_wix(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, **KEY)
    assert not settings.in_sandbox
    (site,) = settings.sites
    assert (site.upstream, site.id, site.credentials) == (
        WIX,
        "site",
        ApiKey("key-of-the-site", "site"),
    )
    assert settings.secrets() == ("key-of-the-site",)


def test_an_app_and_its_instance_do_too(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, **APP, GATEWAY_WIX_BASE_URL="http://127.0.0.1:9000/")
    assert not settings.in_sandbox
    (site,) = settings.sites
    assert (site.upstream, site.id, site.credentials) == (
        "http://127.0.0.1:9000",
        "instance",
        AppCredentials("app", "secret-of-the-app", "instance"),
    )
    assert settings.secrets() == ("secret-of-the-app",)


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        (
            {"GATEWAY_WIX_API_KEY": "key"},
            "Missing beside GATEWAY_WIX_API_KEY: GATEWAY_WIX_SITE_ID.",
        ),
        (
            {"GATEWAY_WIX_SITE_ID": "site"},
            "Missing beside GATEWAY_WIX_SITE_ID: GATEWAY_WIX_API_KEY.",
        ),
        (
            {"GATEWAY_WIX_APP_ID": "app"},
            (
                "Missing beside GATEWAY_WIX_APP_ID: "
                "GATEWAY_WIX_APP_SECRET and GATEWAY_WIX_INSTANCE_ID."
            ),
        ),
        (
            {**KEY, "GATEWAY_WIX_APP_ID": "app"},
            (
                "Both an API key and an app are configured; unset GATEWAY_WIX_API_KEY and "
                "GATEWAY_WIX_SITE_ID or GATEWAY_WIX_APP_ID."
            ),
        ),
        (
            {"GATEWAY_WIX_BASE_URL": "http://127.0.0.1:9000"},
            (
                "Missing beside GATEWAY_WIX_BASE_URL: credentials. Set GATEWAY_WIX_API_KEY "
                "and GATEWAY_WIX_SITE_ID, or GATEWAY_WIX_APP_ID and GATEWAY_WIX_APP_SECRET and "
                "GATEWAY_WIX_INSTANCE_ID."
            ),
        ),
    ],
)
def test_credentials_that_are_not_whole_are_refused(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], reason: str
) -> None:
    assert reasons(monkeypatch, **environment) == [reason]


def test_an_unknown_setting_is_refused_with_the_nearest_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = reasons(monkeypatch, GATEWAY_LOG_LEVL="info", GATEWAY_ZZZZZZZZZZZZ="1")
    assert found == [
        "GATEWAY_LOG_LEVL is not a setting of this gateway. Did you mean GATEWAY_LOG_LEVEL?",
        "GATEWAY_ZZZZZZZZZZZZ is not a setting of this gateway.",
    ]


def test_all_unusable_values_are_told_at_once_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = reasons(monkeypatch, GATEWAY_REQUEST_SECONDS="soon", GATEWAY_BODY_BYTES="-1")
    assert [reason.partition(":")[0] for reason in found] == [
        "GATEWAY_REQUEST_SECONDS",
        "GATEWAY_BODY_BYTES",
    ]
    assert "soon" not in "".join(found)


@pytest.mark.parametrize("address", ["www.wixapis.com", "ftp://wix", "http://wix/path", "http://"])
def test_an_upstream_is_a_web_origin(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    (reason,) = reasons(monkeypatch, **KEY, GATEWAY_WIX_BASE_URL=address)
    assert reason.startswith("GATEWAY_WIX_BASE_URL:")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("localhost:6379", "the address must begin with redis://, rediss:// or unix://"),
        ("http://localhost", "the address must begin with redis://, rediss:// or unix://"),
        ("redis://", "the address names no server"),
        ("redis://user:word@", "the address names no server"),
        ("redis://host:0", "the address names no server"),
        ("unix://", "the address names no server"),
        ("redis://host:word", "the address cannot be read"),
        ("redis://user:wo/rd@host", "the address cannot be read"),
        ("redis://[host", "the address cannot be read"),
        ("redis://host/word", "the address names a database that is no number"),
        ("redis://host?db=word", "the address names a database that is no number"),
        (
            "redis://host?word=1",
            f"the address may have no options but {', '.join(REDIS_OPTIONS)}",
        ),
    ],
)
def test_a_redis_that_cannot_be_one_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, address: str, reason: str
) -> None:
    assert reasons(monkeypatch, GATEWAY_REDIS_URL=address) == [f"GATEWAY_REDIS_URL: {reason}."]


@pytest.mark.parametrize(
    "address",
    [
        "redis://localhost",
        "redis://:word@127.0.0.1:6379/3",
        "rediss://user:wo%2Frd@host.example:6380?ssl_ca_certs=/etc/ca.pem",
        "unix:///run/redis.sock?db=2",
    ],
)
def test_a_redis_may_be_anywhere(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    settings = loaded(monkeypatch, GATEWAY_REDIS_URL=address)
    assert settings.redis_url is not None
    assert settings.redis_url.get_secret_value() == address
    assert address not in repr(settings)
    assert address in settings.secrets()


def test_webhook_keys_come_from_the_variable_and_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "keys.pem"
    file.write_text(public_pem("wix before"))
    settings = loaded(
        monkeypatch,
        **KEY,
        GATEWAY_WEBHOOK_PUBLIC_KEYS=public_pem(),
        GATEWAY_WEBHOOK_PUBLIC_KEYS_FILE=str(file),
    )
    expected = [key("wix").thumbprint(), key("wix before").thumbprint()]
    (site,) = settings.sites
    assert site.signer is not None
    assert [found.thumbprint() for found in site.signer.keys()] == expected  # noqa: SIM118 - a callable, no mapping


def test_without_keys_no_webhooks_are_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [site.signer for site in loaded(monkeypatch, **KEY).sites] == [None]


def test_keys_that_cannot_be_used_are_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    private = key("wix").as_pem(private=True).decode()
    file = tmp_path / "keys.pem"
    file.write_text("no key")
    assert reasons(
        monkeypatch,
        **KEY,
        GATEWAY_WEBHOOK_PUBLIC_KEYS=private,
        GATEWAY_WEBHOOK_PUBLIC_KEYS_FILE=str(file),
    ) == [
        "GATEWAY_WEBHOOK_PUBLIC_KEYS: a private key was given where only the public one belongs.",
        "GATEWAY_WEBHOOK_PUBLIC_KEYS_FILE: a public key is neither PEM nor base64 of PEM.",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "there is no public key"),
        ("no key", "a public key is neither PEM nor base64 of PEM"),
    ],
)
def test_a_key_file_without_a_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, reason: str
) -> None:
    file = tmp_path / "keys.pem"
    file.write_text(content)
    found = reasons(monkeypatch, **KEY, GATEWAY_WEBHOOK_PUBLIC_KEYS_FILE=str(file))
    assert found == [f"GATEWAY_WEBHOOK_PUBLIC_KEYS_FILE: {reason}."]


def test_a_key_file_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    missing = str(tmp_path / "keys.pem")
    (reason,) = reasons(monkeypatch, **KEY, GATEWAY_WEBHOOK_PUBLIC_KEYS_FILE=missing)
    assert reason.startswith("GATEWAY_WEBHOOK_PUBLIC_KEYS_FILE:")


def test_the_sandbox_in_process_needs_no_keys_and_takes_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (reason,) = reasons(monkeypatch, GATEWAY_WEBHOOK_PUBLIC_KEYS=public_pem())
    assert reason.startswith("Missing beside GATEWAY_WEBHOOK_PUBLIC_KEYS: credentials.")


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch, GATEWAY_WIX_API_KEY="", GATEWAY_WIX_SITE_ID="").in_sandbox


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = repr(loaded(monkeypatch, **APP))
    assert "secret-of-the-app" not in shown


def test_every_setting_has_a_meaning() -> None:
    assert all(row.meaning.endswith(".") for row in describe())
    assert [row.name for row in describe()] == [
        f"GATEWAY_{field.upper()}" for field in Settings.model_fields
    ]


def test_the_readme_lists_the_settings_in_their_order() -> None:
    rows = re.findall(r"^\| `(GATEWAY_\w+)` \| (.*?) \| (.*?) \|$", _readme(), re.MULTILINE)
    assert rows == [(row.name, row.default, row.meaning) for row in describe()]


def _readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")
