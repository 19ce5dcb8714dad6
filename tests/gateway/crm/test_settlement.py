"""A write whose answer was lost: when it is believed to have been done, and when it is not."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from gateway import deadline
from gateway.crm.settlement.outcomes import LOOKS, TIME_TO_LOOK, Done, Finding, Open, Settlement
from gateway.deadline import Deadline
from gateway.errors import (
    GatewayError,
    OutcomeUnknown,
    RevisionConflict,
    Throttled,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from gateway.model.changes import ContactInfo, EmailEntry, NameChange
from gateway.model.contacts import Contact
from tests.support.sandboxes import ManualTime
from tests.support.site import ADA, ALAN, GRACE, QUERY_CONTACTS, UPDATE_CONTACT, Site

CREATE = "POST /contacts/v4/contacts"
MERGE = "POST /contacts/v4/contacts/{id}/merge"
RENAME = "PATCH /contacts/v4/labels/{key}"
NEW = ContactInfo(name=NameChange(first="New"), emails=(EmailEntry("new@example.com"),))

REFUSED = UpstreamUnavailable("nobody listens")


@dataclass
class Wix:
    """A write and a look of prepared outcomes."""

    writes: list[str | GatewayError] = field(default_factory=list)
    looks: list[Finding[str] | GatewayError] = field(default_factory=list)
    sent: int = 0
    seen: int = 0

    async def write(self) -> str:
        self.sent += 1
        outcome = self.writes.pop(0)
        if isinstance(outcome, GatewayError):
            raise outcome
        return outcome

    async def look(self) -> Finding[str]:
        self.seen += 1
        finding = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(finding, GatewayError):
            raise finding
        return finding


async def settle(wix: Wix, *, repeat: bool = False, time: ManualTime | None = None) -> str:
    settlement = Settlement(sleep=(time or ManualTime()).sleep)
    return await settlement.settle("theWrite", wix.write, wix.look, repeat=repeat)


def lost() -> UpstreamUnavailable:
    return UpstreamUnavailable("cut off", in_doubt=True)


def late() -> UpstreamTimeout:
    return UpstreamTimeout("too late", in_doubt=True)


def conflict() -> RevisionConflict:
    return RevisionConflict("moved on")


async def test_a_write_that_is_answered_is_not_looked_after() -> None:
    wix = Wix(["answer"])
    assert (await settle(wix), wix.seen) == ("answer", 0)


async def test_a_write_that_never_left_is_not_looked_after() -> None:
    wix = Wix([REFUSED])
    with pytest.raises(UpstreamUnavailable) as fault:
        await settle(wix)
    assert (fault.value, wix.seen) == (REFUSED, 0)


async def test_a_lost_write_that_is_seen_is_done() -> None:
    wix = Wix([lost()], [Done("seen")])
    assert (await settle(wix), wix.sent, wix.seen) == ("seen", 1, 1)


async def test_a_lost_write_that_shows_no_effect_has_failed_without_doubt() -> None:
    wix = Wix([lost()], [Open.NOT_DONE])
    with pytest.raises(UpstreamUnavailable) as fault:
        await settle(wix)
    assert (fault.value.in_doubt, wix.sent, wix.seen) == (False, 1, 1)


async def test_a_write_may_take_a_while_to_be_seen() -> None:
    wix, time = Wix([lost()], [Open.UNDECIDED, REFUSED, Done("seen")]), ManualTime()
    assert await settle(wix, time=time) == "seen"
    assert time.slept == [0.25, 1.0]


async def test_a_write_that_is_never_seen_has_an_unknown_outcome() -> None:
    wix = Wix([lost()], [Open.UNDECIDED])
    with pytest.raises(OutcomeUnknown) as fault:
        await settle(wix)
    assert (fault.value.code, wix.sent, wix.seen) == ("OUTCOME_UNKNOWN", 1, len(LOOKS))


@pytest.mark.parametrize("failure", [late(), UpstreamUnavailable("", status=504, in_doubt=True)])
async def test_what_wix_may_still_be_at_work_on_is_not_called_a_failure(
    failure: GatewayError,
) -> None:
    with pytest.raises(OutcomeUnknown):
        await settle(Wix([failure], [Open.NOT_DONE]))
    assert await settle(Wix([failure], [Open.NOT_DONE, Done("seen")])) == "seen"


async def test_a_repeatable_write_is_sent_again_once_it_is_seen_not_to_be_done() -> None:
    wix = Wix([lost(), late(), "answer"], [Open.NOT_DONE])
    assert (await settle(wix, repeat=True), wix.sent, wix.seen) == ("answer", 3, 2)


async def test_a_repeatable_write_is_not_sent_again_blindly() -> None:
    wix = Wix([lost()], [REFUSED])
    with pytest.raises(OutcomeUnknown):
        await settle(wix, repeat=True)
    assert wix.sent == 1


async def test_a_write_is_not_sent_again_for_ever() -> None:
    wix = Wix([lost(), lost(), lost()], [Open.NOT_DONE])
    with pytest.raises(UpstreamUnavailable) as fault:
        await settle(wix, repeat=True)
    assert (fault.value.in_doubt, wix.sent) == (False, 3)


async def test_a_repeated_write_that_conflicts_with_its_own_first_try_is_done() -> None:
    wix = Wix([lost(), conflict()], [Open.NOT_DONE, Done("seen")])
    assert await settle(wix, repeat=True) == "seen"


async def test_a_repeated_write_that_conflicts_with_something_else_is_unknown() -> None:
    wix = Wix([lost(), conflict()], [Open.NOT_DONE, Open.UNDECIDED])
    with pytest.raises(OutcomeUnknown):
        await settle(wix, repeat=True)


async def test_a_conflict_at_the_first_try_is_a_conflict() -> None:
    with pytest.raises(RevisionConflict):
        await settle(Wix([conflict()]), repeat=True)


async def test_a_repeated_write_that_is_throttled_is_left_at_that() -> None:
    wix = Wix([lost(), Throttled("too many")], [Open.NOT_DONE])
    with pytest.raises(UpstreamUnavailable):
        await settle(wix, repeat=True)
    assert wix.sent == 2


@pytest.mark.parametrize(("seconds", "left"), [(10.0, 10 - TIME_TO_LOOK), (4.0, 3.0)])
async def test_a_write_leaves_time_to_look_after_it(seconds: float, left: float) -> None:
    time, limits = ManualTime(), []

    async def write() -> str:
        current = deadline.current()
        assert current is not None
        limits.append(current.remaining())
        raise late()

    async def look() -> Finding[str]:
        return Open.UNDECIDED

    with deadline.within(Deadline.after(seconds, time.monotonic)) as end:
        with pytest.raises(OutcomeUnknown):
            await Settlement(sleep=time.sleep).settle("theWrite", write, look)
        assert end.remaining() > 0
    assert limits == [left]


async def test_an_identical_contact_from_before_is_not_taken_for_the_new_one(site: Site) -> None:
    await site.services.contacts.create(NEW, allow_duplicates=True)
    site.time.advance(60)
    site.fault(CREATE, kind="drop", count=1)
    with pytest.raises(OutcomeUnknown):
        await site.services.contacts.create(NEW, allow_duplicates=True)


async def test_a_contact_that_another_write_was_answered_with_is_not_taken(site: Site) -> None:
    await site.services.contacts.create(NEW, allow_duplicates=True)
    site.fault(CREATE, kind="drop", count=1)
    with pytest.raises(OutcomeUnknown):
        await site.services.contacts.create(NEW, allow_duplicates=True)


async def test_identical_contacts_whose_answers_are_lost_are_told_apart(site: Site) -> None:
    before = len(site.ids())
    site.fault(CREATE, kind="drop", when="after", count=5)
    made = await asyncio.gather(
        *(site.services.contacts.create(NEW, allow_duplicates=True) for _ in range(5))
    )
    assert sorted(contact.id for contact in made) == sorted(site.ids()[before:])


@pytest.mark.parametrize(("lag", "looks"), [(0.2, 2), (1.2, 3), (4.0, 4)])
async def test_a_new_contact_is_found_once_the_index_has_it(
    site: Site, lag: float, looks: int
) -> None:
    site.fault("*", kind="index_lag", seconds=lag)
    site.fault(CREATE, kind="drop", when="after", count=1)
    created = await site.services.contacts.create(NEW, allow_duplicates=False)
    assert created.id == site.ids()[-1]
    assert site.calls() == {CREATE: 1, QUERY_CONTACTS: looks}


async def test_an_update_that_somebody_else_overtook_is_not_believed(site: Site) -> None:
    contact_id, revision = site.ids()[ADA], site.contacts()[ADA]["revision"]
    await update(site, contact_id, revision, company="Theirs")
    site.fault(UPDATE_CONTACT, kind="drop", count=1)
    with pytest.raises(OutcomeUnknown):
        await update(site, contact_id, revision, company="Mine")


async def test_an_update_that_was_carried_out_is_done(site: Site) -> None:
    contact_id, revision = site.ids()[ADA], site.contacts()[ADA]["revision"]
    site.fault(UPDATE_CONTACT, kind="drop", when="after", count=1)
    changed = await update(site, contact_id, revision, company="Mine")
    assert (changed.company, changed.revision) == ("Mine", revision + 1)


async def test_a_stale_update_is_refused_as_ever_without_a_look(site: Site) -> None:
    contact_id = site.ids()[ADA]
    with pytest.raises(RevisionConflict):
        await update(site, contact_id, 0, company="Mine")
    assert site.calls() == {UPDATE_CONTACT: 1}


async def test_a_merge_that_was_made_before_is_not_believed_to_be_this_one(site: Site) -> None:
    ids, target = site.ids(), site.contacts()[ADA]
    merge: Callable[..., Awaitable[Contact]] = site.services.contacts.merge
    await merge(ids[ADA], revision=target["revision"], source_ids=[ids[GRACE]])
    site.fault(MERGE, kind="drop", count=1)
    with pytest.raises(OutcomeUnknown):
        await merge(ids[ADA], revision=target["revision"] + 1, source_ids=[ids[GRACE]])


async def test_a_merge_is_done_only_when_every_source_leads_to_the_target(site: Site) -> None:
    ids, target = site.ids(), site.contacts()[ADA]
    site.fault(MERGE, kind="drop", when="after", count=1)
    sources = [ids[GRACE], ids[-1]]
    merged = await site.services.contacts.merge(
        ids[ADA], revision=target["revision"], source_ids=sources
    )
    assert (merged.id, merged.revision) == (ids[ADA], target["revision"] + 1)
    assert set(sources) & set(site.ids()) == set()


async def test_deleting_a_contact_that_was_merged_away_meanwhile_is_done(site: Site) -> None:
    ids, target = site.ids(), site.contacts()[ALAN]
    await site.wix.contacts.merge(ids[ALAN], revision=target["revision"], source_ids=[ids[GRACE]])
    site.fault("DELETE /contacts/v4/contacts/{id}", kind="drop")
    await site.services.contacts.delete(ids[GRACE])
    assert ids[GRACE] not in site.ids()


async def test_a_label_that_somebody_renamed_just_now_is_not_renamed_over(site: Site) -> None:
    await site.wix.labels.rename("custom.lead", "Theirs")
    site.fault(RENAME, kind="drop", count=1)
    with pytest.raises(OutcomeUnknown):
        await site.services.labels.rename("custom.lead", "Mine")
    assert site.calls()[RENAME] == 2


async def test_a_label_that_was_made_with_a_lost_answer_is_new(site: Site) -> None:
    site.fault("POST /contacts/v4/labels", kind="drop", when="after")
    label, created = await site.services.labels.find_or_create("Brand-new")
    assert (label.key, created) == ("custom.brand-new", True)


async def test_a_label_that_was_found_with_a_lost_answer_is_not_new(site: Site) -> None:
    site.fault("POST /contacts/v4/labels", kind="drop", when="after")
    label, created = await site.services.labels.find_or_create("Lead")
    assert (label.key, created) == ("custom.lead", False)


async def update(site: Site, contact_id: str, revision: int, *, company: str) -> Contact:
    return await site.services.contacts.update(
        contact_id, revision=revision, info=ContactInfo(company=company), allow_duplicates=False
    )
