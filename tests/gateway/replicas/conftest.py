"""What the tests of the replicas share: a real Redis that is empty at first, and the time."""

from collections.abc import Iterator

import pytest

from tests.support.redis_server import RedisServer, running_redis
from tests.support.sandboxes import ManualTime


@pytest.fixture(scope="session")
def _one_redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture
def redis(_one_redis: RedisServer) -> RedisServer:
    """A server that a test may empty or pause and resume, but not kill."""
    _one_redis.flush()
    return _one_redis


@pytest.fixture
def time() -> ManualTime:
    """The replicas' time, which a test moves on."""
    return ManualTime()
