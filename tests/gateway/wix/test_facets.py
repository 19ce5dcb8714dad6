"""Facet calls (contract 3.2, Facets)."""

import pytest

from gateway.errors import InvalidInput
from gateway.model.enums import FacetType
from gateway.model.facets import Facet
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Slice
from tests.support.upstream import Upstream, reply

BODY = {
    "facets": [
        {
            "facetType": "LABEL",
            "namespace": "custom",
            "facetKey": "custom.vip",
            "facetDisplayName": "VIP",
            "count": 3,
        }
    ],
    "pagingMetadata": {"count": 1, "offset": 0, "total": 1},
}
PAGE = Page((Facet(FacetType.LABEL, "custom.vip", "custom", "VIP", 3),), offset=0, total=1)


async def test_listing_asks_for_every_label_at_once() -> None:
    upstream = Upstream.of(reply(BODY))
    assert await upstream.connect().facets.list() == PAGE
    assert upstream.asked == [
        ("GET", "/contacts/v4/contacts/facets?paging.limit=1000&paging.offset=0", None)
    ]


async def test_a_query_has_its_filter_beside_the_paging() -> None:
    upstream = Upstream.of(reply(BODY))
    subscribed = Condition("email_subscription", Operator.EQ, "SUBSCRIBED")
    assert await upstream.connect().facets.query(subscribed, Slice(0, 5)) == PAGE
    assert upstream.asked == [
        (
            "POST",
            "/contacts/v4/contacts/facets/query",
            {
                "paging": {"limit": 5, "offset": 0},
                "filter": {
                    "info.extendedFields.emailSubscriptions.subscriptionStatus": "SUBSCRIBED"
                },
            },
        )
    ]


async def test_a_query_needs_no_filter() -> None:
    upstream = Upstream.of(reply(BODY))
    assert await upstream.connect().facets.query() == PAGE
    assert [body for _, _, body in upstream.asked] == [{"paging": {"limit": 1000, "offset": 0}}]


async def test_facets_are_filtered_by_subscriptions_only() -> None:
    with pytest.raises(InvalidInput, match="firstName cannot be filtered by"):
        await Upstream.of().connect().facets.query(Condition("first_name", Operator.EQ, "Ada"))
