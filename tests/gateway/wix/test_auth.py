"""API keys (contract 1.3)."""

import pytest

from gateway.errors import UpstreamForbidden, UpstreamUnauthenticated
from gateway.wix.auth import ApiKey, AppCredentials
from tests.support.upstream import Upstream, application_error


async def test_a_refused_key_is_not_tried_again() -> None:
    upstream = Upstream.of(application_error("UNAUTHENTICATED", 401))
    with pytest.raises(UpstreamUnauthenticated) as fault:
        await upstream.connect().labels.list()
    assert fault.value.upstream_code == "UNAUTHENTICATED"
    assert len(upstream.requests) == 1


async def test_a_key_without_the_permission_is_forbidden() -> None:
    upstream = Upstream.of(application_error("PERMISSION_DENIED", 403))
    with pytest.raises(UpstreamForbidden):
        await upstream.connect().labels.list()


@pytest.mark.parametrize(
    "credentials", [ApiKey("key\r\nHost: x", "site"), ApiKey("kéy", "site"), ApiKey("key", "si\n")]
)
async def test_a_key_that_no_header_holds_is_refused_without_a_call(credentials: ApiKey) -> None:
    upstream = Upstream.of()
    with pytest.raises(UpstreamUnauthenticated, match="characters out of place"):
        await upstream.connect(credentials).labels.list()


def test_secrets_do_not_show_in_a_printed_value() -> None:
    assert repr(ApiKey("s3cr3t", "site")) == "ApiKey(site_id='site')"
    assert "s3cr3t" not in repr(AppCredentials("app", "s3cr3t", "instance"))
