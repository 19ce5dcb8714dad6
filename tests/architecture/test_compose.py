"""gateway/compose.yaml: read, and its services started as processes of this machine.

There is no engine here to start it with, so the test does by hand what an engine would: the same
command lines with the same variables, but for names and ports, which become free ones on loopback.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml
from redis import Redis

from gateway import settings
from tests.support.node import CLIENTS, give_up, ready
from tests.support.servers import ROOT, free_port

FILE: Final = ROOT / "gateway" / "compose.yaml"
COMPOSE: Final[Mapping[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SERVICES: Final[Mapping[str, Mapping[str, Any]]] = COMPOSE["services"]
PACKAGES: Final = CLIENTS / "federation"
OURS: Final = {"sandbox", "gateway", "keys"}
KEYS: Final = "/keys"
START_SECONDS = 60.0
_IMAGE = re.compile(r"[a-z-]+(/[a-z-]+)?:\d+\.\d+\.\d+-[a-z]+(-slim)?")


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def inline() -> list[str]:
    """The router's image, instruction by instruction."""
    lines: list[str] = SERVICES["router"]["build"]["dockerfile_inline"].splitlines()
    return lines


def test_every_variable_is_a_setting() -> None:
    named = [name for service in SERVICES.values() for name in service.get("environment", {})]
    assert named
    assert set(named) <= {row.name for row in settings.describe()}


def test_as_many_replicas_are_told_as_there_are() -> None:
    gateway = SERVICES["gateway"]
    assert int(gateway["environment"]["GATEWAY_REPLICAS"]) == gateway["deploy"]["replicas"] == 2


def test_images_are_built_here_or_pinned_and_no_registry_s_host_is_named() -> None:
    built = {service["image"] for service in SERVICES.values() if "build" in service}
    assert built == {"crm-labels-gateway", "crm-labels-router"}
    images = [inline()[0].removeprefix("FROM "), SERVICES["valkey"]["image"]]
    assert [image for image in images if not _IMAGE.fullmatch(image)] == []
    assert f"FROM {images[0]} AS page" in dockerfile()


def test_our_services_are_the_image_of_the_dockerfile() -> None:
    built = {name: SERVICES[name]["build"] for name in OURS}
    assert built == dict.fromkeys(OURS, "..")
    assert (FILE.parent / "..").resolve() == ROOT


def test_the_router_is_built_of_the_locked_packages_that_the_tests_drive() -> None:
    context = (FILE.parent / SERVICES["router"]["build"]["context"]).resolve()
    assert context == PACKAGES
    assert inline()[2:4] == ["COPY package.json package-lock.json ./", "RUN npm ci"]


def test_a_new_volume_of_keys_belongs_to_the_user_who_writes_them() -> None:
    (owner,) = re.findall(r"^USER (\S+)$", dockerfile(), re.MULTILINE)
    assert f"COPY --from=build --chown={owner} /opt/keys {KEYS}\n" in dockerfile()
    mounted = {name: SERVICES[name]["volumes"] for name in ("gateway", "keys")}
    assert mounted == {"gateway": [f"keys:{KEYS}:ro"], "keys": [f"keys:{KEYS}"]}
    assert list(COMPOSE["volumes"]) == ["keys"]


def test_whoever_waits_for_health_waits_for_one_that_is_checked() -> None:
    checked = {name for name, service in SERVICES.items() if "healthcheck" in service}
    checked |= {"gateway"} if "HEALTHCHECK" in dockerfile() else set()
    awaited = {
        name: set(service["depends_on"])
        for name, service in SERVICES.items()
        if "depends_on" in service
    }
    assert awaited == {"gateway": {"sandbox", "valkey"}, "router": {"gateway"}}
    assert set().union(*awaited.values()) <= checked


def test_only_the_router_is_reached_from_outside_and_only_from_this_machine() -> None:
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert published == {"router": ["127.0.0.1:4000:4000"]}


@dataclass
class Machine:
    """Runs services in a folder, each replica as a process of its own."""

    folder: Path
    stack: ExitStack
    ports: dict[str, int] = field(default_factory=dict)
    """Where the first replica of each service answers."""

    def start(self, name: str) -> int:
        """Start a service and wait until its health check is content; tell its port."""
        port = free_port()
        self.ports.setdefault(name, port)
        process = self.stack.enter_context(self._process(name, port))
        end = time.monotonic() + START_SECONDS
        while not self._is_healthy(name, port):
            assert process.poll() is None, name
            assert time.monotonic() < end, name
            time.sleep(0.1)
        return port

    def output_of(self, name: str) -> str:
        """Run a service to its end, and return what it printed."""
        done = subprocess.run(
            self._command(name, port=0),
            env=self._environment(name),
            check=True,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
        )
        return done.stdout

    @contextmanager
    def _process(self, name: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
        with subprocess.Popen(
            self._command(name, port),
            cwd=self.folder,
            env=self._environment(name),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as process:
            try:
                yield process
            finally:
                process.terminate()

    def _is_healthy(self, name: str, port: int) -> bool:
        check = SERVICES[name].get("healthcheck", {}).get("test") or _health_of_the_image()
        assert check[0] == "CMD"
        command = [self._here(word, name, port) for word in check[1:]]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def _command(self, name: str, port: int) -> list[str]:
        words = [self._here(word, name, port) for word in SERVICES[name]["command"]]
        return [sys.executable, "-m", "gateway", *words] if name in OURS else words

    def _environment(self, name: str) -> dict[str, str]:
        kept = {key: each for key, each in os.environ.items() if not key.startswith("GATEWAY_")}
        told = SERVICES[name].get("environment", {})
        here = {key: self._here(str(each), name, port=0) for key, each in told.items()}
        return {**kept, "PYTHONPATH": str(ROOT), **here}

    def _here(self, word: str, name: str, port: int) -> str:
        """Say the same of this machine, where the service `name` is to listen on `port`."""
        for other, where in self.ports.items():
            word = re.sub(rf"\b{other}:\d+", f"127.0.0.1:{where}", word)
        word = re.sub(rf"(^|127\.0\.0\.1:){_port_of(name)}\b", rf"\g<1>{port}", word)
        word = re.sub(rf"^{KEYS}/", f"{self.folder}/", word)
        word = re.sub(r"^valkey-", "redis-", word)
        word = word.replace("/opt/gateway/bin/python", sys.executable)
        return word.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - what the file listens on


def _port_of(name: str) -> str:
    """Tell the port that a service listens on in the file; one that does not listen has none."""
    command: list[str] = SERVICES[name]["command"]
    return command[command.index("--port") + 1] if "--port" in command else "none"


def _health_of_the_image() -> list[str]:
    (check,) = re.findall(r"^HEALTHCHECK .*?(CMD) (\[.*\])$", dockerfile(), re.MULTILINE)
    return [check[0], *json.loads(check[1])]


def mount(folder: Path) -> None:
    """Lay out the router's folder: its packages, and the files that are mounted there."""
    (folder / "node_modules").symlink_to(PACKAGES / "node_modules")
    for mounted in SERVICES["router"]["configs"]:
        told = COMPOSE["configs"][mounted["source"]]
        content = told.get("content") or (FILE.parent / told["file"]).read_text(encoding="utf-8")
        (folder / Path(mounted["target"]).name).write_text(content, encoding="utf-8")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    ready("federation")
    if shutil.which("redis-server") is None:
        give_up("redis-server is not installed", os.environ)
    mount(tmp_path)
    with ExitStack() as stack:
        yield Machine(tmp_path, stack)


def ask(port: int, query: str, key: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(
        f"http://127.0.0.1:{port}/graphql",
        json={"query": query},
        headers={"authorization": f"Bearer {key}"} if key else {},
        timeout=30,
        trust_env=False,
    ).json()
    return answer


def listeners(port: int) -> int:
    """Count who hears of changes at a Valkey."""
    with Redis(port=port) as valkey:
        return sum(count for _, count in valkey.pubsub_numsub(*valkey.pubsub_channels()))


@pytest.mark.timeout(4 * START_SECONDS)
def test_a_key_that_it_makes_is_answered_through_the_router_by_gateways_that_share_a_valkey(
    machine: Machine,
) -> None:
    machine.start("sandbox")
    valkey = machine.start("valkey")
    replicas = [machine.start("gateway") for _ in range(SERVICES["gateway"]["deploy"]["replicas"])]
    router = machine.start("router")
    key = machine.output_of("keys").strip()

    query = "{ contacts(first: 2) { nodes { name { full } labels { displayName } } } }"
    found = ask(router, query, key)["data"]["contacts"]["nodes"]
    assert [node["name"]["full"] for node in found] == ["Ada Lovelace", "Alan Turing"]

    assert [ask(port, query, key)["data"]["contacts"]["nodes"] for port in replicas] == [found] * 2
    assert listeners(valkey) == len(replicas)

    refused = ask(router, "{ extendedFields { nodes { key } } }", key)
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    stranger = ask(router, query, "")
    assert [error["extensions"]["code"] for error in stranger["errors"]] == ["UNAUTHENTICATED"]
