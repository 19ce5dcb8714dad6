"""Runs the routers of tests/clients/federation over a gateway and two foreign subgraphs."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from tests.support.node import CLIENTS, ready
from tests.support.servers import free_port

FEDERATION = CLIENTS / "federation"
ROUTERS = {"apollo": "open", "hive": "full"}
"""Which of the supergraphs of `graph.mjs` each router takes."""
START_SECONDS = 60.0
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Graph:
    """Supergraphs in files, and what their foreign subgraphs refer to."""

    files: Mapping[str, Path]
    """One for each of `ROUTERS`."""
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
    """Serve the foreign subgraphs, and compose them with the gateway's schema into files."""
    ready("federation")
    asked = {"url": url, "sdl": sdl, "contactIds": contact_ids, "labelKeys": label_keys}
    parts = folder / "parts.json"
    parts.write_bytes(orjson.dumps(asked))
    with _program("node", "graph.mjs", str(parts)) as program:
        assert program.stdout is not None
        supergraphs = orjson.loads(program.stdout.readline())
        files = {router: folder / f"{router}.graphql" for router in ROUTERS}
        for router, file in files.items():
            file.write_text(supergraphs[ROUTERS[router]])
        yield Graph(files, contact_ids, label_keys)


@contextmanager
def routing(router: str, graph: Graph) -> Iterator[Router]:
    """Run the `router`, one of `ROUTERS`, over a graph, from the moment it answers."""
    port, file = free_port(), str(graph.files[router])
    commands = {
        "apollo": ("node", "apollo.mjs", file, str(port)),
        "hive": (
            "node_modules/.bin/hive-gateway",
            *("supergraph", file, "--config-path", "hive.config.mjs"),
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
