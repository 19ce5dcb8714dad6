// Extended fields v4: every method.

import assert from "node:assert/strict";
import { check, person } from "./checks.mjs";

check("extendedFields.findOrCreateExtendedField makes a field once and finds it afterwards", async ({ extendedFields }) => {
  const made = await extendedFields.findOrCreateExtendedField("Quill Rank", "TEXT");
  assert.equal(made.newField, true);
  const { key, displayName, namespace, dataType, fieldType } = made.field;
  assert.deepEqual(
    { key, displayName, namespace, dataType, fieldType },
    {
      key: "custom.quill-rank",
      displayName: "Quill Rank",
      namespace: "custom",
      dataType: "TEXT",
      fieldType: "USER_DEFINED",
    },
  );
  assert.ok(made.field._createdDate instanceof Date);
  const found = await extendedFields.findOrCreateExtendedField("Quill Rank", "NUMBER");
  assert.deepEqual(found, { field: made.field, newField: false });
});

check("extendedFields.getExtendedField unwraps the field", async ({ extendedFields }) => {
  const { field } = await extendedFields.findOrCreateExtendedField("Quill Rank", "TEXT");
  assert.deepEqual(await extendedFields.getExtendedField(field.key), field);
  const system = await extendedFields.getExtendedField("contacts.displayByFirstName");
  assert.deepEqual([system.fieldType, system.dataType], ["SYSTEM", "TEXT"]);
});

check("extendedFields.listExtendedFields filters, sorts and pages", async ({ extendedFields }) => {
  for (const name of ["Quill A", "Quill B", "Quill C"]) await extendedFields.findOrCreateExtendedField(name, "TEXT");
  const every = await extendedFields.listExtendedFields();
  assert.deepEqual(every.metadata, { count: every.fields.length, offset: 0, total: every.fields.length });
  const list = await extendedFields.listExtendedFields({
    fieldType: "USER_DEFINED",
    namespace: "custom",
    startsWith: "Quill",
    sort: { fieldName: "displayName", order: "DESC" },
    paging: { limit: 2, offset: 0 },
  });
  assert.deepEqual(list.fields.map(({ displayName }) => displayName), ["Quill C", "Quill B"]);
  assert.deepEqual(list.metadata, { count: 2, offset: 0, total: 3 });
});

check("extendedFields.queryExtendedFields builds every condition that a field takes", async ({ extendedFields }) => {
  await extendedFields.findOrCreateExtendedField("Quill A", "TEXT");
  await extendedFields.findOrCreateExtendedField("Quill B", "NUMBER");
  const after = new Date(Date.now() + 60_000);
  const names = async (narrow) => {
    const query = extendedFields.queryExtendedFields().startsWith("displayName", "quill");
    return (await narrow(query).ascending("displayName").find()).items.map(({ displayName }) => displayName);
  };
  assert.deepEqual(await names((query) => query.eq("dataType", "TEXT")), ["Quill A"]);
  assert.deepEqual(await names((query) => query.ne("dataType", "TEXT")), ["Quill B"]);
  assert.deepEqual(await names((query) => query.eq("fieldType", "SYSTEM")), []);
  assert.deepEqual(await names((query) => query.eq("namespace", "custom")), ["Quill A", "Quill B"]);
  assert.deepEqual(await names((query) => query.ne("namespace", "custom")), []);
  assert.deepEqual(await names((query) => query.in("key", ["custom.quill-b"])), ["Quill B"]);
  assert.deepEqual(await names((query) => query.ne("key", "custom.quill-b")), ["Quill A"]);
  assert.deepEqual(await names((query) => query.in("displayName", ["Quill A", "Quill B"])), ["Quill A", "Quill B"]);
  assert.deepEqual(await names((query) => query.lt("_createdDate", after)), ["Quill A", "Quill B"]);
  assert.deepEqual(await names((query) => query.ge("_updatedDate", after)), []);
});

check("extendedFields.queryExtendedFields pages with next, to the end", async ({ extendedFields }) => {
  for (const name of ["Quill A", "Quill B", "Quill C"]) await extendedFields.findOrCreateExtendedField(name, "DATE");
  const query = extendedFields.queryExtendedFields().startsWith("displayName", "Quill").ascending("displayName");
  const first = await query.limit(2).find();
  assert.deepEqual([first.totalCount, first.length, first.hasNext()], [3, 2, true]);
  const last = await first.next();
  assert.deepEqual([last.items.map(({ key }) => key), last.hasNext()], [["custom.quill-c"], false]);
});

check("extendedFields.queryExtendedFields takes a typed query", async ({ extendedFields }) => {
  await extendedFields.findOrCreateExtendedField("Quill A", "URL");
  const reply = await extendedFields.queryExtendedFields({
    filter: { namespace: "custom", displayName: "Quill A" },
    paging: { limit: 5 },
  });
  assert.deepEqual(reply.fields.map(({ key, dataType }) => [key, dataType]), [["custom.quill-a", "URL"]]);
  assert.deepEqual(reply.pagingMetadata, { count: 1, offset: 0, total: 1, tooManyToCount: false });
});

check("extendedFields.renameExtendedField changes the name and never the key", async ({ extendedFields }) => {
  const { field } = await extendedFields.findOrCreateExtendedField("Quill Rank", "TEXT");
  const renamed = await extendedFields.renameExtendedField(field.key, { displayName: "Quill Level" });
  assert.deepEqual(renamed, { ...field, displayName: "Quill Level", _updatedDate: renamed._updatedDate });
  assert.deepEqual(await extendedFields.getExtendedField(field.key), renamed);
});

check("extendedFields.deleteExtendedField wipes its values from every contact", async ({ extendedFields, contacts }) => {
  const { field } = await extendedFields.findOrCreateExtendedField("Quill Rank", "TEXT");
  const { contact } = await contacts.createContact(person("Zora", { extendedFields: { items: { [field.key]: "gold" } } }));
  assert.equal(contact.info.extendedFields.items[field.key], "gold");
  assert.equal(await extendedFields.deleteExtendedField(field.key), undefined);
  const read = await contacts.getContact(contact._id);
  assert.equal(field.key in read.info.extendedFields.items, false);
});
