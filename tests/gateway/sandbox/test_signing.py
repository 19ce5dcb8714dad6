"""Key pairs and the tokens they sign."""

import stat
from datetime import UTC, datetime
from pathlib import Path, PosixPath

from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway.sandbox.webhooks.signing import Signer


def _clock() -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC)


def test_two_sandboxes_in_memory_have_different_keys() -> None:
    assert Signer(_clock).public_pem != Signer(_clock).public_pem


def test_a_key_kept_in_a_file_is_found_again_and_is_the_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "site.db.pem"
    pem = Signer(_clock, path).public_pem
    assert Signer(_clock, path).public_pem == pem
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_processes_that_make_a_key_the_first_ones_stays(tmp_path: Path) -> None:
    path = tmp_path / "site.db.pem"

    class Late(PosixPath):
        """A path that shows the other process's file only after it was looked for."""

        def exists(self, *, follow_symlinks: bool = True) -> bool:
            del follow_symlinks
            return False

    first = Signer(_clock, path).public_pem
    second = Signer(_clock, Late(path)).public_pem
    assert first == second


def test_what_is_signed_is_verified_by_the_public_key() -> None:
    signer = Signer(_clock)
    token = jwt.decode(signer.sign("text"), RSAKey.import_key(signer.public_pem), ["RS256"])
    issued = int(_clock().timestamp())
    assert token.claims == {"data": "text", "iat": issued, "exp": issued + 3_600}
