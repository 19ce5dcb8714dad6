"""No two writes take the same new thing for theirs."""

import pytest

from gateway.crm.settlement.claims import Claims


def test_the_oldest_that_is_nobodys_is_taken_once() -> None:
    claims = Claims()
    claims.take("first")
    found = [claims.first_free(["first", "second", "third"], "kind") for _ in range(3)]
    assert found == ["second", "third", None]


def test_what_may_be_anothers_whose_answer_is_still_awaited_is_left() -> None:
    claims = Claims()
    with claims.awaiting("kind"):
        assert claims.first_free(["first"], "kind") is None
        assert claims.first_free(["first"], "another kind") == "first"
        assert claims.first_free(["second", "third"], "kind") == "second"
    assert claims.first_free(["third"], "kind") == "third"


def test_an_answer_that_was_lost_is_awaited_no_longer() -> None:
    claims = Claims()
    with pytest.raises(ConnectionError), claims.awaiting("kind"):
        raise ConnectionError
    assert claims.first_free(["first"], "kind") == "first"
