"""A bare site for the tests of the sandbox's core."""

from collections.abc import Iterator

import pytest

from tests.support.emulation import Emulation, emulation


@pytest.fixture
def site() -> Iterator[Emulation]:
    """An empty site of one's own."""
    with emulation() as opened:
        yield opened
