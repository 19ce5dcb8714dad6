"""Answers in writing: what is kept of a site, as bytes that another gateway can read and check."""

from hashlib import blake2b
from typing import Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError

from gateway.cache.keys import Key, Tag
from gateway.cache.periods import Period
from gateway.cache.second import Shared
from gateway.replicas.shapes import ANSWERS, VERSION

_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_HEAD: Final = TypeAdapter(tuple[str, _Seconds, _Seconds, _Seconds, _Seconds])


def is_shared(key: Key) -> bool:
    """Tell whether answers of this kind are shared at all."""
    return key.kind in ANSWERS


def name_of(thing: Key | Tag) -> str:
    """Name an answer or a tag without its site; long names, and what callers typed, as a digest."""
    if thing.id is None:
        return thing.kind
    digest = blake2b(str(thing.id).encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{thing.kind}:{digest.hexdigest()}"


def written(key: Key, shared: Shared) -> bytes | None:
    """Write an answer down; None when it holds something that cannot be written."""
    period = shared.period
    head = (VERSION, shared.seconds, period.fresh, period.stale, shared.on_error)
    try:
        return b"%b\n%b" % (_HEAD.dump_json(head), ANSWERS[key.kind].dump_json(shared.value))
    except ValueError:
        return None


def read(key: Key, body: bytes, *, seconds: float) -> Shared | None:
    """Read an answer that was written `seconds` ago; None for anything of another shape."""
    head, _, text = body.partition(b"\n")
    try:
        version, older, fresh, stale, on_error = _HEAD.validate_json(head, strict=True)
        value = ANSWERS[key.kind].validate_json(text, strict=True)
    except ValidationError:
        return None
    if version != VERSION:
        return None
    return Shared(value, seconds + older, Period(fresh, stale), on_error)
