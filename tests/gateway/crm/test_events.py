"""Of all events that come, in whatever order and number, exactly the news is applied."""

import random
from datetime import timedelta

import pytest

from gateway.crm.events import Addressee, Inbox, Outcome, OwnHistory
from gateway.model.events import ContactChanged, ContactDeleted, Entity, Event
from tests.support.clock import ManualClock
from tests.support.webhooks import CONTACT, INSTANCE, NOON, SITE, Recorded, event

OURS = Addressee(INSTANCE, None)
OTHER = Entity("contact", "another-contact")


class Desk:
    """An inbox with everything around it in the test's hands."""

    def __init__(self, addressee: Addressee = OURS, most: int = 100) -> None:
        self.clock = ManualClock(0.0)
        self.freshness = Recorded()
        self.inbox = Inbox(
            self.freshness,
            OwnHistory(clock=self.clock, most=most),
            addressee=addressee,
            now=lambda: NOON + timedelta(seconds=self.clock()),
        )

    async def outcomes(self, *events: Event) -> list[Outcome]:
        return [await self.inbox.take(each) for each in events]

    @property
    def applied(self) -> list[str]:
        """The ids in the changes that were applied, which are sequences unless told otherwise."""
        changes = self.freshness.changes
        return [change.contact_id for change in changes if isinstance(change, ContactDeleted)]


async def test_news_is_applied_as_it_is() -> None:
    desk = Desk()
    change = ContactChanged(CONTACT, created=True)
    assert await desk.outcomes(event(1, change)) == [Outcome.APPLIED]
    assert desk.freshness.changes == [change]


async def test_a_repeat_changes_nothing() -> None:
    desk = Desk()
    first, second = event(1), event(2)
    assert await desk.outcomes(first, first, second, first, second) == [
        Outcome.APPLIED,
        Outcome.REPEATED,
        Outcome.APPLIED,
        Outcome.REPEATED,
        Outcome.REPEATED,
    ]
    assert desk.applied == ["1", "2"]


async def test_an_event_that_was_overtaken_changes_nothing() -> None:
    desk = Desk()
    late = event(3)
    assert await desk.outcomes(event(4), late, event(9), late, event(4)) == [
        Outcome.APPLIED,
        Outcome.OVERTAKEN,
        Outcome.APPLIED,
        Outcome.REPEATED,
        Outcome.OVERTAKEN,
    ]
    assert desk.applied == ["4", "9"]


async def test_every_entity_has_a_sequence_of_its_own() -> None:
    desk = Desk()
    same_id = Entity("label", CONTACT)
    events = (event(5), event(4, entity=OTHER), event(3, entity=same_id))
    assert await desk.outcomes(*events) == [Outcome.APPLIED] * 3


@pytest.mark.parametrize(
    ("addressee", "ours"),
    [
        (Addressee(INSTANCE, None), True),
        (Addressee(INSTANCE.upper(), None), True),
        (Addressee(INSTANCE, "another-site"), True),
        (Addressee(None, SITE), True),
        (Addressee(None, SITE.upper()), True),
        (Addressee("another-instance", SITE), False),
        (Addressee(None, "another-site"), False),
        (Addressee(None, None), False),
    ],
)
async def test_only_events_of_our_installation_or_site_are_ours(
    addressee: Addressee, *, ours: bool
) -> None:
    desk = Desk(addressee)
    expected = Outcome.APPLIED if ours else Outcome.FOREIGN
    assert await desk.outcomes(event()) == [expected]
    assert len(desk.freshness.changes) == int(ours)


async def test_an_event_without_a_site_is_no_site_s() -> None:
    desk = Desk(Addressee(None, SITE))
    assert await desk.outcomes(event(site_id=None)) == [Outcome.FOREIGN]


async def test_a_foreign_event_uses_up_nothing() -> None:
    desk = Desk()
    foreign = event(9, id="x", instance_id="another-instance")
    assert await desk.outcomes(foreign, event(1, id="x")) == [Outcome.FOREIGN, Outcome.APPLIED]


async def test_what_is_older_than_the_memory_changes_nothing() -> None:
    desk = Desk()
    ancient = event(time=NOON - timedelta(hours=49, seconds=1))
    assert await desk.outcomes(ancient) == [Outcome.OUTDATED]
    assert await desk.outcomes(event(time=NOON - timedelta(hours=48))) == [Outcome.APPLIED]


async def test_a_repeat_is_known_for_as_long_as_it_can_come() -> None:
    desk = Desk()
    first = event(1)
    outcomes = await desk.outcomes(first)
    for hours in (1, 23, 24):
        desk.clock.advance(hours * 3_600)
        outcomes += await desk.outcomes(first)
    desk.clock.advance(3_601)
    outcomes += await desk.outcomes(first)
    assert outcomes == [Outcome.APPLIED, *[Outcome.REPEATED] * 3, Outcome.OUTDATED]


async def test_the_memory_is_bounded() -> None:
    desk = Desk(most=10)
    crowd = [event(1, entity=Entity("contact", str(number))) for number in range(1_000)]
    assert await desk.outcomes(*crowd) == [Outcome.APPLIED] * 1_000
    assert await desk.outcomes(*crowd[-10:]) == [Outcome.REPEATED] * 10
    assert await desk.outcomes(crowd[0]) == [Outcome.APPLIED]


async def test_what_could_not_be_applied_is_news_again() -> None:
    desk = Desk()
    second = event(2)
    desk.freshness.failing = True
    with pytest.raises(RuntimeError):
        await desk.inbox.take(second)
    desk.freshness.failing = False
    assert await desk.outcomes(event(1), second, second) == [
        Outcome.OVERTAKEN,
        Outcome.APPLIED,
        Outcome.REPEATED,
    ]
    assert desk.applied == ["2"]


async def test_in_any_disorder_the_last_change_of_each_entity_is_the_last_applied() -> None:
    dice = random.Random(7)  # noqa: S311 - disorder, no secret
    for _ in range(200):
        desk = Desk()
        entities = [Entity("contact", name) for name in "abc"]
        events = [
            event(number, ContactDeleted(f"{entity.id}{number}"), entity=entity)
            for entity in entities
            for number in range(1, 6)
        ]
        posted = events + dice.choices(events, k=10)
        dice.shuffle(posted)
        await desk.outcomes(*posted)
        for entity in entities:
            own = [name for name in desk.applied if name.startswith(entity.id)]
            assert own == sorted(set(own))
            assert own[-1] == f"{entity.id}5"
