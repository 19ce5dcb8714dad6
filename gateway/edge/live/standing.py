"""Asks again, while somebody is being told, whether he may still be: keys are taken back."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import Scope

from gateway.crm.listening import ListeningFault
from gateway.edge.exchange import principal_of
from gateway.edge.refusals import Refusal
from gateway.model.principal import Principal

_KEY: Final = "key"
"""The one kind of credential that can end before its time; a token's end is in the token."""


class CredentialsEnded(ListeningFault):
    """Who listens may do so no more, not with these credentials."""

    code = "UNAUTHENTICATED"


class Standing:
    """Looks at API keys as the door does; `admit` tells on whose behalf a request is served."""

    def __init__(self, admit: Callable[[Scope], Awaitable[Principal]]) -> None:
        self._admit = admit

    async def check(self, scope: Scope) -> None:
        """Let a listener be told of one thing more.

        Raises:
            CredentialsEnded: His key was taken back, or gives him other rights than it did.
        """
        held = principal_of(scope)
        if held.credential != _KEY:
            return
        try:
            holds = await self._admit(scope)
        except Refusal as refusal:
            raise CredentialsEnded(refusal.message) from None
        if holds != held:
            raise CredentialsEnded("Your key has other rights than it had; connect again.")
