// Usage: node fetch.mjs URL
// Plain fetch, with no client at all, against the endpoint at URL.

import assert from "node:assert/strict";

import { check, tell } from "./checks.mjs";

const JSON_TYPE = "application/json";
const GRAPHQL_TYPE = "application/graphql-response+json";

const [url] = process.argv.slice(2);

function ask(body, headers = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": JSON_TYPE, accept: GRAPHQL_TYPE, ...headers },
    body: JSON.stringify(body),
  });
}

const LABELS = "query Labels($first: Int!) { labels(first: $first) { nodes { key displayName } } }";
const ADD = `mutation Add($info: ContactInfoInput!) {
  createContact(input: { info: $info }) { contact { id name { full } birthdate } userErrors { code field } }
}`;

check("a query with variables is answered in the type that was asked for", async () => {
  const answer = await ask({ query: LABELS, variables: { first: 3 } });
  assert.equal(answer.headers.get("content-type").split(";")[0], GRAPHQL_TYPE);
  const { data } = await answer.json();
  assert.equal(data.labels.nodes.length, 3);
});

check("a document that is no GraphQL has a status and a code", async () => {
  const answer = await ask({ query: "{ labels " });
  assert.equal(answer.status, 400);
  const { errors } = await answer.json();
  assert.deepEqual(errors.map((error) => error.extensions.code), ["GRAPHQL_PARSE_FAILED"]);
});

check("a field that fails leaves its neighbours alone", async () => {
  const answer = await ask({ query: `{ contacts(after: "none") { nodes { id } } viewer { subject } }` });
  assert.equal(answer.status, 200);
  const { data, errors } = await answer.json();
  assert.deepEqual(data, { contacts: null, viewer: { subject: "anonymous" } });
  assert.deepEqual(errors.map(({ path, extensions }) => [path, extensions.code]), [[["contacts"], "BAD_CURSOR"]]);
});

check("what the caller can mend is data, with a path into his input", async () => {
  const answer = await ask({ query: ADD, variables: { info: {} } });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined);
  assert.deepEqual(data.createContact, {
    contact: null,
    userErrors: [{ code: "INSUFFICIENT_CONTACT_DATA", field: ["info"] }],
  });
});

check("a mutation sent twice under one key is carried out once", async () => {
  const key = { "idempotency-key": crypto.randomUUID() };
  const info = { name: { first: "Plain", last: "Fetch" }, birthdate: "1990-02-28" };
  const first = await ask({ query: ADD, variables: { info } }, key);
  const again = await ask({ query: ADD, variables: { info } }, key);
  assert.deepEqual([first, again].map(({ headers }) => headers.get("idempotency-replayed")), [null, "true"]);
  const [made, replayed] = [await first.json(), await again.json()];
  assert.deepEqual(replayed.data, made.data);
  const { id, ...rest } = made.data.createContact.contact;
  assert.deepEqual(rest, { name: { full: "Plain Fetch" }, birthdate: "1990-02-28" });
  assert.ok(id);
});

await tell();
