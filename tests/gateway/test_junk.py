"""Whatever is sent is answered: as the caller's mistake, in words, without a look inside."""

import re
from collections import Counter

import httpx
import pytest

from gateway.app import create_app
from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.junk import Spoiler
from tests.support.listening import Overheard

SLICES = 10
IN_EACH = 1_000
INTERNALS = re.compile(r'Traceback|File "|\.py\b|<class |object at 0x|site-packages|"INTERNAL"')


@pytest.mark.parametrize("seed", range(SLICES))
async def test_junk_is_the_caller_s_mistake(seed: int) -> None:
    sandbox = create_sandbox(SandboxOptions(contacts=50, rate_limit=0))
    app = create_app(Settings(), sandbox=sandbox)
    statuses: Counter[int] = Counter()
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        for junk in Spoiler(seed).requests(IN_EACH):
            answer = await client.request(
                junk.method, junk.target, headers=_sendable(junk.headers), content=junk.body
            )
            assert answer.status_code < 500, (junk, answer.text)
            assert not INTERNALS.search(answer.text), (junk, answer.text)
            if answer.headers["content-type"].startswith("application/"):
                assert answer.json().keys() & {"data", "errors"}, (junk, answer.text)
            statuses[answer.status_code] += 1
    await app.state.gateway.aclose()
    await sandbox.aclose()
    assert statuses.total() == IN_EACH
    assert {200, 400, 405, 406, 415} <= statuses.keys()


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    """Leave out what is empty: absent is what an empty header means here."""
    return {name: value for name, value in headers.items() if value}
