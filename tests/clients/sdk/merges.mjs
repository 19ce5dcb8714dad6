// Merge and preview of a merge.

import assert from "node:assert/strict";
import { check, emailsOf, labelsOf, person, refusalOf } from "./checks.mjs";

/** A target without a company, and two sources that both have one. */
async function targetAndSources({ contacts, labels }) {
  const { label } = await labels.findOrCreateLabel("Quill A");
  const made = [];
  for (const info of [
    person("Zora", { jobTitle: "Scribe" }),
    person("Yara", { company: "First Ltd", jobTitle: "Printer", labelKeys: { items: [label.key] } }),
    person("Xena", { company: "Second Ltd" }),
  ]) {
    made.push((await contacts.createContact(info)).contact);
  }
  const [target, ...sources] = made;
  return { target, sourceContactIds: sources.map(({ _id }) => _id), label: label.key };
}

function assertMerged(contact, label) {
  assert.deepEqual(contact.info.name, { first: "Zora", last: "Quillfeather" });
  assert.deepEqual([contact.info.company, contact.info.jobTitle], ["First Ltd", "Scribe"]);
  assert.deepEqual(labelsOf(contact), [label]);
  assert.deepEqual(emailsOf(contact), [
    "zora@quillfeather.example.com",
    "yara@quillfeather.example.com",
    "xena@quillfeather.example.com",
  ]);
}

check("contacts.previewMergeContacts shows the merged contact and changes nothing", async (site) => {
  const { target, sourceContactIds, label } = await targetAndSources(site);
  const { contact } = await site.contacts.previewMergeContacts(target._id, { sourceContactIds });
  assertMerged(contact, label);
  assert.deepEqual(await site.contacts.getContact(target._id), target);
  assert.equal((await site.contacts.getContact(sourceContactIds[0])).info.name.first, "Yara");
});

check("contacts.mergeContacts keeps the target's values and leads merged-away ids to it", async (site) => {
  const { target, sourceContactIds, label } = await targetAndSources(site);
  const { contact } = await site.contacts.mergeContacts(target._id, target.revision, { sourceContactIds });
  assertMerged(contact, label);
  assert.deepEqual([contact._id, contact.revision], [target._id, 2]);
  assert.equal((await site.contacts.getContact(sourceContactIds[1]))._id, target._id);
  const refusal = await refusalOf(site.contacts.labelContact(sourceContactIds[1], [label]));
  assert.deepEqual([refusal.status, refusal.details.applicationError.code], [404, "CONTACT_NOT_FOUND"]);
});

check("contacts.mergeContacts refuses a target among its own sources", async (site) => {
  const { target } = await targetAndSources(site);
  const call = site.contacts.mergeContacts(target._id, 1, { sourceContactIds: [target._id] });
  const { status, details } = await refusalOf(call);
  assert.deepEqual([status, details.applicationError.code], [400, "ILLEGAL_MERGE"]);
});

check("contacts.mergeContacts refuses a stale revision of the target", async (site) => {
  const { target, sourceContactIds } = await targetAndSources(site);
  const { status, details } = await refusalOf(site.contacts.mergeContacts(target._id, 99, { sourceContactIds }));
  assert.deepEqual([status, details.applicationError.code], [428, "FAILED_PRECONDITION"]);
});
