"""The sites file: several sites with their credentials, or a refusal that says what is wrong."""

import re
from pathlib import Path

import pytest

from gateway.settings import SettingsError, load
from gateway.settings_credentials import WIX
from gateway.settings_sites import MOST_SITES, Defaults, SiteSettings, read_sites
from gateway.wix.auth import ApiKey, AppCredentials
from tests.support.webhooks import public_pem

DEFAULTS = Defaults(upstream="https://wix.test", calls_per_minute=200, shared_by=1)
SECRET = "hush-hush-hush"
ONE = f'[[sites]]\nid = "one"\napi_key = "{SECRET}"\n'
APP = f'[[sites]]\nid = "two"\napp_id = "app"\napp_secret = "{SECRET}"\ninstance_id = "inst"\n'


def read(
    folder: Path, text: str, defaults: Defaults = DEFAULTS, **environment: str
) -> tuple[SiteSettings, ...]:
    file = folder / "sites.toml"
    file.write_text(text)
    return read_sites(file, defaults, environment)


def test_each_site_has_its_own_credentials_and_figures(tmp_path: Path) -> None:
    more = 'base_url = "http://127.0.0.1:9000/"\ncalls_per_minute = 60\n'
    assert read(tmp_path, ONE + APP + more) == (
        SiteSettings("one", ApiKey(SECRET, "one"), "https://wix.test", 200),
        SiteSettings(
            "two",
            AppCredentials("app", SECRET, "inst"),
            "http://127.0.0.1:9000",
            60,
            instance_id="inst",
        ),
    )


@pytest.mark.parametrize(
    "line", ['api_key_file = "key.txt"', 'api_key_env = "KEY_OF_ONE"', f'api_key = "{SECRET}"']
)
def test_a_secret_may_be_in_the_file_beside_it_or_in_a_variable(tmp_path: Path, line: str) -> None:
    (tmp_path / "key.txt").write_text(f"{SECRET}\n")
    (site,) = read(tmp_path, f'[[sites]]\nid = "one"\n{line}\n', KEY_OF_ONE=SECRET)
    assert site.credentials == ApiKey(SECRET, "one")


def test_processes_that_share_the_calls_have_an_even_part_of_each_site_s(tmp_path: Path) -> None:
    shared = Defaults("https://wix.test", calls_per_minute=200, shared_by=4)
    sites = read(tmp_path, ONE + APP + "calls_per_minute = 2\n", shared)
    assert [site.calls_per_minute for site in sites] == [50, 1]


def test_sites_of_one_app_have_one_signer(tmp_path: Path) -> None:
    (tmp_path / "wix.pem").write_text(public_pem())
    other = public_pem("another app").replace("\n", "\\n")
    keys = 'webhook_public_keys_file = "wix.pem"\n'
    third = f'[[sites]]\nid = "three"\napi_key = "k"\nwebhook_public_keys = "{other}"\n'
    fourth = '[[sites]]\nid = "four"\napi_key = "k"\n'
    sites = read(tmp_path, ONE + keys + APP + keys + third + fourth)
    one, two, three, four = (site.signer for site in sites)
    assert one is not None
    assert one == two
    assert one != three
    assert four is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file must hold 1 to 1,000 tables [[sites]], nothing else"),
        ("sites = []", "the file must hold 1 to 1,000 tables [[sites]], nothing else"),
        ("sites = 3", "the file must hold 1 to 1,000 tables [[sites]], nothing else"),
        (ONE + "[others]\n", "the file must hold 1 to 1,000 tables [[sites]], nothing else"),
        (f"{SECRET} =", "the file is no TOML in UTF-8"),
        (
            '[[sites]]\nid = "one"\n' * (MOST_SITES + 1),
            "the file must hold 1 to 1,000 tables [[sites]], nothing else",
        ),
        ("sites = [1]", "site 1 of the file is no table"),
        ('[[sites]]\napi_key = "k"\n', "site 1 of the file: id: Field required"),
        (ONE + "[[sites]]\nid = 4\n", "site 2 of the file: id: Input should be a valid string"),
        (ONE + 'apikey = "k"\n', "site 1 of the file: apikey: Extra inputs are not permitted"),
        (ONE + ONE, "several sites have the id one"),
        (ONE + ONE.replace('"one"', '"ONE"'), "several sites have the id one"),
        (APP + APP.replace('"two"', '"three"'), "several sites have the instance_id inst"),
        (
            '[[sites]]\nid = "one"\n',
            "site one: either api_key or app_secret is needed, and not both",
        ),
        (
            ONE + 'app_secret = "s"\n',
            "site one: either api_key or app_secret is needed, and not both",
        ),
        (ONE + 'app_id = "app"\n', "site one: app_id goes with app_secret, not with api_key"),
        (
            '[[sites]]\nid = "one"\napp_secret = "s"\n',
            "site one: app_secret goes with app_id and instance_id",
        ),
        (
            ONE + 'api_key_env = "KEY"\n',
            "site one: only one of api_key, api_key_file and api_key_env can be told",
        ),
        (
            '[[sites]]\nid = "one"\napi_key_env = "NOT_SET"\n',
            "site one: the variable that api_key_env names is empty, or not set",
        ),
        (
            '[[sites]]\nid = "one"\napi_key_file = "nowhere.txt"\n',
            "site one: the file that api_key_file names is empty, or cannot be read",
        ),
        ('[[sites]]\nid = "one"\napi_key = ""\n', "site one: api_key is empty"),
        (ONE + 'webhook_public_keys = "k"\n', "site one: a public key is neither PEM nor base64"),
        (ONE + 'webhook_public_keys_file = "no.pem"\n', "site one: the file cannot be read"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_that_repeat_no_secret(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)) as caught:
        read(tmp_path, text)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("site", ["", "a b", "a/b", "a:b", "a\\nb", "é", "x" * 65])
def test_a_site_s_id_is_plain(tmp_path: Path, site: str) -> None:
    with pytest.raises(ValueError, match="id: String should match pattern"):
        read(tmp_path, f'[[sites]]\nid = "{site}"\napi_key = "k"\n')


def test_bytes_that_are_no_text_are_no_sites_file(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="no TOML in UTF-8"):
        read_sites(file, DEFAULTS, {})


def test_no_site_shows_its_secret(tmp_path: Path) -> None:
    assert SECRET not in repr(read(tmp_path, ONE + APP))


def test_the_settings_lead_to_the_file_s_sites(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(ONE + APP)
    monkeypatch.setenv("GATEWAY_SITES_FILE", str(file))
    settings = load()
    assert [(site.id, site.upstream) for site in settings.sites] == [("one", WIX), ("two", WIX)]
    assert (settings.in_sandbox, settings.secrets()) == (False, (SECRET, SECRET))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_WIX_API_KEY", "key"),
        ("GATEWAY_WIX_SITE_ID", "site"),
        ("GATEWAY_WIX_APP_ID", "app"),
        ("GATEWAY_WEBHOOK_INSTANCE_ID", "instance"),
    ],
)
def test_a_sites_file_and_the_settings_of_one_site_exclude_each_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(ONE)
    monkeypatch.setenv("GATEWAY_SITES_FILE", str(file))
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert caught.value.reasons == [
        f"GATEWAY_SITES_FILE tells everything about its sites; unset {name}."
    ]


def test_a_sites_file_that_cannot_be_used_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "sites.toml"
    file.write_text('[[sites]]\nid = "one"\n')
    monkeypatch.setenv("GATEWAY_SITES_FILE", str(file))
    with pytest.raises(SettingsError) as caught:
        load()
    assert caught.value.reasons == [
        "GATEWAY_SITES_FILE: site one: either api_key or app_secret is needed, and not both."
    ]


def test_the_file_that_the_readme_shows_is_one(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    (tmp_path / "shop.key").write_text(SECRET)
    (tmp_path / "blog.pem").write_text(public_pem())
    shop, blog = read(tmp_path, shown, BLOG_APP_SECRET=SECRET)
    assert (shop.credentials, shop.calls_per_minute) == (ApiKey(SECRET, shop.id), 200)
    assert (blog.credentials.secret, blog.calls_per_minute) == (SECRET, 100)
