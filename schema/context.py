"""What a resolver can reach: everything that lives as long as one operation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from strawberry.types import Info as StrawberryInfo

from gateway.budget.gate import Gate
from gateway.crm.services import Services
from gateway.model.principal import Principal
from schema.loaders import Loaders


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Context:
    """One operation's caller, services and loads; build it inside the running loop."""

    principal: Principal
    services: Services
    gate: Gate
    request_id: str
    now: Callable[[], datetime] = _now
    """The wall clock, in UTC."""
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.services)

    def close(self) -> None:
        """End what the operation left under way."""
        self.loaders.close()


Info = StrawberryInfo[Context, None]
"""What Strawberry hands to resolvers that ask for it."""
