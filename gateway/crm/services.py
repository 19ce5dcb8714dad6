"""The services of one site, together."""

from dataclasses import dataclass
from typing import Self

from gateway.crm.bulk import BulkService
from gateway.crm.contact_records import ContactRecords
from gateway.crm.contacts import ContactService
from gateway.crm.facets import FacetService
from gateway.crm.fields import FieldService
from gateway.crm.freshness import Freshness, remembering
from gateway.crm.job_watch import JobWatch
from gateway.crm.labelling import LabellingService
from gateway.crm.labels import LabelService
from gateway.crm.live import Live
from gateway.crm.settlement.doors import settled
from gateway.crm.settlement.outcomes import Settlement
from gateway.wix.api import Wix


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that can be done on one site."""

    contacts: ContactService
    labels: LabelService
    labelling: LabellingService
    fields: FieldService
    facets: FacetService
    bulk: BulkService
    freshness: Freshness
    """What is kept of the site; it is told of changes from elsewhere here."""
    live: Live
    """Who listens to what happens on the site."""
    jobs: JobWatch
    """Who watches bulk jobs."""

    @classmethod
    def over(
        cls, wix: Wix, *, freshness: Freshness | None = None, settlement: Settlement | None = None
    ) -> Self:
        """Build the services of the site that `wix` is connected to.

        Without a `freshness` of its own the site gets a memory with the default periods, and
        without a `settlement` lost answers are settled by the time of the machine.
        """
        wix = settled(wix, settlement or Settlement())
        fresh = freshness or remembering("site")
        fresh.watcher = live = Live(fresh)
        labels = LabelService(wix.labels, fresh)
        bulk = BulkService(wix.bulk, labels, fresh)
        records = ContactRecords(wix.contacts, fresh)
        return cls(
            contacts=ContactService(wix.contacts, labels, records, fresh),
            labels=labels,
            labelling=LabellingService(wix.contacts, labels, records, fresh),
            fields=FieldService(wix.fields, fresh),
            facets=FacetService(wix.facets, fresh),
            bulk=bulk,
            freshness=fresh,
            live=live,
            jobs=JobWatch(bulk),
        )
