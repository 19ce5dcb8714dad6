"""The part of the composition that lets connections carry more than one answer."""

from collections.abc import Callable
from dataclasses import dataclass

from strawberry.schema import Schema

from gateway.edge.limits import Limits
from gateway.edge.live.answering import Answering
from gateway.edge.live.limits import LiveLimits
from gateway.edge.live.sockets import Admit, Sockets
from gateway.edge.live.standing import Standing
from gateway.edge.live.streaming import Streaming
from gateway.edge.live.subscriptions import Subscriptions
from gateway.edge.operations import Operations
from gateway.edge.origins import Origins
from gateway.edge.overload import Shedder
from gateway.edge.pricing import Pricing
from gateway.edge.windows import Windows
from gateway.process import Gateway

_PATH = "/graphql"


@dataclass(frozen=True, slots=True)
class LiveData:
    """The two ways to what is told while it happens."""

    streaming: Streaming
    sockets: Sockets


def make_live(
    schema: Schema,
    gateway: Gateway,
    operations: Operations,
    *,
    admit: Admit,
    pricing: Pricing,
    windows: Windows,
    shedder: Shedder,
    origins: Origins,
    limits: Limits,
    new_id: Callable[[], str],
) -> LiveData:
    """Build both for the operations of one schema."""
    subscriptions = Subscriptions(
        schema,
        gateway.make_context,
        pricing=pricing,
        windows=windows,
        standing=Standing(admit),
        seconds=limits.seconds,
    )
    answering = Answering(
        operations,
        subscriptions,
        pricing=pricing,
        windows=windows,
        shedder=shedder,
        limits=limits,
    )
    bounds = LiveLimits(message_bytes=limits.body_bytes)
    sockets = Sockets(
        answering,
        admit=admit,
        path=_PATH,
        gathering=gateway.gathering,
        new_id=new_id,
        limits=bounds,
        json_limits=limits,
        allows=origins.allows,
    )
    return LiveData(Streaming(answering, gateway.gathering, bounds), sockets)
