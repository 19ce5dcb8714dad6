"""Which site a request is for: never one that its caller may not be on, never one by accident."""

from typing import Any

import pytest

from gateway.edge.admission import Admission, anybody
from gateway.edge.exchange import open_exchange, principal_of
from gateway.edge.refusals import Refusal
from gateway.edge.sites import Sites
from gateway.model.principal import Caller, Principal
from tests.support.endpoint import scope_of

SERVED = ("one", "two", "three")
SCOPES = frozenset({"labels:read"})
NOT_HIS = "Your credentials are not for the site that X-Wix-Site-Id names."
NONE_HERE = "Your credentials are for no site that is served here."
WHICH = "Name the site in the header X-Wix-Site-Id: your credentials are for several."


def caller(*sites: str) -> Caller:
    return Caller("ada", SCOPES, frozenset(sites), expires_at=9.0)


ANYWHERE = Caller("root", SCOPES, sites=None, expires_at=None)


def place(who: Caller, named: str | None, *served: str) -> Principal:
    headers = {} if named is None else {"x_wix_site_id": named}
    return Sites(served or SERVED).place(scope_of(**headers), who)


@pytest.mark.parametrize(
    ("who", "named", "site"),
    [
        (caller("one"), None, "one"),
        (caller("one"), "one", "one"),
        (caller("one"), " one ", "one"),
        (caller("one", "two"), "two", "two"),
        (ANYWHERE, "three", "three"),
    ],
)
def test_a_caller_is_placed_on_the_site_he_names_or_on_his_only_one(
    who: Caller, named: str | None, site: str
) -> None:
    assert place(who, named) == Principal(who.subject, site, SCOPES, who.expires_at)


def test_where_one_site_is_served_those_who_may_be_anywhere_need_not_name_it() -> None:
    assert place(ANYWHERE, None, "only").site_id == "only"


@pytest.mark.parametrize(
    ("who", "named", "status", "code", "message"),
    [
        (caller("one"), "two", 403, "FORBIDDEN", NOT_HIS),
        (caller("one"), "nowhere", 403, "FORBIDDEN", NOT_HIS),
        (caller("one"), "ONE", 403, "FORBIDDEN", NOT_HIS),
        (caller("one"), "", 403, "FORBIDDEN", NOT_HIS),
        (caller("one"), "one, two", 403, "FORBIDDEN", NOT_HIS),
        (caller("nowhere"), "nowhere", 403, "FORBIDDEN", NOT_HIS),
        (ANYWHERE, "nowhere", 403, "FORBIDDEN", NOT_HIS),
        (caller("nowhere"), None, 403, "FORBIDDEN", NONE_HERE),
        (caller(), None, 403, "FORBIDDEN", NONE_HERE),
        (caller(), "one", 403, "FORBIDDEN", NOT_HIS),
        (caller("one", "two"), None, 400, "SITE_REQUIRED", WHICH),
        (ANYWHERE, None, 400, "SITE_REQUIRED", WHICH),
    ],
)
def test_whoever_names_no_site_of_his_is_refused_and_learns_of_none(
    who: Caller, named: str | None, status: int, code: str, message: str
) -> None:
    with pytest.raises(Refusal) as caught:
        place(who, named)
    refusal = caught.value
    assert (refusal.status, refusal.code, refusal.message) == (status, code, message)


def test_a_second_site_of_his_counts_though_it_is_not_served() -> None:
    with pytest.raises(Refusal) as caught:
        place(caller("one", "not-served-yet"), None)
    assert caught.value.code == "SITE_REQUIRED"


def test_one_header_for_each_of_two_sites_names_none_of_them() -> None:
    scope = scope_of()
    scope["headers"] += [(b"x-wix-site-id", b"one"), (b"x-wix-site-id", b"one")]
    with pytest.raises(Refusal) as caught:
        Sites(SERVED).place(scope, caller("one"))
    assert caught.value.code == "FORBIDDEN"


async def test_the_exchange_of_an_admitted_request_knows_for_whom_it_is_served() -> None:
    scope: dict[str, Any] = scope_of()
    open_exchange(scope, lambda: "id")
    admitted = await Admission(anybody(caller("two")), Sites(SERVED))(scope)
    assert admitted == principal_of(scope) == Principal("ada", "two", SCOPES, 9.0)


async def test_a_request_that_was_not_admitted_is_served_for_nobody() -> None:
    scope: dict[str, Any] = scope_of()
    open_exchange(scope, lambda: "id")
    with pytest.raises(Refusal):
        await Admission(anybody(caller()), Sites(SERVED))(scope)
    with pytest.raises(ValueError, match="not admitted"):
        principal_of(scope)
