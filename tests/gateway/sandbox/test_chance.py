"""One seed decides ids and dice, stream by stream."""

from datetime import UTC, datetime
from uuid import UUID

from gateway.sandbox.chance import Chance, fresh_id, ids_from, request_ids


def test_the_same_seed_gives_the_same_ids() -> None:
    ids = ids_from(Chance(7).stream("ids"))
    again = ids_from(Chance(7).stream("ids"))
    assert [ids() for _ in range(3)] == [again() for _ in range(3)]


def test_another_seed_gives_other_ids() -> None:
    assert ids_from(Chance(7).stream("ids"))() != ids_from(Chance(8).stream("ids"))()


def test_a_draw_from_one_stream_does_not_move_another() -> None:
    chance, undisturbed = Chance(7), Chance(7)
    chance.stream("faults").random()
    assert ids_from(chance.stream("ids"))() == ids_from(undisturbed.stream("ids"))()


def test_after_a_rewind_every_stream_starts_over() -> None:
    chance = Chance(7)
    ids = ids_from(chance.stream("ids"))
    first = ids()
    chance.rewind()
    assert ids() == first


def test_ids_are_guids_of_version_four() -> None:
    made = ids_from(Chance(7).stream("ids"))()
    assert (str(UUID(made)), UUID(made).version) == (made, 4)


def test_fresh_ids_are_guids_that_never_repeat() -> None:
    assert len({str(UUID(fresh_id())) for _ in range(100)}) == 100


def test_request_ids_are_the_second_and_a_number() -> None:
    new_id = request_ids(lambda: datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), Chance(7).stream("r"))
    first, second = new_id(), new_id()
    seconds, _, number = first.partition(".")
    assert (seconds, number.isdecimal(), first == second) == ("1735787045", True, False)
