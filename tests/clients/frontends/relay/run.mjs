// Usage: node run.mjs URL
// Relay's runtime, without React, against the endpoint at URL. contacts.js has been compiled and bundled before.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { createClient } from "graphql-ws";
import relay from "relay-runtime";
import WebSocket from "ws";

import { check, tell } from "../checks.mjs";
import { writeUntil } from "../wire.mjs";
import * as contacts from "./contacts.js";

const { Environment, Network, Observable, RecordSource, Store } = relay;
const { commitMutation, createOperationDescriptor, fetchQuery, getSelector, requestSubscription } = relay;

const [url] = process.argv.slice(2);

async function fetched({ text }, variables) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: text, variables }),
  });
  return answer.json();
}

function subscribed(sockets) {
  return ({ text }, variables) =>
    Observable.create((sink) => sockets.subscribe({ query: text, variables }, sink));
}

/** An environment with an empty store, and what a page does in it. */
function open(sockets) {
  const network = Network.create(fetched, sockets && subscribed(sockets));
  const environment = new Environment({ network, store: new Store(new RecordSource()) });

  const read = (fragment, ref) => environment.lookup(getSelector(fragment, ref)).data;
  return {
    environment,
    fetch: (query, variables = {}) => fetchQuery(environment, query, variables).toPromise(),
    card: (ref) => read(contacts.card, ref),
    /** The list as it stands in the store, with every page that was fetched. */
    list() {
      const page = createOperationDescriptor(contacts.page, {});
      environment.retain(page);
      return read(contacts.list, environment.lookup(page.fragment).data).contacts;
    },
    more: (after) => fetchQuery(environment, contacts.list.metadata.refetch.operation, { first: 25, after }).toPromise(),
    records(type) {
      const source = environment.getStore().getSource();
      return source.getRecordIDs().filter((id) => source.get(id)?.__typename === type);
    },
    mutate: (mutation, variables) =>
      new Promise((onCompleted, onError) => {
        commitMutation(environment, { mutation, variables, onCompleted, onError });
      }),
  };
}

const idsOf = (list) => list.edges.map(({ node }) => node.id);

check("pages are appended until there are no more, each contact once", async () => {
  const { fetch: ask, list, more } = open();
  await ask(contacts.page);
  assert.equal(list().edges.length, 25);
  while (list().pageInfo.hasNextPage) await more(list().pageInfo.endCursor);
  const ids = idsOf(list());
  assert.ok(ids.length > 50);
  assert.equal(ids.length, list().totalCount);
  assert.equal(new Set(ids).size, ids.length);
});

check("a contact is fetched again by node(id:), and is no second record", async () => {
  const { fetch: ask, list, card, records } = open();
  await ask(contacts.page);
  const known = records("Contact");
  const [{ node }] = list().edges;
  const before = card(node);
  const company = `Relay ${randomUUID()}`;
  await fetched(contacts.update.params, { input: { contactId: node.id, revision: before.revision, changes: { company } } });
  const { operation, identifierInfo } = contacts.card.metadata.refetch;
  assert.deepEqual(identifierInfo, { identifierField: "id", identifierQueryVariableName: "id" });
  assert.match(operation.params.text, /node\(id: \$id\)/);
  await ask(operation, { id: node.id });
  assert.deepEqual(card(node), { ...before, company, revision: before.revision + 1 });
  assert.deepEqual(records("Contact"), known);
});

check("a contact reached over its label is the same record", async () => {
  const { environment, fetch: ask, list, card, mutate, records } = open();
  await ask(contacts.page);
  const [{ node }] = list().edges;
  const { labelContact } = await mutate(contacts.labelThem, { contactId: node.id, labelNames: ["Relay"] });
  assert.deepEqual(labelContact.userErrors, []);
  const known = records("Contact").sort();
  const label = environment.getStore().getSource().get(node.id).labels.__refs.at(-1);
  const { label: found } = await ask(contacts.labelled, { key: label });
  assert.deepEqual(found.contacts.nodes.map(({ id }) => id), [node.id]);
  assert.deepEqual(records("Contact").sort(), known);
  assert.ok("jobTitle" in environment.getStore().getSource().get(node.id));
  assert.equal(card(node).company, found.contacts.nodes[0].company);
});

check("a mutation's answer changes the record that the page shows", async () => {
  const { fetch: ask, list, card, mutate } = open();
  await ask(contacts.page);
  const { node } = list().edges[1];
  const name = `Relay ${randomUUID()}`;
  assert.ok(!card(node).labels.some(({ displayName }) => displayName === name));
  await mutate(contacts.labelThem, { contactId: node.id, labelNames: [name] });
  assert.equal(card(node).labels.at(-1).displayName, name);
});

check("a new contact is appended to the list, and a deleted one leaves it", async () => {
  const { fetch: ask, list, card, mutate } = open();
  await ask(contacts.page);
  const before = idsOf(list());
  const connections = [list().__id];
  const info = { name: { first: "Relay", last: randomUUID() }, company: "Relay" };
  const { createContact } = await mutate(contacts.create, { info, connections });
  assert.deepEqual(createContact.userErrors, []);
  const { node } = list().edges.at(-1);
  assert.equal(card(node).company, "Relay");
  assert.deepEqual(idsOf(list()), [...before, node.id]);
  await mutate(contacts.remove, { contactId: node.id, connections });
  assert.deepEqual(idsOf(list()), before);
});

check("what the caller can mend is data, and leaves the store alone", async () => {
  const { fetch: ask, list, card, mutate } = open();
  await ask(contacts.page);
  const before = list();
  const { createContact } = await mutate(contacts.create, { info: {}, connections: [before.__id] });
  assert.deepEqual(createContact.userErrors.map(({ code, field }) => [code, field]), [
    ["INSUFFICIENT_CONTACT_DATA", ["info"]],
  ]);
  assert.deepEqual(list(), before);
  assert.ok(card(before.edges[0].node).id);
});

check("a subscription changes the record that the page shows", async () => {
  const sockets = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket });
  const { environment, fetch: ask, list, card } = open(sockets);
  await ask(contacts.page);
  const { node } = list().edges[2];
  const heard = new Promise((onNext, onError) => {
    requestSubscription(environment, { subscription: contacts.changes, variables: { ids: [node.id] }, onNext, onError });
  });
  await writeUntil(heard, (turn) =>
    fetched(contacts.labelThem.params, { contactId: node.id, labelNames: [`Relay listens ${turn}`] }),
  );
  assert.match(card(node).labels.at(-1).displayName, /^Relay listens \d+$/);
  await sockets.dispose();
});

await tell();
