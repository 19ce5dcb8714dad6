"""What a resolver can reach: everything that lives as long as one operation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from graphql import GraphQLError
from strawberry.types import Info as StrawberryInfo

from gateway.budget.gate import Gate
from gateway.crm.services import Services
from gateway.model.principal import Principal
from gateway.telemetry import audit
from gateway.telemetry.audit import Deed
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
    withheld: list[GraphQLError] = field(default_factory=list)
    """What is said of lists that stand empty because the caller may not see what is in them."""
    record: Callable[[Deed], None] = audit.write
    """Keeps a record of what was done."""
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.services)

    def close(self) -> None:
        """End what the operation left under way."""
        self.loaders.close()


Info = StrawberryInfo[Context, None]
"""What Strawberry hands to resolvers that ask for it."""
