"""Labels looked up by key and by name; keys that are nobody's."""

from collections.abc import Sequence

import pytest

from gateway.cache.periods import DEFAULT_PERIODS
from gateway.crm.labels import LabelService
from gateway.crm.unknown_labels import KeyLists, naming_unknown_labels
from gateway.errors import LabelNotFound, Path
from gateway.model.labels import Label
from tests.support.site import CREATE_LABEL, LIST_LABELS, Site

LEAD, VIP = "custom.lead", "custom.vip-customer"


async def test_labels_by_key_come_from_one_list_of_all(site: Site) -> None:
    labels = site.services.labels
    one = await labels.by_keys([VIP])
    several = await labels.by_keys([LEAD, "custom.nothing", VIP])
    assert [label and label.key for label in (*one, *several)] == [VIP, LEAD, None, VIP]
    assert await labels.by_keys(["custom.nothing"]) == [None]
    assert site.calls() == {LIST_LABELS: 1}


async def test_a_key_missing_from_an_older_list_makes_it_be_read_anew(site: Site) -> None:
    labels = site.services.labels
    await labels.by_keys([LEAD])
    made, _ = await site.wix.labels.find_or_create("Night Owl")
    site.time.advance(DEFAULT_PERIODS.misses.fresh + 1)
    assert await labels.by_keys([made.key]) == [made]
    assert site.calls() == {LIST_LABELS: 2, CREATE_LABEL: 1}


async def test_labels_by_name_are_exact_and_the_oldest_of_its_name(site: Site) -> None:
    labels = site.services.labels
    await labels.rename(VIP, "Lead")
    newest, _ = await labels.find_or_create("Brand New")
    await labels.rename(newest.key, "Newsletter")
    found = await labels.by_names(["Lead", "Newsletter", "newsletter", "Nothing"])
    keys = {name: label.key for name, label in found.items()}
    assert keys == {"Lead": VIP, "Newsletter": "custom.newsletter"}


async def test_any_number_of_names_is_one_call(site: Site) -> None:
    names = ["Lead", *(f"nobody {number}" for number in range(1_000))]
    found = await site.services.labels.by_names(names)
    assert list(found) == ["Lead"]
    assert site.calls() == {LIST_LABELS: 1}


async def test_any_number_of_labels_by_key_is_one_call(site: Site) -> None:
    keys = [LEAD, *(f"custom.nobody-{number}" for number in range(1_999))]
    found = await site.services.labels.by_keys(keys)
    assert [label.key for label in found if label] == [LEAD]
    assert site.calls() == {LIST_LABELS: 1}


async def refusing(labels: LabelService, lists: KeyLists) -> list[Path]:
    """Have a call refused as Wix does, and tell the places that are named."""
    with pytest.raises(LabelNotFound) as refusal:
        async with naming_unknown_labels(labels, lists):
            raise LabelNotFound("some label does not exist")
    return [violation.path for violation in refusal.value.violations]


@pytest.mark.parametrize(
    ("lists", "named", "calls"),
    [
        ({("a",): ["custom.no"]}, [("a", "0")], 0),
        ({("a",): ["custom.no", "custom.no"]}, [("a", "0"), ("a", "1")], 0),
        ({("a",): [LEAD, "custom.no"], ("b",): ["custom.no", VIP]}, [("a", "1"), ("b", "0")], 1),
        ({("a",): [LEAD, VIP]}, [], 1),
    ],
    ids=["one", "one twice", "two lists", "all exist by now"],
)
async def test_a_refusal_is_traced_to_the_keys_that_are_nobodys(
    site: Site, lists: dict[Path, Sequence[str]], named: list[Path], calls: int
) -> None:
    assert await refusing(site.services.labels, lists) == named
    assert sum(site.calls().values()) == calls


async def test_what_is_not_refused_costs_nothing_more(site: Site) -> None:
    async with naming_unknown_labels(site.services.labels, {("a",): [LEAD, "custom.no"]}):
        pass
    assert site.calls() == {}


async def test_a_new_label_is_told_from_an_old_one(site: Site) -> None:
    old, old_is_new = await site.services.labels.find_or_create("Lead")
    new, new_is_new = await site.services.labels.find_or_create("Night Owl")
    assert isinstance(new, Label)
    assert (old.key, old_is_new, new.key, new_is_new) == (LEAD, False, "custom.night-owl", True)
    assert site.calls() == {CREATE_LABEL: 2}
