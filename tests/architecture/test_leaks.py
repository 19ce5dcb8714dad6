"""The search of all that the tests write can fail: each way to tell a secret is a failure."""

import pytest

from tests.support.leaks import people_in, secrets_in
from tests.support.servers import ROOT
from tests.support.tokens import token

CONFTEST = "from tests.conftest import _nothing_leaks, _nothing_leaks_in_the_end"
LEAKS = """
import logging, subprocess, sys
from tempfile import TemporaryFile
import httpx, structlog
from tests.support.listening import LISTENER
from tests.support.servers import Server

ADA = "ada.lovelace@example.com"

def stopped(word, *arguments):
    output = TemporaryFile()
    command = [sys.executable, "-c", f"print({word!r})", *arguments]
    process = subprocess.Popen(command, stdout=output)
    process.wait()
    Server("http://127.0.0.1:9", process, output).stop()

def answered(**body):
    LISTENER.search_answer(httpx.Response(200, json={"data": {"email": ADA}, **body}))

def test_line(): structlog.get_logger().debug("request", who=ADA)
def test_foreign_line(): logging.getLogger("foreign").debug("Lovelace")
def test_program(): stopped("sandbox-key")
def test_person_in_sandbox(): stopped(ADA, "sandbox")
def test_error(): answered(errors=[{"message": ADA}])
def test_trace(): answered(extensions={"trace": {"calls": [{"path": "/07911 123456"}]}})

def test_data_alone(): answered()
def test_what_a_sandbox_publishes(): stopped("sandbox-key", "sandbox")
def test_words_of_an_exception():
    try:
        raise ValueError(ADA)
    except ValueError:
        structlog.get_logger().exception("failed")
"""


def test_a_run_fails_by_each_way_to_tell_and_by_nothing_else(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(LEAKS)
    result = pytester.runpytest_subprocess("-p", "no:randomly", "--strict-markers")
    result.assert_outcomes(passed=9, errors=6)


@pytest.mark.parametrize(
    "told",
    [
        *(
            "ada@canary.example",
            "+447911123456",
            "(202) 555-0142",
            "1985-12-10",
            "佐藤",
            "Lovelace",
        ),
        *("12 Station Road", "Canaryville"),
    ],
)
def test_people_are_found_by_all_that_they_are_known_by(told: str) -> None:
    assert people_in(f'{{"event": "request", "about": "{told}"}}') != []


@pytest.mark.parametrize(
    "told",
    [
        *("sandbox-key", "sandbox-secret", "the-key", "crmk_0123456789ab_abcdefgh12", token()),
        "-----BEGIN PRIVATE KEY-----",
    ],
)
def test_secrets_are_found(told: str) -> None:
    assert secrets_in(f'{{"event": "request", "about": "{told}"}}') != []


def test_what_a_log_holds_is_no_secret_and_nobody() -> None:
    line = (
        '{"event":"request","timestamp":"2026-11-22T04:43:43.602676Z","subject":"key:0123456789ab",'
        '"operation":"query Labels","path":"/contacts/v4/labels","milliseconds":10.72,'
        '"site":"11111111-1111-4111-8111-111111111111","version":"+00:00","since":"2026-10-01"}'
    )
    assert people_in(line) + secrets_in(line) == []
