"""Periods as operators write them."""

import re

import pytest

from gateway.cache.periods import DEFAULT_PERIODS, Period, Periods, readable


def test_kinds_left_out_keep_their_default() -> None:
    read = Periods.written("contacts=1/2.5 misses=0/0", on_error=7, settling=8)
    assert read == Periods(contacts=Period(1, 2.5), misses=Period(0, 0), on_error=7, settling=8)
    assert read.labels == DEFAULT_PERIODS.labels


@pytest.mark.parametrize("text", ["contacts", "contacts=1", "people=1/2", "contacts=-1/2", "a/b"])
def test_what_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{text} is not like contacts=15/60; there")):
        readable(text)
