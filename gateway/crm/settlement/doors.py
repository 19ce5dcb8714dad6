"""Puts the settlement of lost answers between one site's services and its wire."""

import dataclasses

from gateway.crm.settlement.bulk import SettledBulk
from gateway.crm.settlement.contacts import SettledContacts
from gateway.crm.settlement.definitions import SettledFields, SettledLabels
from gateway.crm.settlement.outcomes import Settlement
from gateway.wix.api import Wix


def settled(wix: Wix, settlement: Settlement) -> Wix:
    """Build a Wix of the same calls over the same connection, whose lost answers are settled."""
    return dataclasses.replace(
        wix,
        labels=SettledLabels(wix.client, settlement),
        contacts=SettledContacts(wix.client, settlement),
        bulk=SettledBulk(wix.client, settlement),
        fields=SettledFields(wix.client, settlement),
    )
