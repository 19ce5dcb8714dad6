"""Query and Mutation: every door of the graph on one page."""

import strawberry

from schema import caller, nodes, queries
from schema.caller import RateLimit, Viewer
from schema.connection import MOST
from schema.contacts import bulk, facets, labelling
from schema.contacts import mutations as contacts
from schema.contacts.types import Contact, ContactConnection
from schema.cost import lookups
from schema.cost.charges import FACETS, FACETS_PER_SITE, call, joined, page
from schema.field import resolved
from schema.fields import mutations as fields
from schema.fields.types import ExtendedField, ExtendedFieldConnection
from schema.jobs.types import BulkJob
from schema.labels import mutations as labels
from schema.labels.types import Label, LabelConnection
from schema.nodes import Node


@strawberry.type(description="Everything that can be read.")
class Query:
    """The root of queries; each field that asks Wix is nullable, so that it fails alone."""

    node: Node | None = resolved(
        nodes.node,
        "Whatever has this id, a contact or a label; null when nobody has.",
        lookups.NODE,
    )
    nodes: list[Node | None] = resolved(
        nodes.nodes, "Contacts and labels by id, in the same order; null for a miss.", lookups.NODES
    )
    label: Label | None = resolved(
        queries.label, "One label; null when nobody has the key.", lookups.LABEL
    )
    labels: LabelConnection | None = resolved(
        queries.labels, "The site's labels.", page(first=50, most=MOST)
    )
    contact: Contact | None = resolved(
        queries.contact,
        "One contact; null when nobody has the id. The id of a contact that was merged away "
        "gives the contact it was merged into.",
        lookups.CONTACT,
    )
    contacts: ContactConnection | None = resolved(
        queries.contacts, "The site's contacts.", page(first=25, most=MOST)
    )
    merge_preview: Contact | None = resolved(
        queries.merge_preview, "What a merge would leave; changes nothing.", call()
    )
    contact_facets: list[facets.ContactFacet] | None = resolved(
        facets.list_facets,
        "How many contacts share each property that Wix counts.",
        joined(FACETS, "ContactFacet", at_most=FACETS_PER_SITE, weight=1),
    )
    extended_field: ExtendedField | None = resolved(
        queries.extended_field,
        "One extended field; null when nobody has the key.",
        lookups.EXTENDED_FIELD,
    )
    extended_fields: ExtendedFieldConnection | None = resolved(
        queries.extended_fields, "The site's extended fields.", page(first=50, most=MOST)
    )
    bulk_job: BulkJob | None = resolved(
        queries.bulk_job, "One bulk job; null when there is no such job.", call()
    )
    bulk_jobs: list[BulkJob] | None = resolved(
        queries.bulk_jobs, "The site's last bulk jobs, at most 100.", call(at_most=100)
    )
    viewer: Viewer = resolved(caller.viewer, "Who the gateway takes the caller for; free.")
    rate_limit: RateLimit = resolved(
        caller.rate_limit, "What is left of the site's upstream calls; free."
    )


@strawberry.type(description="Everything that can be changed; fields run one after another.")
class Mutation:
    """The root of mutations; each payload is nullable, so that a fault erases no neighbour."""

    find_or_create_label: labels.FindOrCreateLabelPayload | None = labels.find_or_create_label
    rename_label: labels.RenameLabelPayload | None = labels.rename_label
    delete_label: labels.DeleteLabelPayload | None = labels.delete_label
    label_contact: labelling.LabelContactPayload | None = labelling.label_contact
    unlabel_contact: labelling.UnlabelContactPayload | None = labelling.unlabel_contact
    create_contact: contacts.CreateContactPayload | None = contacts.create_contact
    update_contact: contacts.UpdateContactPayload | None = contacts.update_contact
    delete_contact: contacts.DeleteContactPayload | None = contacts.delete_contact
    merge_contacts: contacts.MergeContactsPayload | None = contacts.merge_contacts
    bulk_label_contacts: bulk.BulkLabelContactsPayload | None = bulk.bulk_label_contacts
    bulk_update_contacts: bulk.BulkUpdateContactsPayload | None = bulk.bulk_update_contacts
    bulk_delete_contacts: bulk.BulkDeleteContactsPayload | None = bulk.bulk_delete_contacts
    find_or_create_extended_field: fields.FindOrCreateExtendedFieldPayload | None = (
        fields.find_or_create_extended_field
    )
    rename_extended_field: fields.RenameExtendedFieldPayload | None = fields.rename_extended_field
    delete_extended_field: fields.DeleteExtendedFieldPayload | None = fields.delete_extended_field
