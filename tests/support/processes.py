"""Two gateways as processes before one Wix and over one Redis."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from gateway.sandbox.access.credentials import API_KEY, SITE_ID
from tests.support.redis_server import RedisServer, running_redis
from tests.support.servers import Server, running_gateway, running_sandbox


@dataclass(frozen=True)
class Processes:
    """All that runs, and the settings that both gateways have."""

    redis: RedisServer
    wix: Server
    settings: dict[str, str]
    gateways: tuple[Server, Server]


@contextmanager
def two_processes(*, contacts: int, **settings: str) -> Iterator[Processes]:
    """Run them for a Wix of so many contacts; `settings` are those beside the addresses."""
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis())
        wix = stack.enter_context(running_sandbox("--contacts", str(contacts)))
        environment = {
            "GATEWAY_WIX_BASE_URL": wix.origin,
            "GATEWAY_WIX_API_KEY": API_KEY,
            "GATEWAY_WIX_SITE_ID": SITE_ID,
            "GATEWAY_REDIS_URL": redis.url,
            **settings,
        }
        first, second = [
            stack.enter_context(running_gateway(settings=environment)) for _ in range(2)
        ]
        yield Processes(redis, wix, environment, (first, second))
