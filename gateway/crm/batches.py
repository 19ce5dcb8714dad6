"""Many identities in few calls."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def in_pages(
    keys: Sequence[str], load: Callable[[Sequence[str]], Awaitable[Sequence[T]]], *, size: int
) -> list[T]:
    """Load all `keys`, `size` of them in each call, the calls side by side.

    Returns:
        The loads' results one after another, in the order of the pages.
    """
    pages = (keys[start : start + size] for start in range(0, len(keys), size))
    loaded = await asyncio.gather(*(load(page) for page in pages))
    return [item for page in loaded for item in page]
