"""Many identities in few calls."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.crm.batches import in_pages


async def test_pages_are_loaded_side_by_side_and_joined_in_order() -> None:
    asked: list[Sequence[str]] = []
    everybody = asyncio.Event()

    async def load(keys: Sequence[str]) -> list[str]:
        asked.append(keys)
        if len(asked) == 3:
            everybody.set()
        await everybody.wait()
        return [key.upper() for key in keys]

    assert await in_pages(list("abcde"), load, size=2) == list("ABCDE")
    assert asked == [["a", "b"], ["c", "d"], ["e"]]


async def test_no_keys_are_no_call() -> None:
    async def load(_keys: Sequence[str]) -> list[str]:
        raise AssertionError("nothing was to be loaded")

    assert await in_pages([], load, size=2) == []


async def test_a_page_that_fails_fails_the_whole() -> None:
    async def load(keys: Sequence[str]) -> list[str]:
        if "c" in keys:
            raise KeyError("c")
        return list(keys)

    with pytest.raises(KeyError):
        await in_pages(list("abcd"), load, size=2)
