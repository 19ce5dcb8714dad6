"""What ``crm-labels check`` says of ways that others can read, and of files they can change."""

from pathlib import Path

import pytest

from gateway.cli.weaknesses import weaknesses
from gateway.edge.auth.api_keys import new_key
from gateway.edge.auth.key_file import changing
from gateway.model.principal import SCOPES
from gateway.settings import Settings
from tests.support.tokens import AUDIENCE, ISSUER, rsa_key

NOW = 1_800_000_000.0


def found(**given: object) -> list[str]:
    """List the weaknesses of settings, but for that nobody is asked who he is."""
    settings = Settings.model_validate(given)
    return [each for each in weaknesses(settings, NOW) if not each.startswith("GATEWAY_AUTH")]


@pytest.mark.parametrize("origin", ["https://a.example", "http://localhost:3000", "http://[::1]"])
def test_an_origin_that_nobody_on_the_way_can_change_is_none(origin: str) -> None:
    assert found(cors_origins=origin) == []


def test_a_page_that_anybody_on_the_way_can_change_is_one() -> None:
    told = (
        "GATEWAY_CORS_ORIGINS lets http://b.example read answers, whose pages anybody on the way "
        "to them can change: name it with https."
    )
    assert found(cors_origins="https://a.example, http://b.example") == [told]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://wix.example", []),
        ("http://127.0.0.1:9000", []),
        (
            "http://wix.example",
            ["The sites' secrets are sent to http://wix.example, for all to read: use https."],
        ),
    ],
)
def test_secrets_that_are_sent_in_the_clear_are_one(address: str, told: list[str]) -> None:
    assert found(wix_api_key="k" * 20, wix_site_id="one", wix_base_url=address) == told


@pytest.mark.parametrize(("mode", "is_weak"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_router_s_secret_that_others_can_read_is_one(
    tmp_path: Path, mode: int, *, is_weak: bool
) -> None:
    file = tmp_path / "secret"
    file.write_text("known to the router")
    file.chmod(mode)
    told = f"Others than its owner can read or change {file}: chmod 600 would end that."
    assert found(router_proof="header", router_secret_file=file) == [told] * is_weak


@pytest.mark.parametrize(("mode", "is_weak"), [(0o644, False), (0o664, True), (0o646, True)])
def test_keys_that_others_can_put_theirs_among_are_one(
    tmp_path: Path, mode: int, *, is_weak: bool
) -> None:
    file = tmp_path / "issuer.pem"
    file.write_bytes(rsa_key("rsa").as_pem(private=False))
    file.chmod(mode)
    tokens = {"jwt_issuer": ISSUER, "jwt_audience": AUDIENCE, "jwt_public_keys_file": file}
    told = f"Others than its owner can change what is trusted by {file}: chmod 644."
    assert found(auth="required", **tokens) == [told] * is_weak


@pytest.mark.parametrize(("mode", "is_weak"), [(0o644, False), (0o666, True)])
def test_documents_that_others_can_put_theirs_among_are_one(
    tmp_path: Path, mode: int, *, is_weak: bool
) -> None:
    file = tmp_path / "documents.json"
    file.write_text('{"a": "{ __typename }"}')
    file.chmod(mode)
    told = f"Others than its owner can change what is trusted by {file}: chmod 644."
    assert found(documents="only", documents_file=file) == [told] * is_weak


@pytest.mark.parametrize(
    ("left_out", "is_weak"),
    [("schema:introspect", True), ("contacts:bulk", False), ("contacts:delete", False)],
)
def test_a_key_that_can_wipe_a_site_is_one_though_it_may_not_do_everything(
    tmp_path: Path, left_out: str, *, is_weak: bool
) -> None:
    file = tmp_path / "keys.json"
    _, record = new_key(
        sites=frozenset({"one"}),
        scopes=SCOPES - {left_out},
        created_at=NOW,
        expires_at=NOW + 60,
    )
    with changing(file) as records:
        records.append(record)
    told = f"API key {record.id} may delete every contact at once: make one without contacts:bulk."
    assert found(auth="required", api_keys_file=file) == [told] * is_weak
