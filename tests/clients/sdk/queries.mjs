// Query Contacts: the builder's every condition, its joins, its paging, and the typed form.

import assert from "node:assert/strict";
import { check, firstNames, person } from "./checks.mjs";

const BIRTHDATES = { Ana: "1980-01-01", Bob: "1990-01-01", Cyd: "2000-01-01" };

/** Three contacts: Ana and Bob carry label A, Bob and Cyd label B; only Bob works anywhere. */
async function threePeople({ contacts, labels }) {
  const { label: a } = await labels.findOrCreateLabel("Quill A");
  const { label: b } = await labels.findOrCreateLabel("Quill B");
  const worn = { Ana: [a.key], Bob: [a.key, b.key], Cyd: [b.key] };
  const made = {};
  for (const [first, birthdate] of Object.entries(BIRTHDATES)) {
    const extra = { birthdate, labelKeys: { items: worn[first] }, ...(first === "Bob" && { company: "Quill Ltd" }) };
    made[first] = (await contacts.createContact(person(first, extra))).contact;
  }
  return { a: a.key, b: b.key, ...made };
}

/** Asks for first names among the three, by first name. */
function asker({ contacts }) {
  return async (narrow) => {
    const query = narrow(contacts.queryContacts().eq("info.name.last", "Quillfeather"));
    return firstNames((await query.ascending("info.name.first").find()).items);
  };
}

check("contacts.queryContacts builds conditions on text", async (site) => {
  const { Ana, Bob } = await threePeople(site);
  const who = asker(site);
  assert.deepEqual(await who((query) => query.eq("info.name.first", "Ana")), ["Ana"]);
  assert.deepEqual(await who((query) => query.ne("info.name.first", "Ana")), ["Bob", "Cyd"]);
  assert.deepEqual(await who((query) => query.in("info.name.first", ["Ana", "Cyd", "nobody"])), ["Ana", "Cyd"]);
  assert.deepEqual(await who((query) => query.startsWith("info.name.first", "bO")), ["Bob"]);
  assert.deepEqual(await who((query) => query.startsWith("primaryInfo.email", "ANA@quill")), ["Ana"]);
  assert.deepEqual(await who((query) => query.eq("_id", Bob._id)), ["Bob"]);
  assert.deepEqual(await who((query) => query.in("_id", [Ana._id, Bob._id])), ["Ana", "Bob"]);
  assert.deepEqual(await who((query) => query.eq("info.emails.email", "bob@quillfeather.example.com")), ["Bob"]);
});

check("contacts.queryContacts tells what is there from what is not", async (site) => {
  await threePeople(site);
  const who = asker(site);
  assert.deepEqual(await who((query) => query.exists("info.company", true)), ["Bob"]);
  assert.deepEqual(await who((query) => query.exists("info.company", false)), ["Ana", "Cyd"]);
  assert.deepEqual(await who((query) => query.isNotEmpty("info.company")), ["Bob"]);
  assert.deepEqual(await who((query) => query.isEmpty("info.company")), ["Ana", "Cyd"]);
});

check("contacts.queryContacts builds conditions on order", async (site) => {
  const { Bob } = await threePeople(site);
  const who = asker(site);
  assert.deepEqual(await who((query) => query.gt("info.birthdate", "1990-01-01")), ["Cyd"]);
  assert.deepEqual(await who((query) => query.ge("info.birthdate", "1990-01-01")), ["Bob", "Cyd"]);
  assert.deepEqual(await who((query) => query.lt("info.birthdate", "1990-01-01")), ["Ana"]);
  assert.deepEqual(await who((query) => query.le("info.birthdate", "1990-01-01")), ["Ana", "Bob"]);
  assert.deepEqual(await who((query) => query.between("info.birthdate", "1980-01-01", "2000-01-01")), ["Ana", "Bob"]);
  assert.deepEqual(await who((query) => query.ge("_createdDate", Bob._createdDate)), ["Bob", "Cyd"]);
  assert.deepEqual(await who((query) => query.le("_updatedDate", Bob._updatedDate)), ["Ana", "Bob"]);
});

check("contacts.queryContacts builds conditions on labels", async (site) => {
  const { a, b } = await threePeople(site);
  const who = asker(site);
  assert.deepEqual(await who((query) => query.hasSome("info.labelKeys", [a])), ["Ana", "Bob"]);
  assert.deepEqual(await who((query) => query.hasSome("info.labelKeys", [a, b])), ["Ana", "Bob", "Cyd"]);
  assert.deepEqual(await who((query) => query.hasAll("info.labelKeys", [a, b])), ["Bob"]);
});

check("contacts.queryContacts builds conditions on extended fields", async (site) => {
  const { contacts, extendedFields } = site;
  const { field: rank } = await extendedFields.findOrCreateExtendedField("Quill Rank", "TEXT");
  const { field: score } = await extendedFields.findOrCreateExtendedField("Quill Score", "NUMBER");
  for (const [first, items] of Object.entries({
    Ana: { [rank.key]: "gold", [score.key]: 1.5 },
    Bob: { [rank.key]: "silver", [score.key]: 7 },
  })) {
    await contacts.createContact(person(first, { extendedFields: { items } }));
  }
  const who = asker(site);
  assert.deepEqual(await who((query) => query.eq(`info.extendedFields.${rank.key}`, "gold")), ["Ana"]);
  assert.deepEqual(await who((query) => query.startsWith(`info.extendedFields.${rank.key}`, "SIL")), ["Bob"]);
  assert.deepEqual(await who((query) => query.gt(`info.extendedFields.${score.key}`, 1.5)), ["Bob"]);
  assert.deepEqual(await who((query) => query.le(`info.extendedFields.${score.key}`, 1.5)), ["Ana"]);
});

check("contacts.queryContacts joins conditions with or, and, not", async (site) => {
  const { a } = await threePeople(site);
  const query = () => site.contacts.queryContacts();
  const who = asker(site);
  const ana = () => query().eq("info.name.first", "Ana");
  const cyd = () => query().eq("info.name.first", "Cyd");
  assert.deepEqual(await who((built) => built.and(ana().or(cyd()))), ["Ana", "Cyd"]);
  assert.deepEqual(await who((built) => built.and(query().hasSome("info.labelKeys", [a]))), ["Ana", "Bob"]);
  assert.deepEqual(await who((built) => built.and(query().not(ana()))), ["Bob", "Cyd"]);
  assert.deepEqual(await who((built) => built.and(query().not(ana().or(cyd())))), ["Bob"]);
  assert.deepEqual(firstNames((await ana().or(cyd()).ascending("info.name.first").find()).items), ["Ana", "Cyd"]);
});

check("contacts.queryContacts sorts either way, skips and limits", async (site) => {
  await threePeople(site);
  const ours = () => site.contacts.queryContacts().eq("info.name.last", "Quillfeather");
  assert.deepEqual(firstNames((await ours().descending("info.birthdate").find()).items), ["Cyd", "Bob", "Ana"]);
  assert.deepEqual(firstNames((await ours().ascending("primaryInfo.email").skip(1).limit(1).find()).items), ["Bob"]);
  assert.deepEqual(firstNames((await ours().find()).items), ["Ana", "Bob", "Cyd"], "oldest first, unless told");
});

check("contacts.queryContacts pages with next, to the end and back", async (site) => {
  await threePeople(site);
  const query = site.contacts.queryContacts().eq("info.name.last", "Quillfeather").ascending("info.name.first");
  const first = await query.limit(2).find();
  assert.deepEqual(
    [firstNames(first.items), first.length, first.pageSize, first.currentPage, first.totalPages, first.totalCount],
    [["Ana", "Bob"], 2, 2, 0, 2, 3],
  );
  assert.equal(first.hasNext(), true);
  const last = await first.next();
  assert.deepEqual([firstNames(last.items), last.currentPage, last.hasNext(), last.hasPrev()], [["Cyd"], 1, false, true]);
  assert.deepEqual(firstNames((await last.prev()).items), ["Ana", "Bob"]);
});

check("contacts.queryContacts takes a typed query with a projection", async (site) => {
  const { b, Bob, Cyd } = await threePeople(site);
  const reply = await site.contacts.queryContacts({
    filter: { "info.labelKeys": { $hasAll: [b] }, _id: { $in: [Bob._id, Cyd._id] } },
    sort: [{ fieldName: "_createdDate", order: "DESC" }],
    paging: { limit: 1, offset: 0 },
    fieldsets: ["BASIC"],
    fields: ["info.labelKeys"],
  });
  assert.deepEqual(reply.contacts, [
    {
      _id: Cyd._id,
      revision: 1,
      primaryInfo: { email: "cyd@quillfeather.example.com" },
      info: { name: { first: "Cyd", last: "Quillfeather" }, labelKeys: { items: [b] } },
    },
  ]);
  assert.deepEqual(reply.pagingMetadata, { count: 1, offset: 0, total: 2, tooManyToCount: false });
});
