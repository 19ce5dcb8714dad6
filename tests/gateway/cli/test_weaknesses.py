"""What ``crm-labels check`` says about who can call: what is in the way, and what is weak."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from gateway.cli import app
from gateway.cli.doors import obstacles
from gateway.cli.weaknesses import weaknesses
from gateway.edge.auth.api_keys import ApiKeyRecord, new_key
from gateway.edge.auth.key_file import changing
from gateway.model.principal import SCOPES
from gateway.settings import Settings
from tests.support.listening import OverheardRunner
from tests.support.tokens import AUDIENCE, ISSUER, KEYS_ADDRESS, Publisher, rsa_key

NOW = 1_800_000_000.0
DAY = 86_400.0
NO_AUTH = "GATEWAY_AUTH is none: right for a sandbox of your own, and refused anywhere else."
TOKENS = {
    "auth": "required",
    "jwt_issuer": ISSUER,
    "jwt_audience": AUDIENCE,
    "jwt_jwks_url": KEYS_ADDRESS,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def keep(
    file: Path,
    *,
    sites: Iterable[str] | None = ("site-1",),
    scopes: Iterable[str] = ("labels:read",),
    ends: float | None = NOW + DAY,
) -> ApiKeyRecord:
    _, record = new_key(
        sites=None if sites is None else frozenset(sites),
        scopes=frozenset(scopes),
        created_at=NOW,
        expires_at=ends,
    )
    with changing(file) as records:
        records.append(record)
    return record


def found(file: Path) -> list[str]:
    settings = Settings(auth="required", api_keys_file=file)
    return list(weaknesses(settings, NOW))


@pytest.mark.parametrize(("mode", "open_to_others"), [(0o600, False), (0o640, True), (0o602, True)])
def test_a_sites_file_that_others_can_read_or_change_is_one(
    file: Path, tmp_path: Path, mode: int, *, open_to_others: bool
) -> None:
    sites = tmp_path / "sites.toml"
    sites.write_text('[[sites]]\nid = "one"\napi_key = "k"\n')
    sites.chmod(mode)
    settings = Settings(auth="required", api_keys_file=file, sites_file=sites)
    told = f"Others than its owner can read or change {sites}: chmod 600 would end that."
    assert list(weaknesses(settings, NOW)) == [told] * open_to_others


def test_a_narrow_key_that_ends_is_no_weakness(file: Path) -> None:
    keep(file)
    assert found(file) == []


@pytest.mark.parametrize(
    ("key", "weakness"),
    [
        ({"ends": None}, "has no end: make another with --expires, then revoke it."),
        ({"ends": NOW}, "has ended: revoke it."),
        (
            {"ends": NOW + 367 * DAY},
            "is good for more than a year: make another with a nearer end.",
        ),
        ({"sites": None}, "is for every site: make one for each."),
        ({"scopes": SCOPES}, "may do everything: make one with the scopes that its holder uses."),
    ],
)
def test_what_a_key_has_too_much_of_is_said(
    key: dict[str, object], weakness: str, file: Path
) -> None:
    record = keep(file, **key)  # type: ignore[arg-type]
    assert found(file) == [f"API key {record.id} {weakness}"]


def test_a_file_that_others_can_read_is_weak(file: Path) -> None:
    keep(file)
    file.chmod(0o644)
    assert found(file) == [
        f"Others than its owner can read or change {file}: chmod 600 would end that."
    ]


def test_pages_of_every_origin_are_too_many() -> None:
    assert list(weaknesses(Settings(cors_origins="*"), NOW)) == [
        NO_AUTH,
        "GATEWAY_CORS_ORIGINS lets the pages of every origin read answers: name those you know.",
    ]
    assert list(weaknesses(Settings(cors_origins="https://a.example"), NOW)) == [NO_AUTH]


@pytest.mark.parametrize(
    ("proof", "told"),
    [
        (
            "hmac",
            [
                (
                    "GATEWAY_ROUTER_PROOF=hmac takes what a router has signed a second time; "
                    "hmac-stamped would not."
                )
            ],
        ),
        ("hmac-stamped", []),
    ],
)
def test_signatures_without_stamps_are_weak(proof: str, told: list[str]) -> None:
    given = {"router_proof": proof, "router_secret": "known to the router"}
    assert list(weaknesses(Settings.model_validate(given), NOW)) == [NO_AUTH, *told]


async def test_an_issuer_that_does_not_answer_is_in_the_way() -> None:
    settings, publisher = Settings.model_validate(TOKENS), Publisher(rsa_key("rsa"))
    assert await obstacles(settings, transport=publisher.transport) == []
    publisher.fails = True
    assert await obstacles(settings, transport=publisher.transport) == [
        f"The issuer's keys cannot be fetched: {KEYS_ADDRESS}: ConnectError."
    ]


async def test_a_file_without_a_key_is_in_the_way(file: Path) -> None:
    assert await obstacles(Settings(auth="required", api_keys_file=file)) == [
        f"There is no key in {file}: make one by `crm-labels keys create`."
    ]


async def test_a_file_of_something_else_is_in_the_way(tmp_path: Path) -> None:
    settings = Settings(auth="required", api_keys_file=tmp_path)
    assert await obstacles(settings) == [f"{tmp_path.name} cannot be read: Is a directory."]


async def test_a_site_that_would_be_open_to_everybody_is_in_the_way() -> None:
    settings = Settings.model_validate({"wix_api_key": "key", "wix_site_id": "site"})
    reasons = await obstacles(settings)
    assert reasons[0] == "With GATEWAY_AUTH=none whoever calls would have all rights on your site."


def test_a_check_of_the_sandbox_remarks_that_nobody_is_asked() -> None:
    result = OverheardRunner().invoke(app, ["check"])
    assert result.exit_code == 0
    assert result.output.splitlines()[-2:] == [f"Weak: {NO_AUTH}", "Nothing is missing."]


def test_a_check_without_any_key_is_not_complete(file: Path) -> None:
    environment = {"GATEWAY_AUTH": "required", "GATEWAY_API_KEYS_FILE": str(file)}
    result = OverheardRunner().invoke(app, ["check"], env=environment)
    assert result.exit_code == 1
    assert f"There is no key in {file}" in result.output


def test_a_page_that_is_shown_away_from_the_sandbox_is_told_of(file: Path) -> None:
    keep(file)
    guarded = {"auth": "required", "api_keys_file": file, "graphiql": "on"}
    site = {"wix_api_key": "k", "wix_site_id": "s"}
    assert list(weaknesses(Settings.model_validate(guarded), NOW)) == []
    (told,) = weaknesses(Settings.model_validate({**guarded, **site}), NOW)
    assert told.startswith("GATEWAY_GRAPHIQL=on shows GraphiQL to everybody who comes")
