"""The known weaknesses of GraphQL servers, one test each: none is open to a plain caller.

The list joins those that GraphQL Cop, graphql-armor and OWASP's cheat sheet look for.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.plain_caller import Plain, plain_caller


@pytest.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Plain]:
    """He is known, and may read labels; he has no other right, least of all `schema:introspect`."""
    async with plain_caller(tmp_path) as caller:
        yield caller
