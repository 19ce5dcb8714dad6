"""Runs the routers of tests/clients/federation over a gateway and two foreign subgraphs."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from tests.support.node import CLIENTS, ready
from tests.support.servers import free_port

FEDERATION = CLIENTS / "federation"
ROUTERS = ("apollo", "hive")
START_SECONDS = 60.0
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Graph:
    """A supergraph in a file, and what its foreign subgraphs refer to."""

    file: Path
    contact_ids: Sequence[str]
    label_keys: Sequence[str]


@dataclass(frozen=True)
class Router:
    """A router that answers at `url`."""

    url: str

    def ask(self, query: str, *, token: str | None = None) -> dict[str, Any]:
        """Send an operation, with a caller's token or without, and return the answer's body."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = {"query": query}
        response = httpx.post(self.url, json=body, headers=headers, timeout=30, trust_env=False)
        answer: dict[str, Any] = response.json()
        return answer


@contextmanager
def composed(
    url: str, sdl: str, *, contact_ids: Sequence[str], label_keys: Sequence[str], folder: Path
) -> Iterator[Graph]:
    """Serve the foreign subgraphs, and compose them with the gateway's schema into a file."""
    ready("federation")
    asked = {"url": url, "sdl": sdl, "contactIds": contact_ids, "labelKeys": label_keys}
    parts, supergraph = folder / "parts.json", folder / "supergraph.graphql"
    parts.write_bytes(orjson.dumps(asked))
    with _program("node", "graph.mjs", str(parts)) as program:
        assert program.stdout is not None
        supergraph.write_text(orjson.loads(program.stdout.readline())["supergraph"])
        yield Graph(supergraph, contact_ids, label_keys)


@contextmanager
def routing(router: str, graph: Graph) -> Iterator[Router]:
    """Run the `router`, one of `ROUTERS`, over a graph, from the moment it answers."""
    port = free_port()
    commands = {
        "apollo": ("node", "apollo.mjs", str(graph.file), str(port)),
        "hive": (
            "node_modules/.bin/hive-gateway",
            *("supergraph", str(graph.file), "--config-path", "hive.config.mjs"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ),
    }
    with _program(*commands[router]) as program:
        running = Router(f"http://127.0.0.1:{port}/graphql")
        _wait(running, program)
        yield running


@contextmanager
def _program(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    with ExitStack() as stack:
        program = stack.enter_context(
            subprocess.Popen(
                command, cwd=FEDERATION, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
            )
        )
        stack.callback(program.terminate)
        yield program


def _wait(router: Router, program: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and program.poll() is None:
        try:
            router.ask("{ __typename }")
        except httpx.TransportError:
            time.sleep(POLL_SECONDS)
        else:
            return
    raise RuntimeError(f"no answer from {program.args!r}")
