"""The page that a browser gets: GraphiQL, asking this very endpoint."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from strawberry.http.ides import get_graphql_ide_html

_CDN: Final = "https://unpkg.com"
_INLINE: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

PAGE: Final = get_graphql_ide_html(graphql_ide="graphiql").encode()


def _hashes(page: bytes) -> Iterator[str]:
    """Name the page's own scripts as a policy does (Content Security Policy 3, section 2.3.1)."""
    for script in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
        yield f"'sha256-{digest}'"


_DIRECTIVES: Final = (
    "default-src 'none'",
    f"script-src {_CDN} {' '.join(_hashes(PAGE))}",
    f"style-src 'unsafe-inline' {_CDN}",  # GraphiQL's editor writes its styles as it goes
    f"font-src data: {_CDN}",
    "img-src data: 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)

CONTENT_SECURITY_POLICY: Final[Mapping[str, str]] = MappingProxyType(
    {"content-security-policy": "; ".join(_DIRECTIVES)}
)
"""What the page may do: its own scripts and GraphiQL's, and ask this origin."""
