"""How urgent the calls of the wire client are."""

import pytest

from gateway.budget.priority import refreshing
from gateway.errors import Throttled
from gateway.wix.api import Wix
from tests.support.upstream import Upstream, reply

LABELS: dict[str, list[str]] = {"labels": []}
LABEL = {"label": {"key": "custom.vip"}}


async def read(wix: Wix, times: int) -> None:
    for _ in range(times):
        await wix.labels.list()


async def test_refreshing_ends_where_reading_goes_on_and_reading_where_writing_does() -> None:
    upstream = Upstream.of(*[reply(LABELS)] * 180, *[reply(LABEL)] * 20)
    wix = upstream.connect()
    with refreshing():
        await read(wix, 150)
        with pytest.raises(Throttled):
            await wix.labels.list()
    await read(wix, 30)
    with pytest.raises(Throttled):
        await wix.labels.list()
    for _ in range(19):
        await wix.labels.find_or_create("VIP")
    with refreshing():
        await wix.labels.find_or_create("VIP")
    assert upstream.charges == 200
