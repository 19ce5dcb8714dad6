"""What a caller learns of himself and of what is left to him, for nothing."""

from datetime import UTC

from schema.context import Context
from tests.support.site import Site

DOCUMENT = """{
  viewer { subject siteId scopes }
  rateLimit { limit remaining windowSeconds resetAt }
}"""


async def test_a_caller_learns_who_he_is_and_what_is_left_for_no_call(site: Site) -> None:
    site.scopes = frozenset({"labels:read", "contacts:read"})
    answer = await site.run(DOCUMENT)
    assert answer.whole == {
        "viewer": {
            "subject": "ada",
            "siteId": "11111111-1111-4111-8111-111111111111",
            "scopes": ["contacts:read", "labels:read"],
        },
        "rateLimit": {
            "limit": 200,
            "remaining": 200,
            "windowSeconds": 60,
            "resetAt": "2026-11-21T09:00:00.000Z",
        },
    }
    assert answer.calls == {}


async def test_calls_are_charged_and_come_back_after_a_minute(site: Site) -> None:
    await site.run("{ labels { totalCount } }")
    site.time.advance(20)
    await site.run("{ labels(first: 1) { totalCount } }")
    spent = (await site.run(DOCUMENT)).whole["rateLimit"]
    site.time.advance(40)
    later = (await site.run(DOCUMENT)).whole["rateLimit"]
    assert [spent["remaining"], later["remaining"]] == [198, 199]
    assert spent["resetAt"] == later["resetAt"] == "2026-11-21T09:01:20.000Z"


async def test_a_context_tells_the_time_in_utc_unless_given_a_clock(site: Site) -> None:
    given = site.new_context()
    own = Context(given.principal, given.services, given.gate, given.request_id)
    assert own.now().tzinfo is UTC
