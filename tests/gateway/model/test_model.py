"""The values that pass between the layers."""

import pytest

from gateway.model import enums
from gateway.model.contacts import Name
from gateway.model.enums import LabelType, Vocabulary
from gateway.model.ids import is_guid, is_key
from gateway.model.labels import Label
from gateway.model.queries import Condition, Operator

VOCABULARIES = [
    value
    for value in vars(enums).values()
    if isinstance(value, type) and issubclass(value, Vocabulary) and value is not Vocabulary
]


@pytest.mark.parametrize(
    ("first", "last", "full"),
    [
        ("Ada", "Lovelace", "Ada Lovelace"),
        ("Ada", None, "Ada"),
        (None, "Lovelace", "Lovelace"),
        ("", "Lovelace", "Lovelace"),
        (None, None, None),
    ],
)
def test_a_full_name_is_made_of_the_parts_there_are(
    first: str | None, last: str | None, full: str | None
) -> None:
    assert Name(first, last).full == full


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.__name__)
def test_a_value_newer_than_the_gateway_reads_as_unknown(vocabulary: type[Vocabulary]) -> None:
    assert vocabulary("ADDED_YESTERDAY") is vocabulary["UNKNOWN"]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.__name__)
def test_every_value_is_called_what_wix_calls_it(vocabulary: type[Vocabulary]) -> None:
    assert [vocabulary(word) for word in vocabulary.__members__] == list(vocabulary)


def test_a_label_is_identified_by_its_key() -> None:
    label = Label("custom.vip", "VIP", "custom", LabelType.USER_DEFINED)
    assert label.id == "custom.vip"


@pytest.mark.parametrize(
    ("text", "guid", "key"),
    [
        ("8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11", True, False),
        ("8A1F0F4E-2C4E-4D37-9A7B-0D3E5B5B7F11", True, False),
        ("8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11\n", False, False),
        ("8a1f0f4e2c4e4d379a7b0d3e5b5b7f11", False, False),
        ("custom.vip", False, True),
        ("custom.a.b", False, True),
        ("custom.לקוחות", False, True),
        ("custom.", False, False),
        (".vip", False, False),
        ("vip", False, False),
        ("", False, False),
        ("custom." + "x" * 73, False, True),
        ("custom." + "x" * 74, False, False),
    ],
)
def test_an_identity_is_a_guid_or_a_key_and_never_both(text: str, guid: bool, key: bool) -> None:  # noqa: FBT001 - the table's columns
    assert (is_guid(text), is_key(text)) == (guid, key)


def test_where_a_condition_was_written_is_no_part_of_the_question() -> None:
    here = Condition("company", Operator.EQ, "x", ("filter", "company", "eq"))
    there = Condition("company", Operator.EQ, "x", ("filter", "and", "0", "company", "eq"))
    assert here == there
    assert repr(here) == repr(there)
