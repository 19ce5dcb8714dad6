"""What a change leaves of a page: the same rows, mended ones, or nothing to rely on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.crm.changed_pages import PageChange
from gateway.crm.difference import Difference, step
from gateway.crm.judging import CONTACTS
from gateway.model.contacts import Contact
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Query, Slice

AT_ACME = Condition("company", Operator.EQ, "Acme")


def contact(number: int, company: str | None = "Acme", revision: int = 1) -> Contact:
    made = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return Contact(f"c{number}", revision, created_at=made, company=company)


def outcome(
    rows: list[int],
    change: Difference[Contact],
    *,
    offset: int = 0,
    total: int | None = 9,
    counted: bool = True,
) -> tuple[list[int], int | None] | None:
    """Tell the numbers of the rows that are left, and the total."""
    page = Page(tuple(contact(number) for number in rows), offset, total)
    after = PageChange(page, Query(AT_ACME, slice=Slice(offset, 3)), change, CONTACTS).outcome(
        counted=counted
    )
    return None if after is None else ([int(row.id[1:]) for row in after.items], after.total)


def moved(number: int, before: str | None, after: str | None) -> Difference[Contact]:
    return Difference(contact(number, before), contact(number, after, revision=2))


def made(number: int, company: str = "Acme") -> Difference[Contact]:
    return Difference(None, contact(number, company))


def gone(number: int) -> Difference[Contact]:
    return Difference(contact(number), None)


@pytest.mark.parametrize("counted", [True, False])
def test_a_change_of_what_never_belonged_leaves_a_page_as_it_is(*, counted: bool) -> None:
    assert outcome([1, 2, 3], moved(7, "Bolt", "Core"), counted=counted) == ([1, 2, 3], 9)


@pytest.mark.parametrize(
    ("rows", "change", "left"),
    [
        ([1, 2, 3], made(7), ([1, 2, 3], 10)),
        ([1, 3, 5], made(4), ([1, 3, 4], 10)),
        ([1, 2], made(7), ([1, 2, 7], 10)),
        ([], made(7), ([7], 10)),
        ([1, 2, 3], moved(7, "Acme", "Bolt"), ([1, 2, 3], 8)),
        ([1, 2, 3], gone(7), ([1, 2, 3], 8)),
        ([1, 2], gone(2), ([1], 8)),
        ([1, 2], gone(7), None),
        ([1, 2, 3], gone(2), None),
        ([2, 4, 6], gone(3), None),
    ],
    ids=repr,
)
def test_what_enters_or_leaves_is_put_in_or_taken_out_where_that_is_certain(
    rows: list[int], change: Difference[Contact], left: tuple[list[int], int] | None
) -> None:
    assert outcome(rows, change) == left


@pytest.mark.parametrize("change", [made(7), gone(7), moved(7, "Acme", "Bolt")], ids=repr)
def test_a_page_that_may_hold_the_change_already_is_not_changed_again(
    change: Difference[Contact],
) -> None:
    assert outcome([1, 2, 3], change, counted=False) is None


@pytest.mark.parametrize("change", [made(0), gone(0), moved(0, "Acme", "Bolt")], ids=repr)
def test_a_change_before_a_later_page_moves_its_rows(change: Difference[Contact]) -> None:
    assert outcome([4, 5, 6], change, offset=3) is None


def test_a_row_shows_its_new_version_only_where_it_showed_the_one_before() -> None:
    before, after = contact(2), replace(contact(2), revision=2, job_title="Head")
    page = Page((contact(1), before), 0, 2)
    query = Query(AT_ACME, slice=Slice(0, 3))
    change = PageChange(page, query, Difference(before, after), CONTACTS)
    assert change.outcome(counted=False) == Page((contact(1), after), 0, 2)
    older = replace(page, items=(contact(1), replace(before, revision=0)))
    assert replace(change, page=older).outcome(counted=True) is None


def test_a_total_that_wix_could_not_tell_stays_unknown() -> None:
    assert outcome([1, 2, 3], made(7), total=None) == ([1, 2, 3], None)


def test_what_only_wix_can_judge_leaves_no_page() -> None:
    query = Query(Condition("unheard_of", Operator.EQ, 1))
    page = Page((contact(1),), 0, 1)
    assert PageChange(page, query, made(7), CONTACTS).outcome(counted=True) is None


@pytest.mark.parametrize(("revisions", "known"), [((1, 2), True), ((2, 2), True), ((1, 3), False)])
def test_a_difference_is_known_only_of_versions_that_follow_each_other(
    revisions: tuple[int, int], *, known: bool
) -> None:
    before, after = (contact(1, revision=revision) for revision in revisions)
    assert step(before, after) == (Difference(before, after) if known else None)
    assert step(None, after) is None
