// Labels v4: every method.

import assert from "node:assert/strict";
import { check, person, labelsOf } from "./checks.mjs";

check("labels.findOrCreateLabel makes a label once and finds it afterwards", async ({ labels }) => {
  const made = await labels.findOrCreateLabel("Quill Circle", { language: "en" });
  assert.equal(made.newLabel, true);
  assert.deepEqual(
    { ...made.label, _createdDate: undefined, _updatedDate: undefined },
    {
      key: "custom.quill-circle",
      displayName: "Quill Circle",
      namespace: "custom",
      namespaceDisplayName: "Labels",
      labelType: "USER_DEFINED",
      _createdDate: undefined,
      _updatedDate: undefined,
    },
  );
  assert.ok(made.label._createdDate instanceof Date);
  const found = await labels.findOrCreateLabel("Quill Circle");
  assert.deepEqual(found, { label: made.label, newLabel: false });
});

check("labels.findOrCreateLabel numbers the key of a name that differs only in case", async ({ labels }) => {
  await labels.findOrCreateLabel("Quill Circle");
  const { label, newLabel } = await labels.findOrCreateLabel("quill circle");
  assert.deepEqual([label.key, newLabel], ["custom.quill-circle-2", true]);
});

check("labels.getLabel unwraps the label", async ({ labels }) => {
  const { label } = await labels.findOrCreateLabel("Quill Circle");
  assert.deepEqual(await labels.getLabel(label.key), label);
  const system = await labels.getLabel("contacts.customers", { language: "en" });
  assert.deepEqual([system.displayName, system.labelType], ["Customers", "SYSTEM"]);
});

check("labels.getLabel reads a key that is not ASCII", async ({ labels }) => {
  const { label } = await labels.findOrCreateLabel("Vänner לקוחות");
  assert.equal((await labels.getLabel(label.key)).displayName, "Vänner לקוחות");
});

check("labels.listLabels tells every label with its metadata", async ({ labels }) => {
  const { label } = await labels.findOrCreateLabel("Quill Circle");
  const list = await labels.listLabels();
  assert.deepEqual(list.metadata, { count: list.labels.length, offset: 0, total: list.labels.length });
  assert.deepEqual(list.labels[0], label, "the newest comes first");
  assert.ok(list.labels.some(({ key }) => key === "contacts.contacted-me"));
});

check("labels.listLabels filters, sorts and pages", async ({ labels }) => {
  for (const name of ["Quill A", "Quill B", "Quill C", "quill d"]) await labels.findOrCreateLabel(name);
  const list = await labels.listLabels({
    labelType: "USER_DEFINED",
    namespace: "custom",
    startsWith: "Quill",
    sort: { fieldName: "displayName", order: "DESC" },
    paging: { limit: 2, offset: 1 },
    language: "en",
  });
  assert.deepEqual(list.labels.map(({ displayName }) => displayName), ["Quill B", "Quill A"]);
  assert.deepEqual(list.metadata, { count: 2, offset: 1, total: 3 });
});

check("labels.queryLabels builds every condition that a label takes", async ({ labels }) => {
  const before = new Date(Date.now() - 60_000);
  const after = new Date(Date.now() + 60_000);
  for (const name of ["Quill A", "Quill B", "Quill C"]) await labels.findOrCreateLabel(name);
  const names = async (narrow) => {
    const page = await narrow(labels.queryLabels().startsWith("displayName", "quill")).ascending("displayName").find();
    return page.items.map(({ displayName }) => displayName);
  };
  const all = ["Quill A", "Quill B", "Quill C"];
  assert.deepEqual(await names((query) => query.eq("displayName", "Quill B")), ["Quill B"]);
  assert.deepEqual(await names((query) => query.ne("displayName", "Quill B")), ["Quill A", "Quill C"]);
  assert.deepEqual(await names((query) => query.in("displayName", ["Quill A", "nobody"])), ["Quill A"]);
  assert.deepEqual(await names((query) => query.startsWith("displayName", "QUILL c")), ["Quill C"]);
  assert.deepEqual(await names((query) => query.eq("key", "custom.quill-a")), ["Quill A"]);
  assert.deepEqual(await names((query) => query.ne("key", "custom.quill-a")), ["Quill B", "Quill C"]);
  assert.deepEqual(await names((query) => query.in("key", ["custom.quill-b"])), ["Quill B"]);
  assert.deepEqual(await names((query) => query.eq("namespace", "custom")), all);
  assert.deepEqual(await names((query) => query.ne("namespace", "custom")), []);
  assert.deepEqual(await names((query) => query.eq("labelType", "USER_DEFINED")), all);
  assert.deepEqual(await names((query) => query.gt("_createdDate", before).lt("_createdDate", after)), all);
  assert.deepEqual(await names((query) => query.ge("_updatedDate", after)), []);
  assert.deepEqual(await names((query) => query.le("_updatedDate", after)), all);
});

check("labels.queryLabels joins conditions with or, and, not", async ({ labels }) => {
  for (const name of ["Quill A", "Quill B", "Quill C"]) await labels.findOrCreateLabel(name);
  const query = () => labels.queryLabels();
  const ours = () => query().startsWith("displayName", "Quill");
  const names = async (built) => (await built.descending("displayName").find()).items.map((label) => label.displayName);
  assert.deepEqual(
    await names(query().eq("key", "custom.quill-a").or(query().eq("key", "custom.quill-c"))),
    ["Quill C", "Quill A"],
  );
  assert.deepEqual(await names(ours().and(query().ne("key", "custom.quill-b"))), ["Quill C", "Quill A"]);
  assert.deepEqual(await names(ours().and(query().not(query().eq("key", "custom.quill-b")))), ["Quill C", "Quill A"]);
});

check("labels.queryLabels pages with next, to the end", async ({ labels }) => {
  for (const name of ["Quill A", "Quill B", "Quill C", "Quill D", "Quill E"]) await labels.findOrCreateLabel(name);
  let page = await labels.queryLabels().startsWith("displayName", "Quill").ascending("displayName").limit(2).find();
  assert.deepEqual([page.totalCount, page.totalPages, page.pageSize, page.hasPrev()], [5, 3, 2, false]);
  const names = [];
  for (;;) {
    names.push(...page.items.map(({ displayName }) => displayName));
    if (!page.hasNext()) break;
    page = await page.next();
  }
  assert.deepEqual(names, ["Quill A", "Quill B", "Quill C", "Quill D", "Quill E"]);
  assert.equal(page.currentPage, 2);
});

check("labels.queryLabels takes a typed query", async ({ labels }) => {
  for (const name of ["Quill A", "Quill B", "Quill C"]) await labels.findOrCreateLabel(name);
  const reply = await labels.queryLabels({
    filter: { displayName: { $startsWith: "quill" }, _createdDate: { $gt: "2020-01-01T00:00:00.000Z" } },
    sort: [{ fieldName: "displayName", order: "DESC" }],
    paging: { limit: 2, offset: 0 },
  });
  assert.deepEqual(reply.labels.map(({ displayName }) => displayName), ["Quill C", "Quill B"]);
  assert.deepEqual(reply.pagingMetadata, { count: 2, offset: 0, total: 3, tooManyToCount: false });
});

check("labels.renameLabel changes the name and never the key", async ({ labels }) => {
  const { label } = await labels.findOrCreateLabel("Quill Circle");
  const renamed = await labels.renameLabel(label.key, { displayName: "Quill Guild", _createdDate: new Date(0) });
  assert.deepEqual(renamed, { ...label, displayName: "Quill Guild", _updatedDate: renamed._updatedDate });
  assert.ok(renamed._updatedDate >= label._updatedDate);
  assert.deepEqual(await labels.getLabel(label.key), renamed);
});

check("labels.deleteLabel takes the label off its contacts too", async ({ labels, contacts }) => {
  const { label } = await labels.findOrCreateLabel("Quill Circle");
  const { contact } = await contacts.createContact(person("Zora", { labelKeys: { items: [label.key] } }));
  assert.deepEqual(labelsOf(contact), [label.key]);
  assert.equal(await labels.deleteLabel(label.key), undefined);
  assert.deepEqual(labelsOf(await contacts.getContact(contact._id)), []);
  const again = await labels.findOrCreateLabel("Quill Circle");
  assert.deepEqual([again.label.key, again.newLabel], [label.key, true]);
});
