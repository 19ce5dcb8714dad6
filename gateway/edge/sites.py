"""Chooses the site of a request: one that the caller may be on, and none by accident."""

from collections.abc import Collection
from typing import Final

from starlette.types import Scope

from gateway.edge.exchange import header
from gateway.edge.refusals import Refusal
from gateway.model.principal import Caller, Principal

HEADER: Final = "X-Wix-Site-Id"
"""Names the site; a caller who may be on one only can leave it out."""

_HEADER: Final = HEADER.lower().encode()


class Sites:
    """The sites that are served, for callers to be placed on.

    A site that is not served and one that the caller may not be on are refused in the same words,
    so that nobody learns which sites there are.
    """

    def __init__(self, served: Collection[str]) -> None:
        self._served = frozenset(served)

    def place(self, scope: Scope, caller: Caller) -> Principal:
        """Place a caller on the site that the header names, or on the only one he may be on.

        Raises:
            Refusal: He may not be there (``FORBIDDEN``, 403), or nothing tells which of his sites
                is meant (``SITE_REQUIRED``, 400).
        """
        named = header(scope, _HEADER)
        site = named.strip() if named is not None else self._only(caller)
        if site not in self._served or not caller.may_be_on(site):
            raise Refusal(_refused(named), code="FORBIDDEN", status=403)
        return caller.at(site)

    def _only(self, caller: Caller) -> str | None:
        """Tell a caller's only site; None where he has none.

        What counts are the sites in his credential, not those of them that are served now: else a
        request without the header would go elsewhere on the day another of them is.
        """
        his = self._served if caller.sites is None else caller.sites
        if len(his) > 1:
            raise Refusal(
                f"Name the site in the header {HEADER}: your credentials are for several.",
                code="SITE_REQUIRED",
            )
        return next(iter(his), None)


def _refused(named: str | None) -> str:
    if named is None:
        return "Your credentials are for no site that is served here."
    return f"Your credentials are not for the site that {HEADER} names."
