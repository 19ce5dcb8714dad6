"""Connections: whoever lets the gateway wait is waited for so long and no longer."""

from dataclasses import dataclass

import pytest

from gateway.edge.connections import Connections, Patience
from tests.support.clock import ManualClock

PATIENCE = Patience(connections=3, head_seconds=10.0)


@dataclass(eq=False)
class Peer:
    """One connection."""

    expired: int = 0

    def expire(self) -> None:
        self.expired += 1


class Scene:
    """Connections on a clock of their own, looked at only when a test says so."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.connections = Connections(PATIENCE, clock=self.clock)

    def peers(self, count: int) -> list[Peer]:
        peers = [Peer() for _ in range(count)]
        for peer in peers:
            self.connections.join(peer)
        return peers

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.connections.look()


@pytest.fixture
async def scene() -> Scene:
    return Scene()


async def test_a_mute_connection_is_ended_when_its_time_is_up(scene: Scene) -> None:
    (peer,) = scene.peers(1)
    scene.pass_time(9.9)
    assert peer.expired == 0
    scene.pass_time(0.1)
    assert peer.expired == 1


async def test_nobody_is_hurried_while_it_is_our_turn(scene: Scene) -> None:
    (peer,) = scene.peers(1)
    scene.connections.settle(peer)
    scene.pass_time(3_600.0)
    assert peer.expired == 0


async def test_every_wait_has_an_end_of_its_own(scene: Scene) -> None:
    (peer,) = scene.peers(1)
    scene.pass_time(5.0)
    scene.connections.expect(peer, 20.0)
    scene.pass_time(19.9)
    assert peer.expired == 0
    scene.pass_time(0.1)
    assert peer.expired == 1


async def test_a_connection_that_is_gone_is_forgotten(scene: Scene) -> None:
    (peer,) = scene.peers(1)
    scene.connections.leave(peer)
    scene.pass_time(100.0)
    assert (peer.expired, len(scene.connections)) == (0, 0)


async def test_as_many_as_may_be_connected_are(scene: Scene) -> None:
    assert [peer.expired for peer in scene.peers(3)] == [0, 0, 0]


async def test_one_more_costs_the_one_that_is_waited_for_longest(scene: Scene) -> None:
    busy, waited_for, _late = scene.peers(3)
    scene.connections.settle(busy)
    scene.peers(1)
    assert (busy.expired, waited_for.expired) == (0, 1)


async def test_where_all_others_are_served_the_newcomer_has_to_go(scene: Scene) -> None:
    for peer in scene.peers(3):
        scene.connections.settle(peer)
    (newcomer,) = scene.peers(1)
    assert newcomer.expired == 1
