// Usage: node apollo.mjs URL
// Apollo Client against the endpoint at URL, which has to take documents by their digests.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";

import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { Defer20220824Handler, GraphQL17Alpha9Handler } from "@apollo/client/incremental";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { createClient } from "graphql-ws";
import { filter, firstValueFrom, lastValueFrom, takeWhile, toArray } from "rxjs";
import WebSocket from "ws";

import { check, tell } from "./checks.mjs";
import { tapped, writeUntil } from "./wire.mjs";

const SHOP = "https://shop.example";

// Node 20 has none of its own, and Apollo's link looks for one.
globalThis.WebSocket ??= WebSocket;

const [url] = process.argv.slice(2);

/** A client with an empty cache, and the wire it is on. */
function connect({ persisted, origin, ...options } = {}) {
  const { wire, fetch } = tapped(origin);
  const http = new HttpLink({ uri: url, fetch, ...options.http });
  const link = persisted ? ApolloLink.from([new PersistedQueryLink({ sha256, ...persisted }), http]) : http;
  const cache = new InMemoryCache({
    typePolicies: { Query: { fields: { contacts: relayStylePagination(["search", "filter", "orderBy"]) } } },
  });
  return { wire, client: new ApolloClient({ link, cache, ...options.client }) };
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const idsOf = (connection) => connection.edges.map(({ node }) => node.id);
const codesOf = (error) => error.errors.map(({ extensions }) => extensions.code);

const PAGE = gql`
  query Page($first: Int!, $after: String) {
    contacts(first: $first, after: $after, orderBy: { field: CREATED_AT }) {
      edges { cursor node { id name { full } } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`;
const CONTACT = gql`query Contact($id: ID!) { contact(id: $id) { id revision company } }`;
const NODE = gql`query Node($id: ID!) { node(id: $id) { id ... on Contact { revision jobTitle } } }`;
const MISTAKEN = gql`query Mistaken { labels(after: "none") { nodes { id } } viewer { subject } }`;
const UPDATE = gql`
  mutation Update($input: UpdateContactInput!) {
    updateContact(input: $input) { contact { id revision company } userErrors { code field } }
  }
`;
const NAME = gql`
  mutation Name($displayName: String!) {
    findOrCreateLabel(input: { displayName: $displayName }) { label { id displayName } }
  }
`;

/** What a watched query tells as soon as all of its data is there. */
const whole = (query) => firstValueFrom(query.pipe(filter(({ dataState }) => dataState === "complete")));

/** A query that the gateway has never been sent. */
function unheard() {
  return gql(`query Unheard${randomUUID().replaceAll("-", "")} { labels(first: 4) { nodes { id } } }`);
}

async function someone(client) {
  const { data } = await client.query({ query: PAGE, variables: { first: 1 } });
  return data.contacts.edges[0].node.id;
}

check("a contact reached in three ways is one object of the cache", async () => {
  const { client } = connect();
  const id = await someone(client);
  await client.query({ query: CONTACT, variables: { id } });
  await client.query({ query: NODE, variables: { id } });
  const objects = client.cache.extract();
  assert.deepEqual(Object.keys(objects).filter((key) => key.startsWith("Contact:")), [`Contact:${id}`]);
  const { name, company, jobTitle } = objects[`Contact:${id}`];
  assert.ok(![name, company, jobTitle].includes(undefined));
});

check("fetchMore appends pages until there are no more, each contact once", async () => {
  const { client, wire } = connect();
  const query = client.watchQuery({ query: PAGE, variables: { first: 25 } });
  const everything = lastValueFrom(query.pipe(takeWhile(({ data }) => data?.contacts.pageInfo.hasNextPage ?? true, true)));
  let { data: page } = await whole(query);
  while (page.contacts.pageInfo.hasNextPage) {
    ({ data: page } = await query.fetchMore({ variables: { after: page.contacts.pageInfo.endCursor } }));
  }
  const { contacts: seen } = (await everything).data;
  const ids = idsOf(seen);
  assert.ok(ids.length > 50);
  assert.equal(ids.length, seen.totalCount);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(wire.length, Math.ceil(ids.length / 25));
});

check("a mutation's answer is seen by who watches the contact", async () => {
  const { client, wire } = connect();
  const id = await someone(client);
  const company = `Apollo ${randomUUID()}`;
  const query = client.watchQuery({ query: CONTACT, variables: { id } });
  const now = lastValueFrom(query.pipe(takeWhile(({ data }) => data?.contact.company !== company, true)));
  const { data } = await whole(query);
  const input = { contactId: id, revision: data.contact.revision, changes: { company } };
  const changed = await client.mutate({ mutation: UPDATE, variables: { input } });
  const asked = wire.length;
  assert.deepEqual(changed.data.updateContact.userErrors, []);
  assert.ok((await now).data.contact.revision > data.contact.revision);
  assert.equal(wire.length, asked);
});

check("what the caller can mend is data, and what he cannot is an error with a code", async () => {
  const { client } = connect();
  const id = await someone(client);
  const input = { contactId: id, revision: 0, changes: { company: "Late" } };
  const { data } = await client.mutate({ mutation: UPDATE, variables: { input } });
  assert.deepEqual(data.updateContact.userErrors.map(({ code }) => code), ["REVISION_CONFLICT"]);
  const refused = await client.query({ query: MISTAKEN }).catch((error) => error);
  assert.ok(CombinedGraphQLErrors.is(refused));
  assert.deepEqual(codesOf(refused), ["BAD_CURSOR"]);
});

check("with errorPolicy all a field that fails leaves its neighbours alone", async () => {
  const { client } = connect();
  const { data, error } = await client.query({ query: MISTAKEN, errorPolicy: "all" });
  assert.equal(data.viewer.subject, "anonymous");
  assert.equal(data.labels, null);
  assert.deepEqual(codesOf(error), ["BAD_CURSOR"]);
});

check("a document is sent with its digest once, and by its digest alone from then on", async () => {
  const query = unheard();
  const { client, wire } = connect({ persisted: {} });
  for (const _ of [1, 2]) {
    const { data } = await client.query({ query, fetchPolicy: "network-only" });
    assert.equal(data.labels.nodes.length, 4);
  }
  const digests = wire.map(({ body }) => body.extensions.persistedQuery.sha256Hash);
  assert.deepEqual(wire.map(({ body }) => "query" in body), [false, true, false]);
  const [sent] = wire.flatMap(({ body }) => body.query ?? []);
  assert.deepEqual(digests, Array(3).fill(sha256(sent)));
});

check("a digest is asked for by GET, and a page of another origin needs the header to do so", async () => {
  const query = unheard();
  const persisted = { useGETForHashedQueries: true };
  const headers = { "apollo-require-preflight": "1" };
  const careful = connect({ persisted, origin: SHOP, http: { headers } });
  for (const _ of [1, 2]) {
    const { data } = await careful.client.query({ query, fetchPolicy: "network-only" });
    assert.equal(data.labels.nodes.length, 4);
  }
  assert.deepEqual(careful.wire.map(({ method }) => method), ["GET", "POST", "GET"]);
  assert.deepEqual(
    careful.wire.map(({ url: asked }) => new URL(asked).searchParams.has("query")),
    [false, false, false],
  );
  const careless = connect({ persisted, origin: SHOP });
  await assert.rejects(careless.client.query({ query }));
  assert.deepEqual(careless.wire.map(({ status }) => status), [403]);
});

check("@defer arrives after the rest, by Defer20220824Handler", () => {
  return deferredBy(new Defer20220824Handler(), "multipart/mixed;deferSpec=20220824");
});

check("@defer arrives after the rest, by GraphQL17Alpha9Handler", () => {
  return deferredBy(new GraphQL17Alpha9Handler(), "multipart/mixed;incrementalSpec=v0.2");
});

async function deferredBy(incrementalHandler, accept) {
  const { client, wire } = connect({ client: { incrementalHandler } });
  const query = gql`
    query Deferred { contacts(first: 2) { edges { node { id ...Rest @defer } } } }
    fragment Rest on Contact { name { full } labels { id displayName } }
  `;
  const told = await lastValueFrom(
    client.watchQuery({ query }).pipe(
      takeWhile(({ dataState, error }) => dataState !== "complete" && !error, true),
      filter(({ dataState }) => dataState !== "empty"),
      toArray(),
    ),
  );
  assert.ok(wire[0].headers.get("accept").startsWith(accept));
  assert.equal(wire[0].type, "multipart/mixed");
  const [first, last] = [told[0], told.at(-1)].map(({ dataState, data }) => ({
    dataState,
    labelled: data.contacts.edges.map(({ node }) => Array.isArray(node.labels)),
  }));
  assert.deepEqual(first, { dataState: "streaming", labelled: [false, false] });
  assert.deepEqual(last, { dataState: "complete", labelled: [true, true] });
}

check("a subscription over graphql-ws tells of a change, and the cache takes it in", async () => {
  const { client: writer } = connect();
  const sockets = createClient({ url: url.replace("http", "ws") });
  const listener = new ApolloClient({ link: new GraphQLWsLink(sockets), cache: new InMemoryCache() });
  const query = gql`subscription Changes { labelChanged { kind key label { id displayName } } }`;
  const heard = firstValueFrom(listener.subscribe({ query }));
  const { data, error } = await writeUntil(heard, (turn) =>
    writer.mutate({ mutation: NAME, variables: { displayName: `Apollo listens ${turn}` } }),
  );
  assert.equal(error, undefined);
  const { kind, key, label } = data.labelChanged;
  assert.equal(kind, "CREATED");
  assert.match(label.displayName, /^Apollo listens \d+$/);
  assert.equal(listener.cache.extract()[`Label:${key}`].displayName, label.displayName);
  await sockets.dispose();
});

await tell();
