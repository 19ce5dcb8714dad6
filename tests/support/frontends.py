"""Folders in which what tests/clients/frontends holds is built and run."""

import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import orjson

from tests.support.node import CLIENTS, ready
from tests.support.servers import ROOT

FRONTENDS = CLIENTS / "frontends"
SCHEMA = ROOT / "schema" / "schema.graphql"
TOOL_SECONDS = 60.0
MOST_TURNS = 100
TURN_SECONDS = 0.2

Done = subprocess.CompletedProcess[str]


class Workshop:
    """A copy of tests/clients/frontends with its packages and with our schema.

    What the tools write is written there, so that the sources stay as they are, and tests that run
    at the same time do not meet.
    """

    def __init__(self, parent: Path) -> None:
        """Make it below the folder `parent`.

        Without Node the test that asks is skipped; in CI it fails.
        """
        ready("frontends")
        self.folder = parent / "frontends"
        shutil.copytree(FRONTENDS, self.folder, ignore=shutil.ignore_patterns("node_modules"))
        (self.folder / "node_modules").symlink_to(FRONTENDS / "node_modules")
        shutil.copy(SCHEMA, self.folder)

    def tool(self, name: str, *arguments: str, within: str = "") -> Done:
        """Run a package's program, such as ``eslint``, to its end, good or bad.

        It runs in the folder `within` this one.
        """
        program = self.folder / "node_modules" / ".bin" / name
        return self._node(str(program), *arguments, within=within)

    def make(self, name: str, *arguments: str, within: str = "") -> None:
        """Run a package's program that makes something.

        Raises:
            RuntimeError: it ended badly; the message is what it wrote.

        """
        _well(self.tool(name, *arguments, within=within))

    def compile_relay(self, folder: str) -> None:
        """Compile and bundle the scripts in a folder that holds a ``relay.config.json``.

        Raises:
            RuntimeError: the compiler refuses a script or our schema; the message says why.

        """
        shutil.copy(SCHEMA, self.folder / folder)
        self.make("relay-compiler", "--noWatchman", "relay.config.json", within=folder)
        _well(self._node("relay/bundle.mjs", folder))

    def compile_types(self, folder: str) -> None:
        """Generate types by a folder's ``codegen.yml``, and compile its TypeScript on them.

        Raises:
            RuntimeError: the types, or a program on them, do not compile; the message says why.

        """
        self.make("graphql-codegen", "--config", "codegen.yml", within=folder)
        self.make("tsc", within=folder)

    def said(self, script: str, *arguments: str) -> str:
        """Run a script and return what it prints.

        Raises:
            RuntimeError: it ended badly; the message is what it wrote.

        """
        return _well(self._node(script, *arguments)).stdout

    def run(self, script: str, *arguments: str) -> list[dict[str, Any]]:
        """Run a script and return the lines of JSON that it prints; raises as `said`."""
        return [orjson.loads(line) for line in self.said(script, *arguments).splitlines()]

    def first_line(self, script: str, meanwhile: Callable[[int], None]) -> str:
        """Run a script that goes on, and end it when it has printed a line.

        Until then `meanwhile` is called, with 0, 1, and so on, at most a hundred times.
        """
        node = subprocess.Popen(
            ["node", script], cwd=self.folder, stdout=subprocess.PIPE, text=True
        )
        with node, ThreadPoolExecutor() as pool:
            assert node.stdout is not None
            line = pool.submit(node.stdout.readline)
            try:
                for turn in range(MOST_TURNS):
                    meanwhile(turn)
                    if wait([line], timeout=TURN_SECONDS).done:
                        break
            finally:
                node.kill()
            return line.result()

    def _node(self, script: str, *arguments: str, within: str = "") -> Done:
        return subprocess.run(
            ["node", script, *arguments],
            cwd=self.folder / within,
            capture_output=True,
            check=False,
            text=True,
            timeout=TOOL_SECONDS,
        )


def _well(done: Done) -> Done:
    if done.returncode != 0:
        raise RuntimeError(f"{done.args} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done
