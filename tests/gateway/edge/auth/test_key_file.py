"""API keys and their file: what is kept, who is let in, and how soon a key stops to count."""

import json
from pathlib import Path

import pytest

from gateway.edge.auth.api_keys import ApiKeyRecord, BadKey, digest_of, new_key
from gateway.edge.auth.key_file import BadKeyFile, WatchedKeys, changing, is_open, read_records
from gateway.model.principal import API_KEY_PREFIX, Caller
from tests.support.clock import ManualClock

NOW = 1_800_000_000.0
READ = frozenset({"labels:read"})


def made(
    file: Path, *, sites: frozenset[str] | None = frozenset({"site-1"}), ends: float | None = None
) -> tuple[str, ApiKeyRecord]:
    """Make a key in a file."""
    key, record = new_key(sites=sites, scopes=READ, created_at=NOW, expires_at=ends)
    with changing(file) as records:
        records.append(record)
    return key, record


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def watched(file: Path, clock: ManualClock) -> WatchedKeys:
    return WatchedKeys(file, clock=clock, now=clock)


def test_a_key_tells_its_caller(file: Path, watched: WatchedKeys) -> None:
    key, record = made(file, ends=NOW + 60)
    expected = Caller(f"key:{record.id}", READ, frozenset({"site-1"}), NOW + 60)
    assert watched.caller(key) == expected


def test_a_key_may_be_for_every_site(file: Path, watched: WatchedKeys) -> None:
    key, record = made(file, sites=None)
    assert watched.caller(key) == Caller(f"key:{record.id}", READ, None, None)


def test_only_the_key_s_digest_is_kept_and_only_its_owner_reads_it(file: Path) -> None:
    key, record = made(file)
    text = file.read_text()
    assert json.loads(text)["keys"][0]["sha256"] == digest_of(key) == record.digest
    assert key.removeprefix(API_KEY_PREFIX + record.id) not in text
    assert file.stat().st_mode & 0o777 == 0o600
    assert not is_open(file)
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_no_two_keys_are_alike(file: Path) -> None:
    made_keys = [made(file) for _ in range(20)]
    assert len({key for key, _ in made_keys}) == len({record.id for _, record in made_keys}) == 20
    assert read_records(file) == tuple(record for _, record in made_keys)


def test_whatever_is_not_the_very_key_is_refused(file: Path, watched: WatchedKeys) -> None:
    key, record = made(file)
    other, _ = made(file)
    secret = other.removeprefix(API_KEY_PREFIX)[13:]
    for wrong in (
        "",
        API_KEY_PREFIX,
        key[:-1],
        key + "x",
        key + "\n",
        key.upper(),
        key.swapcase(),
        f"{API_KEY_PREFIX}{record.id}_{secret}",
        f"{API_KEY_PREFIX}{record.id}_{'A' * 43}",
        f"{API_KEY_PREFIX}{'0' * 12}_{secret}",
        record.digest,
        f"{API_KEY_PREFIX}{record.id}_{record.digest}",
        f"{API_KEY_PREFIX}{record.id}_{'é' * 43}",
    ):
        with pytest.raises(BadKey):
            watched.caller(wrong)


def test_a_key_ends_at_its_end(file: Path, watched: WatchedKeys, clock: ManualClock) -> None:
    key, _ = made(file, ends=NOW + 60)
    clock.advance(59.9)
    assert watched.caller(key).expires_at == NOW + 60
    clock.advance(0.1)
    with pytest.raises(BadKey, match="expired"):
        watched.caller(key)


def test_a_revoked_key_stops_to_count_within_a_second(
    file: Path, watched: WatchedKeys, clock: ManualClock
) -> None:
    key, _ = made(file)
    other, _ = made(file)
    assert watched.caller(key) is watched.caller(key)
    with changing(file) as records:
        records.pop(0)
    clock.advance(1)
    with pytest.raises(BadKey, match="no such key"):
        watched.caller(key)
    assert watched.caller(other).scopes == READ


def test_a_new_key_counts_within_a_second(
    file: Path, watched: WatchedKeys, clock: ManualClock
) -> None:
    with pytest.raises(BadKey):
        watched.caller("none yet")
    key, _ = made(file)
    clock.advance(1)
    assert watched.caller(key).scopes == READ


def test_the_file_is_looked_at_once_a_second_at_most(
    file: Path, watched: WatchedKeys, clock: ManualClock
) -> None:
    key, _ = made(file)
    watched.caller(key)
    file.unlink()
    clock.advance(0.9)
    assert watched.caller(key).scopes == READ
    clock.advance(0.1)
    with pytest.raises(BadKey):
        watched.caller(key)


ENTRY = {
    "id": "0" * 12,
    "sha256": "0" * 64,
    "sites": ["site-1"],
    "scopes": ["labels:read"],
    "created_at": NOW,
    "expires_at": None,
}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"keys": 7}',
        '{"keys": [7]}',
        '{"keys": [{"id": "x"}]}',
        json.dumps({"keys": [ENTRY | {"scopes": ["galaxy:rule"]}]}),
        json.dumps({"keys": [ENTRY | {"sites": "*"}]}),
        json.dumps({"keys": [ENTRY | {"expires_at": "tomorrow"}]}),
        json.dumps({"keys": [ENTRY | {"expires_at": True}]}),
        json.dumps({"keys": [ENTRY | {"expires_at": float("nan")}]}),
        json.dumps({"keys": [ENTRY | {"sha256": "é" * 64}]}),
        json.dumps({"keys": [ENTRY | {"sha256": 7}]}),
    ],
)
def test_a_damaged_file_lets_nobody_in(
    text: str, file: Path, watched: WatchedKeys, clock: ManualClock
) -> None:
    key, _ = made(file)
    assert watched.caller(key).scopes == READ
    file.write_text(text)
    clock.advance(1)
    with pytest.raises(BadKey):
        watched.caller(key)
    with pytest.raises(BadKeyFile, match=r"keys\.json is no file of API keys"):
        read_records(file)


def test_a_file_that_others_can_read_is_told(file: Path) -> None:
    made(file)
    file.chmod(0o640)
    assert is_open(file)
    made(file)
    assert not is_open(file)
    assert not is_open(file.with_name("absent.json"))


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.with_name("link.json")
    link.symlink_to(file)
    _, record = made(link)
    assert link.is_symlink()
    assert read_records(file) == (record,)


def test_a_change_that_fails_leaves_the_file_as_it_was(file: Path) -> None:
    _, record = made(file)
    with pytest.raises(ValueError, match="not in list"), changing(file) as records:
        records.remove(new_key(sites=None, scopes=READ, created_at=NOW, expires_at=None)[1])
    assert read_records(file) == (record,)
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_two_changes_at_the_same_time_cannot_undo_each_other(file: Path) -> None:
    with changing(file), pytest.raises(BadKeyFile, match="is being changed"), changing(file):
        pass
    assert read_records(file) == ()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(BadKeyFile, match="cannot be written: No such file or directory"),
        changing(tmp_path / "nowhere" / "keys.json"),
    ):
        pass


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile, match="cannot be read: Is a directory"):
        read_records(tmp_path)
