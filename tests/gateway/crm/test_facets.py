"""Counts of a site that has more of them than one page holds."""

from tests.support.site import FACETS, Site


async def test_all_facets_are_counted_page_by_page(site: Site) -> None:
    extra = [
        {
            "key": f"custom.extra-{number}",
            "displayName": f"Extra {number}",
            "namespace": "custom",
            "labelType": "USER_DEFINED",
        }
        for number in range(1_000)
    ]
    site.sandbox.store.load(labels=extra)
    facets = await site.services.facets.all()
    keys = [facet.key for facet in facets]
    assert len(keys) == len(set(keys)) > 1_026
    assert {label["key"] for label in extra} < set(keys)
    assert site.calls() == {FACETS: 2}


async def test_few_facets_are_one_call(site: Site) -> None:
    facets = await site.services.facets.all()
    assert {facet.key: facet.count for facet in facets}["contacts.all"] == 12
    assert site.calls() == {FACETS: 1}
