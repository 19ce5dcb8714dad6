// Bulk calls. The SDK has no method that reads a job, so that is done with its own fetchWithAuth.

import assert from "node:assert/strict";
import { check, eventually, labelsOf, person, refusalOf } from "./checks.mjs";
import { WIX } from "./connect.mjs";

/** Two contacts and a label, in a sandbox whose jobs take a few milliseconds. */
async function twoPeople({ contacts, labels, sandbox }) {
  await sandbox.set({ jobStepSeconds: 0.005 });
  const { label } = await labels.findOrCreateLabel("Quill A");
  const ids = [];
  for (const first of ["Ana", "Bob"]) ids.push((await contacts.createContact(person(first))).contact._id);
  return { ids, key: label.key };
}

/** The job once it has ended. */
function ended(site, jobId) {
  return eventually(async () => {
    const answer = await site.fetchWithAuth(`${WIX}/contacts/v4/bulk/jobs/${jobId}`);
    const { job } = await answer.json();
    return job.status === "COMPLETED" ? job : undefined;
  }, `job ${jobId}`);
}

function assertDone(job, id, type, total) {
  assert.deepEqual(
    [job.id, job.type, job.totalItems, job.successTotal, job.failedTotal],
    [id, type, total, total, 0],
  );
}

check("contacts.bulkLabelAndUnlabelContacts labels all that a filter finds", async (site) => {
  const { ids, key } = await twoPeople(site);
  const filter = { _id: { $in: ids } };
  const { jobId } = await site.contacts.bulkLabelAndUnlabelContacts({ filter, labelKeysToAdd: [key] });
  assertDone(await ended(site, jobId), jobId, "ADD_LABELS", 2);
  for (const id of ids) assert.deepEqual(labelsOf(await site.contacts.getContact(id)), [key]);
});

check("contacts.bulkLabelAndUnlabelContacts takes labels away from all that a search finds", async (site) => {
  const { ids, key } = await twoPeople(site);
  for (const id of ids) await site.contacts.labelContact(id, [key]);
  const { jobId } = await site.contacts.bulkLabelAndUnlabelContacts({
    search: "Quillfeather",
    labelKeysToRemove: [key],
  });
  assertDone(await ended(site, jobId), jobId, "REMOVE_LABELS", 2);
  for (const id of ids) assert.deepEqual(labelsOf(await site.contacts.getContact(id)), []);
});

check("contacts.bulkUpdateContacts changes all that a filter finds", async (site) => {
  const { ids } = await twoPeople(site);
  const { jobId } = await site.contacts.bulkUpdateContacts({
    filter: { "info.name.last": "Quillfeather" },
    info: { company: "Bulk Ltd" },
  });
  assertDone(await ended(site, jobId), jobId, "UPDATE", 2);
  const { info } = await site.contacts.getContact(ids[0]);
  assert.deepEqual([info.company, info.name.first], ["Bulk Ltd", "Ana"]);
});

check("contacts.bulkDeleteContacts deletes all that a filter finds, and no more", async (site) => {
  const { total } = (await site.contacts.listContacts()).pagingMetadata;
  await twoPeople(site);
  const { jobId } = await site.contacts.bulkDeleteContacts({ filter: { "info.name.last": "Quillfeather" } });
  assertDone(await ended(site, jobId), jobId, "DELETE", 2);
  assert.equal((await site.contacts.listContacts()).pagingMetadata.total, total);
});

check("bulk calls without a filter or a search are refused", async ({ contacts }) => {
  for (const call of [
    () => contacts.bulkDeleteContacts({ filter: {} }),
    () => contacts.bulkDeleteContacts({}),
    () => contacts.bulkLabelAndUnlabelContacts({ labelKeysToAdd: ["contacts.customers"] }),
  ]) {
    const { status, details } = await refusalOf(call());
    assert.deepEqual([status, details.applicationError.code], [400, "NEITHER_FILTER_NOR_SEARCH"]);
  }
});
