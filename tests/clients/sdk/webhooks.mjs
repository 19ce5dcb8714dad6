// Webhooks: the SDK's own processor judges what the sandbox signs and delivers.

import assert from "node:assert/strict";
import { createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { check, eventually, person, refusalOf } from "./checks.mjs";
import { CREDENTIALS, asApp, connect } from "./connect.mjs";

const EVENTS = {
  labels: ["onLabelCreated", "onLabelUpdated", "onLabelDeleted"],
  contacts: ["onContactCreated", "onContactUpdated", "onContactDeleted", "onContactMerged"],
  extendedFields: ["onExtendedFieldCreated", "onExtendedFieldUpdated", "onExtendedFieldDeleted"],
};

/** A receiver of webhooks on this machine: keeps every body, and answers 200. */
async function receiver() {
  const bodies = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push({ body, type: request.headers["content-type"] });
    response.end();
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => server.close() && server.closeAllConnections();
  return { url: `http://127.0.0.1:${server.address().port}/webhooks`, bodies, close };
}

/** A client that knows the sandbox's public key and notes each event under the name of its handler. */
async function listener(site, events = EVENTS) {
  const client = connect(asApp({ publicKey: await site.sandbox.publicKey() }), site.used);
  const seen = [];
  for (const [module, names] of Object.entries(events)) {
    for (const name of names) client[module][name]((event) => void seen.push({ name, event }));
  }
  return { process: (body) => client.webhooks.process(body), seen };
}

/** Runs `act` with a receiver subscribed, and hands it `next(name)`: the next event of that handler, processed. */
async function subscribed(site, act, manner = {}) {
  const post = await receiver();
  try {
    await site.sandbox.deliverTo(post.url, manner);
    const { process, seen } = await listener(site);
    let processed = 0;
    const next = (name) =>
      eventually(async () => {
        while (processed < post.bodies.length) await process(post.bodies[processed++].body);
        const at = seen.findIndex((entry) => entry.name === name);
        return at < 0 ? undefined : seen.splice(at, 1)[0].event;
      }, name);
    await act(next, post);
  } finally {
    post.close();
  }
}

function assertMetadata(metadata, entityFqdn, slug, entityId) {
  assert.deepEqual([metadata.entityFqdn, metadata.slug, metadata.entityId], [entityFqdn, slug, entityId]);
  assert.equal(metadata.instanceId, CREDENTIALS.instanceId);
  assert.match(metadata._id, /^[0-9a-f-]{36}$/);
  assert.ok(metadata.eventTime instanceof Date);
  assert.match(metadata.entityEventSequence, /^\d+$/);
}

check("webhooks tell of labels created, updated and deleted", async (site) => {
  await subscribed(site, async (next) => {
    const { label } = await site.labels.findOrCreateLabel("Quill Circle");
    const created = await next("onLabelCreated");
    assert.deepEqual(created.entity, label);
    assertMetadata(created.metadata, "wix.contacts.v4.label", "created", label.key);

    const renamed = await site.labels.renameLabel(label.key, { displayName: "Quill Guild" });
    const updated = await next("onLabelUpdated");
    assert.deepEqual(updated.entity, renamed);
    assertMetadata(updated.metadata, "wix.contacts.v4.label", "updated", label.key);

    await site.labels.deleteLabel(label.key);
    const deleted = await next("onLabelDeleted");
    assertMetadata(deleted.metadata, "wix.contacts.v4.label", "deleted", label.key);
    const order = [created, updated, deleted].map(({ metadata }) => BigInt(metadata.entityEventSequence));
    assert.ok(order[0] < order[1] && order[1] < order[2], order.join());
  });
});

check("webhooks tell of extended fields created, updated and deleted", async (site) => {
  await subscribed(site, async (next) => {
    const { field } = await site.extendedFields.findOrCreateExtendedField("Quill Rank", "TEXT");
    const created = await next("onExtendedFieldCreated");
    assert.deepEqual(created.entity, field);
    assertMetadata(created.metadata, "wix.contacts.v4.extended_field", "created", field.key);

    const renamed = await site.extendedFields.renameExtendedField(field.key, { displayName: "Quill Level" });
    assert.deepEqual((await next("onExtendedFieldUpdated")).entity, renamed);

    await site.extendedFields.deleteExtendedField(field.key);
    const deleted = await next("onExtendedFieldDeleted");
    assertMetadata(deleted.metadata, "wix.contacts.v4.extended_field", "deleted", field.key);
  });
});

check("webhooks tell of contacts created, updated and deleted", async (site) => {
  await subscribed(site, async (next) => {
    const { contact } = await site.contacts.createContact(person("Zora"));
    const created = await next("onContactCreated");
    assert.deepEqual(created.entity, contact);
    assertMetadata(created.metadata, "wix.contacts.v4.contact", "created", contact._id);

    const { contact: labelled } = await site.contacts.labelContact(contact._id, ["contacts.customers"]);
    const updated = await next("onContactUpdated");
    assert.deepEqual(updated.entity, labelled);
    assertMetadata(updated.metadata, "wix.contacts.v4.contact", "updated", contact._id);

    await site.contacts.deleteContact(contact._id);
    const deleted = await next("onContactDeleted");
    assertMetadata(deleted.metadata, "wix.contacts.v4.contact", "deleted", contact._id);
  });
});

check("webhooks tell of a merge, of the target's change and of the source's end", async (site) => {
  const { contact: target } = await site.contacts.createContact(person("Zora"));
  const { contact: source } = await site.contacts.createContact(person("Yara"));
  await subscribed(site, async (next) => {
    await site.contacts.mergeContacts(target._id, 1, { sourceContactIds: [source._id] });
    const merged = await next("onContactMerged");
    assertMetadata(merged.metadata, "wix.contacts.v4.contact", "merged", target._id);
    assert.deepEqual([merged.data.targetContactId, merged.data.sourceContactIds], [target._id, [source._id]]);
    const updated = await next("onContactUpdated");
    assert.deepEqual([updated.entity._id, updated.metadata.originatedFrom], [target._id, "merge"]);
    const deleted = await next("onContactDeleted");
    assert.deepEqual([deleted.metadata.entityId, deleted.metadata.originatedFrom], [source._id, "merge"]);
  });
});

check("webhooks that come twice are told by their id", async (site) => {
  const twice = async (next) => {
    await site.labels.findOrCreateLabel("Quill Circle");
    const [first, second] = [await next("onLabelCreated"), await next("onLabelCreated")];
    assert.deepEqual(second, first);
  };
  await subscribed(site, twice, { duplicates: true });
});

check("webhooks come as text, and forged ones are refused", async (site) => {
  await subscribed(site, async (next, post) => {
    await site.labels.findOrCreateLabel("Quill Circle");
    await next("onLabelCreated");
    const [{ body, type }] = post.bodies;
    assert.match(type, /^text\/plain/);
    const { process, seen } = await listener(site);
    for (const forged of [resigned(body), altered(body), unsigned(body)]) {
      assert.ok((await refusalOf(process(forged))) instanceof Error);
    }
    assert.deepEqual(seen, []);
    assert.equal((await process(body)).eventType, "wix.contacts.v4.label_created");
    assert.equal(seen.length, 1);
  });
});

check("webhooks of an event without a handler are called unexpected", async (site) => {
  await subscribed(site, async (next, post) => {
    await site.labels.findOrCreateLabel("Quill Circle");
    await next("onLabelCreated");
    const { process } = await listener(site, { labels: ["onLabelDeleted"] });
    const { message } = await refusalOf(process(post.bodies[0].body));
    assert.match(message, /Unexpected event type: wix\.contacts\.v4\.label_created/);
  });
});

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decoded = (part) => JSON.parse(Buffer.from(part, "base64url").toString());

/** The same claims under a key that is not the sandbox's. */
function resigned(token) {
  const signed = token.split(".").slice(0, 2).join(".");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}

/** Other claims under the signature of the real ones. */
function altered(token) {
  const [header, claims, signature] = token.split(".");
  return [header, encoded({ ...decoded(claims), exp: decoded(claims).exp + 1 }), signature].join(".");
}

/** The claims under no signature at all. */
function unsigned(token) {
  return `${encoded({ alg: "none" })}.${token.split(".")[1]}.`;
}
