"""Settings that hold public keys, read early so that a wrong one is found at start."""

from pathlib import Path
from typing import Annotated

from joserfc.jwk import RSAKey
from pydantic import AfterValidator, FilePath

from gateway.wix.signatures import read_keys


def keys_in(text: str | None, file: Path | None) -> tuple[RSAKey, ...]:
    """Read the keys of a text and of a file; none where neither is given.

    Raises:
        ValueError: A key cannot be used, or the file cannot be read.
    """
    try:
        texts = (text, file.read_text("utf-8") if file else None)
    except OSError:
        raise ValueError("the file cannot be read") from None
    return tuple(key for given in texts if given is not None for key in read_keys(given))


def _readable_text(text: str) -> str:
    keys_in(text, None)
    return text


def _readable_file(file: Path) -> Path:
    keys_in(None, file)
    return file


PublicKeys = Annotated[str, AfterValidator(_readable_text)]
PublicKeysFile = Annotated[FilePath, AfterValidator(_readable_file)]
