"""Counts that are put right without asking."""

from gateway.crm.changed_counts import recounted, renamed
from gateway.crm.difference import Difference
from gateway.model.contacts import Contact, FieldEntry, PrimaryEmail
from gateway.model.enums import FacetType, LabelType
from gateway.model.facets import Facet
from gateway.model.labels import Label

ALL = Facet(FacetType.ALL_CONTACTS, "contacts.all", count=9)
NONE = Facet(FacetType.NOT_LABELED, "contacts.notLabeled", count=4)
VIP = Facet(FacetType.LABEL, "custom.vip", display_name="VIP", count=3)
NEWS = Facet(FacetType.LABEL, "custom.news", display_name="News", count=None)
FACETS = (ALL, NONE, VIP, NEWS)


def carrying(*keys: str) -> Contact:
    return Contact("ada", 1, label_keys=keys)


def test_a_label_put_on_or_taken_off_is_counted() -> None:
    on = Difference(carrying(), carrying("custom.vip"))
    assert recounted(FACETS, on) == (
        ALL,
        Facet(FacetType.NOT_LABELED, "contacts.notLabeled", count=3),
        Facet(FacetType.LABEL, "custom.vip", display_name="VIP", count=4),
        NEWS,
    )
    assert recounted(recounted(FACETS, on) or (), Difference(on.after, on.before)) == FACETS


def test_what_changes_nothing_that_is_counted_leaves_the_counts() -> None:
    before, after = carrying("custom.vip"), Contact("ada", 2, label_keys=("custom.vip",))
    assert recounted(FACETS, Difference(before, after)) == FACETS


def test_other_changes_are_wixs_to_count() -> None:
    ada = carrying()
    subscribed = Contact("ada", 2, primary_email=PrimaryEmail("ada@example.com"))
    member = Contact("ada", 2, extended_fields=(FieldEntry("members.membershipStatus", "x"),))
    for change in ((None, ada), (ada, None), (ada, subscribed), (ada, member)):
        assert recounted(FACETS, Difference(*change)) is None


def test_a_renamed_label_is_counted_under_its_new_name() -> None:
    label = Label("custom.vip", "Friend", "custom", LabelType.USER_DEFINED)
    friend = Facet(FacetType.LABEL, "custom.vip", display_name="Friend", count=3)
    assert renamed(FACETS, label) == (ALL, NONE, friend, NEWS)
