"""The address of Wix, and what an address that is none leads to."""

import random

import httpx
import pytest

from gateway.errors import UpstreamUnavailable
from gateway.wix.api import connect
from tests.support.upstream import KEY, Upstream, reply


async def first_url(base_url: str) -> str:
    """Connect to `base_url`, list labels, and tell the address that was asked."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return reply({"labels": []})

    wix = connect(
        base_url=base_url,
        credentials=KEY,
        transport=httpx.MockTransport(answer),
        gate=Upstream.of().gate(),
        rng=random.Random(7),  # noqa: S311 - jitter, no secret
    )
    await wix.labels.list()
    await wix.aclose()
    return asked[0]


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://wix.test", "https://wix.test"),
        ("https://wix.test/", "https://wix.test"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("https://proxy.test/wix/", "https://proxy.test/wix"),
    ],
)
async def test_the_address_may_end_in_a_slash_and_have_a_path(base_url: str, origin: str) -> None:
    expected = f"{origin}/contacts/v4/labels?paging.limit=1000&paging.offset=0"
    assert await first_url(base_url) == expected


@pytest.mark.parametrize("base_url", ["https://wix.test:port", "ftp://wix.test", "wix.test", ""])
async def test_an_address_that_is_none_is_unavailable(base_url: str) -> None:
    with pytest.raises(UpstreamUnavailable):
        await first_url(base_url)
