// How the SDK shows what the sandbox refuses.

import assert from "node:assert/strict";
import { check, person, refusalOf } from "./checks.mjs";

const NOBODY = "99999999-9999-4999-8999-999999999999";
const LIST = "GET /contacts/v4/labels";

/** Status and application code of a refused call; checks that the SDK could read the request id. */
async function codeOf(call) {
  const { status, details, requestId } = await refusalOf(call);
  assert.match(requestId, /^\d+\.\d+$/);
  assert.equal(details.requestId, requestId);
  return [status, details.applicationError.code];
}

/** The fields that a call violates, in the SDK's own words. */
async function violatedBy(call) {
  const { status, details } = await refusalOf(call);
  assert.equal(status, 400);
  return details.validationError.fieldViolations.map(({ field }) => field);
}

check("a contact that is not there: 404 CONTACT_NOT_FOUND", async ({ contacts }) => {
  const missing = [404, "CONTACT_NOT_FOUND"];
  const { contact } = await contacts.createContact(person("Zora"));
  assert.deepEqual(await codeOf(contacts.getContact(NOBODY)), missing);
  assert.deepEqual(await codeOf(contacts.updateContact(NOBODY, { company: "x" }, 1)), missing);
  assert.deepEqual(await codeOf(contacts.labelContact(NOBODY, ["contacts.customers"])), missing);
  assert.deepEqual(await codeOf(contacts.unlabelContact(NOBODY, ["contacts.customers"])), missing);
  assert.deepEqual(await codeOf(contacts.deleteContact(NOBODY)), missing);
  assert.deepEqual(await codeOf(contacts.mergeContacts(NOBODY, 1, { sourceContactIds: [contact._id] })), missing);
  assert.deepEqual(await codeOf(contacts.mergeContacts(contact._id, 1, { sourceContactIds: [NOBODY] })), missing);
});

check("a label or field that is not there: 404 NOT_FOUND", async ({ labels, extendedFields }) => {
  const missing = [404, "NOT_FOUND"];
  assert.deepEqual(await codeOf(labels.getLabel("custom.nothing")), missing);
  assert.deepEqual(await codeOf(labels.renameLabel("custom.nothing", { displayName: "x" })), missing);
  assert.deepEqual(await codeOf(labels.deleteLabel("custom.nothing")), missing);
  assert.deepEqual(await codeOf(extendedFields.getExtendedField("custom.nothing")), missing);
  assert.deepEqual(await codeOf(extendedFields.renameExtendedField("custom.nothing", { displayName: "x" })), missing);
  assert.deepEqual(await codeOf(extendedFields.deleteExtendedField("custom.nothing")), missing);
});

check("what Wix made is protected: 428 FAILED_PRECONDITION", async ({ labels }) => {
  assert.deepEqual(await codeOf(labels.deleteLabel("contacts.customers")), [428, "FAILED_PRECONDITION"]);
  assert.deepEqual(
    await codeOf(labels.renameLabel("contacts.customers", { displayName: "x" })),
    [428, "FAILED_PRECONDITION"],
  );
});

check("a member is protected: 428 on deletion and on a new e-mail, 400 on being merged away", async ({ contacts }) => {
  const { items } = await contacts
    .queryContacts()
    .eq("info.extendedFields.members.membershipStatus", "APPROVED")
    .limit(1)
    .find();
  const [member] = items;
  assert.deepEqual(await codeOf(contacts.deleteContact(member._id)), [428, "CANNOT_DELETE_MEMBER"]);
  const moved = { emails: { items: [{ email: "moved@quillfeather.example.com", primary: true }] } };
  const update = contacts.updateContact(member._id, moved, member.revision);
  assert.deepEqual(await codeOf(update), [428, "CANNOT_UPDATE_MEMBER_EMAIL"]);
  const { contact } = await contacts.createContact(person("Zora"));
  const merge = contacts.mergeContacts(contact._id, 1, { sourceContactIds: [member._id] });
  assert.deepEqual(await codeOf(merge), [400, "ILLEGAL_MERGE"]);
  assert.deepEqual(await contacts.getContact(member._id), member);
});

check("a duplicate: 409 with the contact it doubles", async ({ contacts }) => {
  const { contact } = await contacts.createContact(person("Zora"));
  const { status, details } = await refusalOf(contacts.createContact(person("ZORA")));
  assert.equal(status, 409);
  assert.deepEqual(details.applicationError.code, "DUPLICATE_CONTACT_EXISTS");
  assert.equal(details.applicationError.data.duplicateContactId, contact._id);
  assert.match(details.applicationError.data.duplicateEmail, /^zora@quillfeather\.example\.com$/i);
  const { contact: second } = await contacts.createContact(person("Zora"), { allowDuplicates: true });
  assert.notEqual(second._id, contact._id);
});

check("a stale revision: 409 CONTACT_ALREADY_CHANGED", async ({ contacts }) => {
  const { contact } = await contacts.createContact(person("Zora"));
  await contacts.updateContact(contact._id, { company: "Quill Ltd" }, 1);
  const late = contacts.updateContact(contact._id, { company: "Late Ltd" }, 1);
  assert.deepEqual(await codeOf(late), [409, "CONTACT_ALREADY_CHANGED"]);
  assert.equal((await contacts.getContact(contact._id)).info.company, "Quill Ltd");
});

check("a contact of nothing: 400 INSUFFICIENT_CONTACT_DATA", async ({ contacts }) => {
  const call = contacts.createContact({ company: "Quill Ltd" });
  assert.deepEqual(await codeOf(call), [400, "INSUFFICIENT_CONTACT_DATA"]);
});

check("two primaries: 400 CANNOT_HAVE_MULTIPLE_PRIMARY_INFO", async ({ contacts }) => {
  const items = ["a@example.com", "b@example.com"].map((email) => ({ email, primary: true }));
  const call = contacts.createContact({ emails: { items } });
  assert.deepEqual(await codeOf(call), [400, "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO"]);
});

check("a value of the wrong type: 400 INVALID_EXTENDED_FIELD_VALUE", async ({ contacts, extendedFields }) => {
  const { field } = await extendedFields.findOrCreateExtendedField("Quill Score", "NUMBER");
  const call = contacts.createContact(person("Zora", { extendedFields: { items: { [field.key]: "many" } } }));
  assert.deepEqual(await codeOf(call), [400, "INVALID_EXTENDED_FIELD_VALUE"]);
});

check("quotas: 428 LABELS_QUOTA_REACHED with both figures, 429 FIELDS_QUOTA_EXCEEDED", async ({ labels, extendedFields, sandbox }) => {
  await sandbox.set({ labelsQuota: 1, fieldsQuota: 1 });
  const { status, details } = await refusalOf(labels.findOrCreateLabel("One Too Many"));
  assert.deepEqual([status, details.applicationError.code], [428, "LABELS_QUOTA_REACHED"]);
  assert.equal(details.applicationError.data.labelsQuota, "1");
  assert.match(details.applicationError.data.labelsCurrentTotal, /^\d+$/);
  const field = extendedFields.findOrCreateExtendedField("One Too Many", "TEXT");
  assert.deepEqual(await codeOf(field), [429, "FIELDS_QUOTA_EXCEEDED"]);
});

check("validation names the SDK's own arguments", async ({ labels, contacts }) => {
  assert.deepEqual(await violatedBy(labels.findOrCreateLabel("")), ["displayName"]);
  assert.deepEqual(await violatedBy(labels.findOrCreateLabel("x".repeat(181))), ["displayName"]);
  const { contact } = await contacts.createContact(person("Zora"));
  assert.deepEqual(await violatedBy(contacts.labelContact(contact._id, [])), ["labelKeys"]);
  const strangers = await violatedBy(contacts.labelContact(contact._id, ["custom.nothing"]));
  assert.ok(strangers.every((field) => field.startsWith("labelKeys")) && strangers.length === 1, strangers.join());
});

check("validation tells all that is wrong at once, sorted by field", async ({ contacts }) => {
  const info = {
    emails: { items: [{ email: "" }] },
    phones: { items: [{ phone: "5".repeat(51) }] },
    birthdate: "yesterday",
  };
  assert.deepEqual(await violatedBy(contacts.createContact(info)), [
    "info.birthdate",
    "info.emails.items[0].email",
    "info.phones.items[0].phone",
  ]);
});

check("unsupported queries: 400 with the contract's code", async ({ contacts, labels }) => {
  const bad = async (query) => (await codeOf(query))[1];
  const find = (filter) => contacts.queryContacts({ filter });
  assert.equal(await bad(find({ "info.labelKeys": { $eq: "x" } })), "UNSUPPORTED_FILTER_OPERATOR");
  assert.equal(await bad(find({ "info.shoeSize": 44 })), "UNSUPPORTED_FILTER_FIELD_UNKNOWN");
  assert.equal(await bad(find({ $and: "x" })), "MALFORMED_FILTER");
  assert.equal(await bad(contacts.queryContacts().ascending("_updatedDate").find()), "UNSUPPORTED_SORT_FIELD");
  assert.equal(await bad(contacts.queryContacts().limit(1001).find()), "ILLEGAL_LIMIT");
  assert.equal(await bad(labels.queryLabels().gt("displayName", "x").find()), "UNSUPPORTED_FILTER_OPERATOR");
  assert.equal(await bad(labels.queryLabels({ filter: { colour: "red" } })), "UNSUPPORTED_FILTER_FIELD");
  assert.equal(await bad(labels.queryLabels({ sort: [{ fieldName: "key" }] })), "INVALID_SORT");
  const twoSorts = contacts.queryContacts().ascending("info.name.first").descending("info.name.last");
  assert.equal((await violatedBy(twoSorts.find())).length, 1);
});

check("throttled: the status is the code, with JSON or without", async ({ labels, sandbox }) => {
  await sandbox.fault(LIST, { kind: "status", status: 429, json: true });
  assert.deepEqual(await codeOfPlain(labels.listLabels()), [429, 429]);
  await sandbox.fault(LIST, { kind: "status", status: 429, json: false, retryAfter: 7 });
  assert.deepEqual(await codeOfPlain(labels.listLabels()), [429, 429]);
  assert.ok((await labels.listLabels()).labels.length > 2, "and then it goes on");
});

check("upstream faults: the status is the code", async ({ labels, sandbox }) => {
  for (const status of [500, 503]) {
    await sandbox.fault(LIST, { kind: "status", status });
    assert.deepEqual(await codeOfPlain(labels.listLabels()), [status, status]);
  }
});

check("a dropped connection and half a body are system errors", async ({ labels, sandbox }) => {
  for (const kind of ["drop", "half_body"]) {
    await sandbox.fault(LIST, { kind });
    const error = await refusalOf(labels.listLabels());
    assert.match(String(error.message), /System error occurred|fetch failed|terminated/);
  }
});

/** As `codeOf`, for answers that carry no application error. */
async function codeOfPlain(call) {
  const { status, details } = await refusalOf(call);
  return [status, Number(details.applicationError.code)];
}
