"""The site that most tests of this folder are about."""

from collections.abc import AsyncIterator

import pytest

from tests.support.site import Site, opened


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A fresh site of twelve memorable contacts."""
    async with opened() as fresh:
        yield fresh
