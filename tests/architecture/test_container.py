"""The Dockerfile: read, its install steps run in an empty folder, its command started.

There is no engine here to build it with, so the test does by hand what an engine would.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.node import give_up
from tests.support.servers import free_port

ROOT = Path(__file__).parents[2]
PAGE, BUILDING, RUNNING = 0, 1, 2
"""Its stages."""
INSTALL_SECONDS = 240
START_SECONDS = 30
_STEP = re.compile(r"^([A-Z]+) (.+)$")


@dataclass(frozen=True)
class Step:
    """One instruction."""

    word: str
    rest: str


def steps() -> list[Step]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    matches = [_STEP.match(line) for line in lines]
    return [Step(match[1], match[2]) for match in matches if match]


def of(word: str) -> list[str]:
    return [step.rest for step in steps() if step.word == word]


def stage(number: int) -> list[Step]:
    starts = [index for index, step in enumerate(steps()) if step.word == "FROM"]
    return steps()[starts[number] : (*starts, None)[number + 1]]


def test_every_line_is_an_instruction() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(steps()) == len(lines)


def test_it_is_built_in_stages_from_pinned_images() -> None:
    page, *others = (image.split(" AS ")[0] for image in of("FROM"))
    assert re.fullmatch(r"node:2\d\.\d+\.\d+-\w+-slim", page)
    assert len(others) == 2
    (image,) = set(others)
    assert re.fullmatch(r"python:3\.1[123]\.\d+-slim-\w+", image)


def test_only_locked_packages_with_checked_hashes_are_installed() -> None:
    installs = [run for run in of("RUN") if "pip install" in run]
    assert [("--require-hashes" in run) or ("--no-index" in run) for run in installs] == [
        True,
        True,
    ]
    assert [run for run in of("RUN") if run.startswith("npm") and "install" in run] == []


def test_the_running_stage_installs_nothing_and_is_nobody_special() -> None:
    running = stage(RUNNING)
    assert [step.rest for step in running if step.word == "RUN"] == []
    assert [step.rest for step in running if step.word == "USER"] == ["10001:10001"]


def test_it_has_a_health_check() -> None:
    (check,) = of("HEALTHCHECK")
    assert "/healthz" in check


def test_what_is_copied_exists() -> None:
    copied = [
        source
        for step in (*stage(PAGE), *stage(BUILDING))
        if step.word == "COPY" and not step.rest.startswith("--from=")
        for source in step.rest.split()[:-1]
    ]
    assert [source for source in copied if not (ROOT / source).exists()] == []


@pytest.mark.timeout(INSTALL_SECONDS + 60)
def test_what_it_installs_answers_and_is_healthy(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        give_up("npm is not installed", os.environ)
    image = Image(tmp_path)
    for step in (*stage(PAGE), *stage(BUILDING)):
        image.build(step)
    with image.started() as port:
        query = {"query": "{ contacts(first: 1) { totalCount } }"}
        answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json=query, trust_env=False)
        assert answer.json()["data"] == {"contacts": {"totalCount": 1_000}}
        assert image.ends(image.command("HEALTHCHECK", port)) == 0
        assert _page_with_all_it_names(port) == {".css", ".js", ".svg"}
    assert image.ends(image.command("HEALTHCHECK", port)) != 0


def _page_with_all_it_names(port: int) -> set[str]:
    """Fetch the page for browsers and what it names; tell of what kinds that is."""
    origin = f"http://127.0.0.1:{port}"
    page = httpx.get(f"{origin}/graphql", headers={"accept": "text/html"}, trust_env=False).text
    named: list[str] = re.findall(r'(?:src|href)="([^"]+)"', page)
    for name in named:
        answer = httpx.get(f"{origin}/{name}", trust_env=False)
        assert answer.status_code == httpx.codes.OK, name
    return {Path(name).suffix for name in named}


class Image:
    """A folder that stands for an image's root."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._work = root

    def build(self, step: Step) -> None:
        """Do one instruction of the building stage."""
        if step.word == "WORKDIR":
            self._work = self._root / step.rest.lstrip("/")
            self._work.mkdir(parents=True)
        elif step.word == "COPY":
            *sources, target = step.rest.split()
            context = ROOT
            if sources[0].startswith("--from="):
                context = self._root
                del sources[0]
            for source in sources:
                self._copy(context / source.lstrip("/"), self._work / target)
        elif step.word == "RUN":
            command = ["/bin/sh", "-c", re.sub(r"^python ", f"{sys.executable} ", step.rest)]
            assert self.ends([self._here(part) for part in command]) == 0, step.rest

    def command(self, word: str, port: int) -> list[str]:
        """Read an instruction's command, for this folder, this port and the loopback only."""
        (rest,) = of(word)
        parts: list[str] = json.loads(rest[rest.index("[") :])
        return [
            self._here(part).replace(":8000", f":{port}").replace("0.0.0.0", "127.0.0.1")  # noqa: S104
            for part in parts
        ]

    def ends(self, command: list[str]) -> int:
        """Run a command to its end and tell how it ended."""
        return subprocess.run(
            command,
            cwd=self._work,
            check=False,
            timeout=INSTALL_SECONDS,
            env=_environment(),
            stdout=subprocess.DEVNULL,
        ).returncode

    @contextmanager
    def started(self) -> Iterator[int]:
        """Start what the image starts, in an empty folder, and tell its port."""
        port = free_port()
        command = [*self.command("ENTRYPOINT", port), *self.command("CMD", port)]
        empty = self._root / "empty"
        empty.mkdir()
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=empty, env=_environment(), start_new_session=True
        )
        try:
            _wait_for(port)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(START_SECONDS)
        assert list(empty.iterdir()) == []

    def _here(self, text: str) -> str:
        return text.replace("/opt/", f"{self._root}/opt/")

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, target, ignore=_left_out, dirs_exist_ok=True)
        else:
            shutil.copy(source, target)


def _left_out(folder: str, _names: list[str]) -> set[str]:
    """Leave out what `.dockerignore` does; a bundle comes from the stage that makes it."""
    bundle = {"graphiql"} if Path(folder) == ROOT / "gateway" / "edge" else set()
    return {"__pycache__", "node_modules"} | bundle


def _environment() -> dict[str, str]:
    """Keep what installers need to know, and nothing that leads back to this checkout."""
    ours = ("GATEWAY_", "PYTHON", "VIRTUAL_ENV", "COVERAGE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError(port)
