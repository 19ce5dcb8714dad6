// Usage: node urql.mjs URL
// urql, with its document cache, against the endpoint at URL.

import assert from "node:assert/strict";

import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { check, tell } from "./checks.mjs";
import { tapped, writeUntil } from "./wire.mjs";

const SHOP = "https://shop.example";

const [url] = process.argv.slice(2);

function connect({ exchanges = [cacheExchange, fetchExchange], origin, ...options } = {}) {
  const { wire, fetch } = tapped(origin);
  return { wire, client: new Client({ url, fetch, exchanges, ...options }) };
}

const LABEL = gql`query Label($key: ID!) { label(key: $key) { id displayName } }`;
const NAME = gql`
  mutation Name($displayName: String!) {
    findOrCreateLabel(input: { displayName: $displayName }) { label { id displayName } created userErrors { code field } }
  }
`;
const RENAME = gql`
  mutation Rename($key: ID!, $displayName: String!) {
    renameLabel(input: { key: $key, displayName: $displayName }) { label { id displayName } userErrors { code } }
  }
`;
const CHANGES = gql`subscription Changes { labelChanged { kind key label { id displayName } } }`;

async function labelNamed(client, displayName) {
  const { data } = await client.mutation(NAME, { displayName }).toPromise();
  return data.findOrCreateLabel.label;
}

check("a query by GET is answered in JSON, though its Accept names event streams", () => {
  return answeredInJson("GET", {});
});

check("a query by POST is answered in JSON, though its Accept names event streams", () => {
  return answeredInJson("POST", { preferGetMethod: false });
});

async function answeredInJson(method, options) {
  const { client, wire } = connect(options);
  const query = gql`query Labels($first: Int!) { labels(first: $first) { nodes { id displayName } } }`;
  const { data, error } = await client.query(query, { first: 3 }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data.labels.nodes.length, 3);
  const [{ headers, ...exchange }] = wire;
  assert.match(headers.get("accept"), /text\/event-stream, multipart\/mixed$/);
  assert.deepEqual([exchange.method, exchange.type], [method, "application/graphql-response+json"]);
}

check("a page of another origin needs a header for its GETs", async () => {
  const query = gql`{ labels(first: 1) { nodes { id } } }`;
  const careless = await connect({ origin: SHOP }).client.query(query, {}).toPromise();
  assert.equal(careless.error.response.status, 403);
  const fetchOptions = { headers: { "apollo-require-preflight": "1" } };
  const { client, wire } = connect({ origin: SHOP, fetchOptions });
  const careful = await client.query(query, {}).toPromise();
  assert.equal(careful.data.labels.nodes.length, 1);
  assert.deepEqual(wire.map(({ method }) => method), ["GET"]);
});

check("what is known is not asked again, until a mutation has touched it", async () => {
  const { client, wire } = connect();
  const { id: key } = await labelNamed(client, "Urql");
  const told = [];
  const { unsubscribe } = client.query(LABEL, { key }).subscribe(({ data }) => told.push(data.label.displayName));
  await client.query(LABEL, { key }).toPromise();
  await client.query(LABEL, { key }).toPromise();
  assert.equal(wire.filter(({ method }) => method === "GET").length, 1);
  const { data } = await client.mutation(RENAME, { key, displayName: "Urql renamed" }).toPromise();
  assert.deepEqual(data.renameLabel.userErrors, []);
  await client.query(LABEL, { key }).toPromise();
  unsubscribe();
  assert.deepEqual([told[0], told.at(-1)], ["Urql", "Urql renamed"]);
});

check("what the caller can mend is data, and what he cannot is an error with a code", async () => {
  const { client } = connect();
  const refused = await client.mutation(NAME, { displayName: "" }).toPromise();
  assert.equal(refused.error, undefined);
  assert.deepEqual(refused.data.findOrCreateLabel, {
    __typename: "FindOrCreateLabelPayload",
    label: null,
    created: null,
    userErrors: [{ __typename: "InvalidInput", code: "INVALID_INPUT", field: ["displayName"] }],
  });
  const query = gql`{ labels(after: "none") { nodes { id } } viewer { subject } }`;
  const { data, error } = await client.query(query, {}).toPromise();
  assert.equal(data.viewer.subject, "anonymous");
  assert.deepEqual(error.graphQLErrors.map(({ extensions }) => extensions.code), ["BAD_CURSOR"]);
});

/** Subscribes with one client, renames with another, and returns what was told, and the listener's wire. */
async function changeHeardBy({ client: listener, wire }) {
  const { client: writer } = connect();
  const { id: key } = await labelNamed(writer, "Urql listens");
  let unsubscribe;
  const heard = new Promise((resolve) => {
    ({ unsubscribe } = listener.subscription(CHANGES, {}).subscribe(resolve));
  });
  const { data, error } = await writeUntil(heard, (turn) =>
    writer.mutation(RENAME, { key, displayName: `Urql listens ${turn}` }).toPromise(),
  );
  unsubscribe();
  assert.equal(error, undefined);
  assert.equal(data.labelChanged.key, key);
  assert.equal(data.labelChanged.kind, "UPDATED");
  assert.match(data.labelChanged.label.displayName, /^Urql listens \d+$/);
  return wire;
}

check("a subscription over graphql-ws tells of a change", async () => {
  const sockets = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket });
  const forward = ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables }, sink) }),
  });
  const exchanges = [fetchExchange, subscriptionExchange({ forwardSubscription: forward })];
  const wire = await changeHeardBy(connect({ exchanges }));
  assert.deepEqual(wire, []);
  await sockets.dispose();
});

check("a subscription over server-sent events tells of a change", async () => {
  const wire = await changeHeardBy(connect({ exchanges: [fetchExchange], fetchSubscriptions: true }));
  assert.deepEqual(wire.map(({ method, type }) => [method, type]), [["POST", "text/event-stream"]]);
});

check("@defer arrives after the rest", async () => {
  const { client, wire } = connect({ exchanges: [fetchExchange] });
  const query = gql`
    query Deferred { contacts(first: 2) { edges { node { id ...Rest @defer } } } }
    fragment Rest on Contact { name { full } labels { id } }
  `;
  const told = [];
  await new Promise((resolve, reject) => {
    client.query(query, {}).subscribe(({ data, error, hasNext }) => {
      if (error) reject(error);
      told.push(data.contacts.edges.map(({ node }) => Array.isArray(node.labels)));
      if (!hasNext) resolve();
    });
  });
  assert.equal(wire[0].type, "multipart/mixed");
  assert.deepEqual([told[0], told.at(-1)], [[false, false], [true, true]]);
});

await tell();
