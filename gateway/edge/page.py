"""The page that a browser gets: GraphiQL where it was bundled, else how to ask without it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

BUNDLE: Final = Path(__file__).with_name("graphiql")
"""Where ``make page`` puts what it builds of ``gateway/graphiql``."""

_PLAIN: Final = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>crm-labels gateway</title>
<h1>The gateway is running</h1>
<p>GraphiQL is not bundled with it: Node was absent when it was built. With Node 20 or later,
<code>make page</code> bundles it for the next start. Until then, ask from a terminal:</p>
<pre>curl http://127.0.0.1:8000/graphql \\
  --header 'Content-Type: application/json' \\
  --data '{"query": "{ labels { nodes { key displayName contactCount } } }"}'</pre>
</html>
"""


def page_in(bundle: Path) -> bytes:
    """Read the bundled page, or tell how to do without one."""
    try:
        return (bundle / "index.html").read_bytes()
    except FileNotFoundError:
        return _PLAIN


PAGE: Final = page_in(BUNDLE)

_DIRECTIVES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # the editor writes its styles as it goes
    "font-src 'self' data:",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)

CONTENT_SECURITY_POLICY: Final[Mapping[str, str]] = MappingProxyType(
    {"content-security-policy": "; ".join(_DIRECTIVES)}
)
"""What the page may do: run the scripts of this origin, none of its own, and ask this origin."""
