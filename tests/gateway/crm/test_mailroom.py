"""Events of several sites come to one address, and each is heard on its own site only."""

from typing import Any, Final

import pytest

from gateway.crm.events import Addressee, Inbox, Outcome, OwnHistory
from gateway.crm.mailroom import Mailroom, Pigeonhole
from gateway.model.events import Event
from tests.support.clock import ManualClock
from tests.support.webhooks import NOON, Recorded, event

BY_INSTANCE: Final[dict[str, Any]] = {"instance_id": "INST-1", "site_id": "elsewhere"}
BY_SITE: Final[dict[str, Any]] = {"instance_id": "unknown", "site_id": "TWO"}


@pytest.fixture
def memories() -> dict[str, Recorded]:
    return {"one": Recorded(), "two": Recorded()}


@pytest.fixture
def mailroom(memories: dict[str, Recorded]) -> Mailroom:
    addressees = {"one": Addressee("inst-1", "one"), "two": Addressee(None, "two")}
    return Mailroom(
        Pigeonhole(
            site,
            addressee,
            Inbox(
                memories[site],
                OwnHistory(clock=ManualClock()),
                addressee=addressee,
                now=lambda: NOON,
            ),
        )
        for site, addressee in addressees.items()
    )


def heard(memories: dict[str, Recorded]) -> list[str]:
    return [site for site, memory in memories.items() if memory.changes]


@pytest.mark.parametrize(("of", "site"), [(event(**BY_INSTANCE), "one"), (event(**BY_SITE), "two")])
async def test_the_installation_or_the_site_tells_whose_an_event_is(
    mailroom: Mailroom, memories: dict[str, Recorded], of: Event, site: str
) -> None:
    assert mailroom.site_of(of) == site
    assert await mailroom.take(of) is Outcome.APPLIED
    assert heard(memories) == [site]


@pytest.mark.parametrize(
    "of",
    [
        event(instance_id="unknown", site_id="three"),
        event(instance_id="unknown", site_id=None),
        # Where an installation is known, a site's name alone is no proof.
        event(instance_id="unknown", site_id="one"),
    ],
)
async def test_an_event_of_no_site_here_is_foreign(
    mailroom: Mailroom, memories: dict[str, Recorded], of: Event
) -> None:
    assert mailroom.site_of(of) is None
    assert await mailroom.take(of) is Outcome.FOREIGN
    assert heard(memories) == []


async def test_sites_have_histories_of_their_own(
    mailroom: Mailroom, memories: dict[str, Recorded]
) -> None:
    of_both = [event(1, id="same", **where) for where in (BY_INSTANCE, BY_SITE)]
    assert [await mailroom.take(each) for each in of_both] == [Outcome.APPLIED] * 2
    assert [await mailroom.take(each) for each in of_both] == [Outcome.REPEATED] * 2
    assert heard(memories) == ["one", "two"]
