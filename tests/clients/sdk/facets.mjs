// Facets: how many contacts carry each label.

import assert from "node:assert/strict";
import { check, person } from "./checks.mjs";

check("contacts.listFacets counts every label, also the unused", async ({ contacts, labels }) => {
  const { label: worn } = await labels.findOrCreateLabel("Quill A");
  const { label: unused } = await labels.findOrCreateLabel("Quill B");
  await contacts.createContact(person("Zora", { labelKeys: { items: [worn.key] } }));
  const { facets, pagingMetadata } = await contacts.listFacets();
  const byKey = Object.fromEntries(facets.map((facet) => [facet.facetKey, facet]));
  assert.deepEqual(byKey[worn.key], {
    facetType: "LABEL",
    namespace: "custom",
    namespaceDisplayName: "Labels",
    facetKey: worn.key,
    facetDisplayName: "Quill A",
    count: 1,
    queryFilter: { "info.labelKeys": { $hasSome: [worn.key] } },
  });
  assert.equal(byKey[unused.key].count, 0);
  assert.equal(byKey["contacts.all"].count, (await contacts.listContacts()).pagingMetadata.total);
  assert.deepEqual([pagingMetadata.count, pagingMetadata.total], [facets.length, facets.length]);
});

check("contacts.listFacets pages", async ({ contacts }) => {
  const every = (await contacts.listFacets()).facets;
  const { facets, pagingMetadata } = await contacts.listFacets({ paging: { limit: 5, offset: 1 }, language: "en" });
  assert.deepEqual(facets, every.slice(1, 6));
  assert.deepEqual([pagingMetadata.count, pagingMetadata.offset, pagingMetadata.total], [5, 1, every.length]);
});

check("contacts.queryFacets counts only what its filter finds", async ({ contacts }) => {
  await contacts.createContact({ name: { first: "Nomail" } });
  const field = "info.extendedFields.emailSubscriptions.effectiveEmail";
  const { facets } = await contacts.queryFacets({ filter: { [field]: { $exists: false } }, paging: { limit: 5 } });
  const without = await contacts.queryContacts().exists("primaryInfo.email", false).find();
  const all = facets.find(({ facetType }) => facetType === "ALL_CONTACTS");
  assert.ok(without.totalCount >= 1);
  assert.equal(all.count, without.totalCount);
});
