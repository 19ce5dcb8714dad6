"""Settings about documents and routers: whole, readable, and refused without their secrets."""

from pathlib import Path

import pytest

from gateway.settings import Settings, SettingsError, load

SECRET = "known to the router alone"


def loaded(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "manifest.json").write_text('{"a": "{ __typename }"}')
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "secret").write_text(f" {SECRET}\n")
    (tmp_path / "short").write_text("canary")
    (tmp_path / "binary").write_bytes(b"\xff" * 20)
    monkeypatch.chdir(tmp_path)
    return tmp_path


PROOF = "GATEWAY_ROUTER_PROOF=hmac needs GATEWAY_ROUTER_SECRET or GATEWAY_ROUTER_SECRET_FILE"


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        (
            {"GATEWAY_DOCUMENTS": "only"},
            "Missing beside GATEWAY_DOCUMENTS=only: GATEWAY_DOCUMENTS_FILE.",
        ),
        (
            {"GATEWAY_DOCUMENTS_FILE": "manifest.json"},
            "GATEWAY_DOCUMENTS_FILE: of no use with GATEWAY_DOCUMENTS=off.",
        ),
        (
            {"GATEWAY_DOCUMENTS": "prefer", "GATEWAY_DOCUMENTS_FILE": "list.json"},
            "GATEWAY_DOCUMENTS_FILE: the file holds no JSON object.",
        ),
        (
            {
                "GATEWAY_DOCUMENTS": "only",
                "GATEWAY_DOCUMENTS_FILE": "manifest.json",
                "GATEWAY_ROUTER_PROOF": "header",
                "GATEWAY_ROUTER_SECRET": SECRET,
            },
            (
                "GATEWAY_ROUTER_PROOF: of no use with GATEWAY_DOCUMENTS=only. A router makes its "
                "documents up as it goes, so that none of them is in a manifest."
            ),
        ),
        ({"GATEWAY_ROUTER_PROOF": "hmac"}, f"{PROOF}, and not both."),
        (
            {
                "GATEWAY_ROUTER_PROOF": "hmac",
                "GATEWAY_ROUTER_SECRET": SECRET,
                "GATEWAY_ROUTER_SECRET_FILE": "secret",
            },
            f"{PROOF}, and not both.",
        ),
        (
            {"GATEWAY_ROUTER_SECRET": SECRET},
            "GATEWAY_ROUTER_SECRET: of no use with GATEWAY_ROUTER_PROOF=none.",
        ),
        (
            {"GATEWAY_ROUTER_PROOF": "hmac", "GATEWAY_ROUTER_SECRET": "short"},
            "GATEWAY_ROUTER_SECRET: at least 16 characters are needed.",
        ),
        (
            {"GATEWAY_ROUTER_PROOF": "hmac", "GATEWAY_ROUTER_SECRET_FILE": "short"},
            "GATEWAY_ROUTER_SECRET_FILE: the secret in the file is shorter than 16 characters.",
        ),
        (
            {"GATEWAY_ROUTER_PROOF": "hmac", "GATEWAY_ROUTER_SECRET_FILE": "binary"},
            "GATEWAY_ROUTER_SECRET_FILE: the file cannot be read.",
        ),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_does_not_go_together_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], reason: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(monkeypatch, **environment)
    assert caught.value.reasons == [reason]


@pytest.mark.parametrize(
    "told", [{"GATEWAY_ROUTER_SECRET": SECRET}, {"GATEWAY_ROUTER_SECRET_FILE": "secret"}]
)
@pytest.mark.usefixtures("folder")
def test_the_router_s_secret_is_never_printed(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str]
) -> None:
    settings = loaded(monkeypatch, GATEWAY_ROUTER_PROOF="hmac", **told)
    assert settings.secrets() == (SECRET,)
    assert SECRET not in repr(settings)


def test_a_short_secret_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(monkeypatch, GATEWAY_ROUTER_PROOF="hmac", GATEWAY_ROUTER_SECRET="canary")
    assert "GATEWAY_ROUTER_SECRET: " in str(caught.value)
    assert "canary" not in str(caught.value)
