"""What the gateway presents to Wix: an API key, or an app's token (contract 1.3 and 1.4)."""

from dataclasses import dataclass, field
from typing import Protocol

from gateway.errors import UpstreamUnauthenticated


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key made by the site's owner (contract 1.3)."""

    key: str = field(repr=False)
    site_id: str

    @property
    def secret(self) -> str:
        """What must never be printed."""
        return self.key


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """An app and its installation on one site (contract 1.4)."""

    app_id: str
    app_secret: str = field(repr=False)
    instance_id: str

    @property
    def secret(self) -> str:
        """What must never be printed."""
        return self.app_secret


Headers = dict[str, str]
"""The headers that authorise one request."""


class Authorization(Protocol):
    """Authorises requests."""

    async def headers(self) -> Headers:
        """Tell the headers for the next request.

        Raises:
            UpstreamFault: There is no way to authorise it now.
        """
        ...

    async def renewed(self, refused: Headers) -> Headers | None:
        """Tell the headers to try after a 401 for `refused`; None when there are no others."""
        ...


class KeyAuthorization:
    """The same two headers on every request; a key cannot be renewed."""

    def __init__(self, credentials: ApiKey) -> None:
        self._headers = {
            # As it is, without "Bearer": what Wix's own client sends (contract 1.1).
            "Authorization": credentials.key,
            "wix-site-id": credentials.site_id,
        }

    async def headers(self) -> Headers:
        """Tell the key and the site.

        Raises:
            UpstreamUnauthenticated:
                The key or the site's id cannot be sent, e.g. because of a line break in it.
        """
        if not all(value.isascii() and value.isprintable() for value in self._headers.values()):
            raise UpstreamUnauthenticated(
                "The API key or the site id holds characters out of place."
            )
        return self._headers

    async def renewed(self, refused: Headers) -> None:
        """Answer None: a refused key stays refused."""
        del refused
