// Contacts v4: creating, reading, listing, changing, labelling and deleting.

import assert from "node:assert/strict";
import { check, emailsOf, firstNames, labelsOf, person, refusalOf } from "./checks.mjs";

check("contacts.createContact keeps all that it was given and adds what Wix computes", async ({ contacts, labels, extendedFields, strategy }) => {
  const { label } = await labels.findOrCreateLabel("Quill Circle");
  const { field } = await extendedFields.findOrCreateExtendedField("Quill Rank", "TEXT");
  const { contact } = await contacts.createContact(
    person("Zora", {
      emails: { items: [{ tag: "MAIN", email: "zora@quillfeather.example.com", primary: true }] },
      phones: { items: [{ tag: "MOBILE", countryCode: "IL", phone: "0501234567" }] },
      addresses: {
        items: [
          {
            tag: "HOME",
            address: {
              country: "US",
              subdivision: "US-ME",
              city: "Augusta",
              postalCode: "04330",
              addressLine1: "1 Main St",
              addressLine2: "Apt 2",
            },
          },
        ],
      },
      company: "Analytical",
      jobTitle: "Countess",
      birthdate: "1985-12-10",
      locale: "en-US",
      labelKeys: { items: [label.key] },
      extendedFields: { items: { [field.key]: "gold" } },
    }),
    { allowDuplicates: true },
  );
  assert.match(contact._id, /^[0-9a-f-]{36}$/);
  assert.equal(contact.revision, 1);
  assert.ok(contact._createdDate instanceof Date);
  assert.equal(contact.lastActivity.activityType, "CONTACT_CREATED");
  assert.ok((strategy === "app" ? ["WIX_APP", "THIRD_PARTY"] : ["ADMIN", "OTHER"]).includes(contact.source.sourceType));
  assert.deepEqual(contact.primaryInfo, { email: "zora@quillfeather.example.com", phone: "0501234567" });
  assert.deepEqual(contact.primaryEmail, {
    email: "zora@quillfeather.example.com",
    subscriptionStatus: "NOT_SET",
    deliverabilityStatus: "NOT_SET",
  });
  assert.deepEqual(contact.primaryPhone, {
    phone: "0501234567",
    countryCode: "IL",
    e164Phone: "+972501234567",
    formattedPhone: "+972 50-123-4567",
    subscriptionStatus: "NOT_SET",
  });
  const { info } = contact;
  assert.deepEqual(
    [info.name, info.company, info.jobTitle, info.birthdate, info.locale],
    [{ first: "Zora", last: "Quillfeather" }, "Analytical", "Countess", "1985-12-10", "en-US"],
  );
  assert.deepEqual([info.emails.items[0].tag, info.emails.items[0].primary], ["MAIN", true]);
  assert.deepEqual([info.phones.items[0].tag, info.phones.items[0].e164Phone], ["MOBILE", "+972501234567"]);
  assert.deepEqual(info.addresses.items[0].address, {
    country: "US",
    subdivision: "US-ME",
    city: "Augusta",
    postalCode: "04330",
    addressLine1: "1 Main St",
    addressLine2: "Apt 2",
  });
  assert.deepEqual(labelsOf(contact), [label.key]);
  assert.equal(info.extendedFields.items[field.key], "gold");
  assert.equal(info.extendedFields.items["contacts.displayByFirstName"], "Zora Quillfeather");
  assert.equal(info.extendedFields.items["contacts.displayByLastName"], "Quillfeather Zora");
});

check("contacts.createContact shows a picture as the SDK's own address", async ({ contacts }) => {
  const picture = { image: "wix:image://v1/abc.jpg/photo.jpg#originWidth=60&originHeight=50" };
  const { contact } = await contacts.createContact(person("Zora", { picture: { ...picture } }));
  assert.deepEqual(contact.info.picture, picture);
});

check("contacts.getContact unwraps the contact", async ({ contacts }) => {
  const { contact } = await contacts.createContact(person("Zora"));
  assert.deepEqual(await contacts.getContact(contact._id), contact);
});

check("contacts.getContact answers just the fields and fieldsets asked for", async ({ contacts }) => {
  const { contact } = await contacts.createContact(person("Zora", { company: "Quill Ltd" }));
  const read = await contacts.getContact(contact._id, { fields: ["info.company"], fieldsets: ["BASIC"] });
  assert.deepEqual(read, {
    _id: contact._id,
    revision: 1,
    primaryInfo: { email: "zora@quillfeather.example.com" },
    info: { name: { first: "Zora", last: "Quillfeather" }, company: "Quill Ltd" },
  });
});

check("contacts.listContacts pages through the whole site", async ({ contacts }) => {
  const seen = new Set();
  let page;
  do {
    page = await contacts.listContacts({ paging: { limit: 15, offset: seen.size } });
    for (const { _id } of page.contacts) seen.add(_id);
  } while (page.pagingMetadata.count === 15);
  assert.equal(seen.size, page.pagingMetadata.total);
  assert.ok(seen.size > 15);
});

check("contacts.listContacts sorts and narrows what it shows", async ({ contacts }) => {
  await contacts.createContact(person("Zora"));
  const { contacts: list } = await contacts.listContacts({
    sort: { fieldName: "_createdDate", order: "DESC" },
    paging: { limit: 10, offset: 0 },
    fields: ["info.company", "source"],
    fieldsets: ["BASIC", "EXTENDED"],
  });
  assert.equal(list.length, 10);
  assert.equal(list[0].info.name.first, "Zora", "the newest comes first");
  assert.deepEqual(Object.keys(list[0]).sort(), ["_id", "info", "primaryInfo", "revision", "source"]);
  assert.deepEqual(Object.keys(list[0].info).sort(), ["extendedFields", "name"]);
});

check("contacts.updateContact changes what was sent and raises the revision", async ({ contacts }) => {
  const { contact } = await contacts.createContact(person("Zora", { company: "Quill Ltd", jobTitle: "Scribe" }));
  const [email] = contact.info.emails.items;
  const { contact: changed } = await contacts.updateContact(
    contact._id,
    {
      company: "Engine Ltd",
      jobTitle: null,
      emails: { items: [{ ...email }, { tag: "WORK", email: "work@quillfeather.example.com" }] },
    },
    contact.revision,
    { allowDuplicates: true },
  );
  assert.equal(changed.revision, 2);
  assert.deepEqual([changed.info.name, changed.info.company], [contact.info.name, "Engine Ltd"]);
  assert.equal(changed.info.jobTitle ?? null, null);
  assert.deepEqual(emailsOf(changed), ["zora@quillfeather.example.com", "work@quillfeather.example.com"]);
  assert.deepEqual(changed.info.emails.items[0], email);
  assert.deepEqual(await contacts.getContact(contact._id), changed);
});

check("contacts.labelContact adds labels and repeats without effect", async ({ contacts, labels }) => {
  const { label: a } = await labels.findOrCreateLabel("Quill A");
  const { label: b } = await labels.findOrCreateLabel("Quill B");
  const { contact } = await contacts.createContact(person("Zora"));
  const { contact: labelled } = await contacts.labelContact(contact._id, [a.key, b.key]);
  assert.deepEqual([labelsOf(labelled), labelled.revision], [[a.key, b.key], 2]);
  const { contact: again } = await contacts.labelContact(contact._id, [b.key]);
  assert.deepEqual(again, labelled);
});

check("contacts.unlabelContact takes labels away, named in the query string", async ({ contacts, labels }) => {
  const keys = [];
  for (const name of ["Quill A", "Quill B", "Quill C"]) keys.push((await labels.findOrCreateLabel(name)).label.key);
  const { contact } = await contacts.createContact(person("Zora", { labelKeys: { items: keys } }));
  const { contact: unlabelled } = await contacts.unlabelContact(contact._id, [keys[0], keys[2]]);
  assert.deepEqual([labelsOf(unlabelled), unlabelled.revision], [[keys[1]], 2]);
});

check("contacts.deleteContact deletes for good", async ({ contacts }) => {
  const { contact } = await contacts.createContact(person("Zora"));
  assert.deepEqual(await contacts.deleteContact(contact._id), {});
  const refusal = await refusalOf(contacts.getContact(contact._id));
  assert.equal(refusal.details.applicationError.code, "CONTACT_NOT_FOUND");
  const left = await contacts.queryContacts().eq("info.name.last", "Quillfeather").find();
  assert.deepEqual(firstNames(left.items), []);
});

check("submittedContact.appendOrCreateContact adds to the contact with that e-mail, else creates one", async ({ submittedContact, contacts }) => {
  const made = await submittedContact.appendOrCreateContact({ info: person("Zora") });
  assert.equal(made.newContact, true);
  const found = await submittedContact.appendOrCreateContact({
    info: { emails: { items: [{ email: "zora@quillfeather.example.com" }] }, company: "Quill Ltd" },
  });
  assert.deepEqual([found.contactId, found.newContact], [made.contactId, false]);
  assert.equal((await contacts.getContact(made.contactId)).info.company, "Quill Ltd");
});
