"""How the gateway answers over sockets, with a sandbox in a process of its own behind it."""

import asyncio
from collections.abc import Iterator

from tests.bench.load import load
from tests.bench.operations import OPERATIONS, body_of
from tests.bench.sample import Sample
from tests.support.servers import running_gateway, running_sandbox

CREDENTIALS = {
    "GATEWAY_WIX_API_KEY": "sandbox-key",
    "GATEWAY_WIX_SITE_ID": "11111111-1111-4111-8111-111111111111",
}
CONNECTIONS = (1, 16)
SECONDS = 3.0


def measure_served() -> Iterator[Sample]:
    """Load a served gateway from one connection, then from several."""
    with running_sandbox("--rate-limit", "0") as sandbox:
        settings = {**CREDENTIALS, "GATEWAY_WIX_BASE_URL": sandbox.origin}
        with running_gateway(settings=settings) as gateway:
            for name, query in OPERATIONS.items():
                for connections in CONNECTIONS:
                    run = load(gateway.origin, body_of(query), connections, SECONDS)
                    durations = asyncio.run(run)
                    yield Sample(f"served, {connections} at once: {name}", durations, SECONDS)
