"""Logs: one object a line, whoever wrote it, and no secret in it."""

import asyncio
import io
import logging

import orjson
import pytest
import structlog

from gateway.telemetry.logs import Redaction, configure

SECRET = "IST.a-real-secret"


class Terminal(io.StringIO):
    """A stream that somebody is looking at."""

    def isatty(self) -> bool:
        return True


def test_a_line_is_one_json_object(stream: io.StringIO) -> None:
    configure(stream=stream)
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger(source="ours").info("request", status=200)
    line = orjson.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "source": "ours",
        "request_id": "abc",
        "status": 200,
    }


def test_the_server_s_own_lines_look_the_same(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # as an earlier server left it
    configure(stream=stream)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    line = orjson.loads(stream.getvalue())
    assert (line["event"], line["source"]) == ("Started server process [7]", "uvicorn.error")


def test_a_cause_is_told_without_its_words(stream: io.StringIO) -> None:
    configure(stream=stream)
    structlog.get_logger(source="ours").error("failed", exc_info=RuntimeError("ada@example.com"))
    line = orjson.loads(stream.getvalue())
    assert line["exception"].endswith("\nRuntimeError")
    assert "ada@example.com" not in stream.getvalue()


async def test_asyncio_s_lines_of_faults_nobody_caught_have_no_words(stream: io.StringIO) -> None:
    configure(stream=stream)
    fault = ValueError("ada@example.com")
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": fault, "future": [fault]}
    )
    line = orjson.loads(stream.getvalue())
    assert (line["event"], line["source"]) == ("Task exception was never retrieved", "asyncio")
    assert "ada@example.com" not in stream.getvalue()


def test_quieter_levels_are_left_out(stream: io.StringIO) -> None:
    configure(level="warning", stream=stream)
    structlog.get_logger(source="ours").info("quiet")
    assert stream.getvalue() == ""


def test_a_person_at_a_terminal_gets_no_json() -> None:
    terminal = Terminal()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure(stream=terminal)
    structlog.get_logger(source="ours").info("request", status=200)
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    assert not terminal.getvalue().startswith("{")
    assert "request" in terminal.getvalue()


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        ({"authorization": "x"}, {"authorization": "[redacted]"}),
        ({"wix_api_key": "x", "n": 1}, {"wix_api_key": "[redacted]", "n": 1}),
        ({"token": None}, {"token": None}),
        (
            {"headers": {"Cookie": "x", "a": SECRET}},
            {"headers": {"Cookie": "[redacted]", "a": "[redacted]"}},
        ),
        ({"calls": [f"a {SECRET} b"]}, {"calls": ["a [redacted] b"]}),
        ({"path": "/x/crmk_0123456789ab_S-e_c/y"}, {"path": "/x/[redacted]/y"}),
        ({"path": "/x/eyJhbGciOi.eyJpc3MiOi.c2lnbmVk"}, {"path": "/x/[redacted]"}),
        ({"event": "too short to be a secret: abc"}, {"event": "too short to be a secret: abc"}),
    ],
)
def test_secrets_are_blackened_by_name_and_by_value(
    event: dict[str, object], shown: dict[str, object]
) -> None:
    assert Redaction([SECRET, "abc"])(None, "info", event) == shown
