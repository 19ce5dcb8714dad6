"""The services of one site, together."""

from dataclasses import dataclass
from typing import Self

from gateway.crm.bulk import BulkService
from gateway.crm.contacts import ContactService
from gateway.crm.facets import FacetService
from gateway.crm.fields import FieldService
from gateway.crm.labelling import LabellingService
from gateway.crm.labels import LabelService
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

    @classmethod
    def over(cls, wix: Wix) -> Self:
        """Build the services of the site that `wix` is connected to."""
        labels = LabelService(wix.labels)
        return cls(
            contacts=ContactService(wix.contacts, labels),
            labels=labels,
            labelling=LabellingService(wix.contacts, labels),
            fields=FieldService(wix.fields),
            facets=FacetService(wix.facets),
            bulk=BulkService(wix.bulk, labels),
        )
