// Sends what is run to the gateway, and asks for its trace, which goes to the panel.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { Kind, OperationTypeNode, parse } from "graphql";
import { listening } from "./listening.js";
import { Stoppable } from "./stoppable.js";
import { counting, telling } from "./telling.js";

const ENDPOINT = location.pathname;

// The headers editor opens with a place for a token; left as it is, it is not sent.
export const HEADERS_SLOT = JSON.stringify({ Authorization: "Bearer " }, null, 2);

function isFilled([name, value]) {
  return !(name.toLowerCase() === "authorization" && /^(bearer)?\s*$/i.test(value));
}

function filled(headers) {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(isFilled));
}

function tracedFetch(signal) {
  return (url, options) => {
    const headers = { ...filled(options.headers), "x-crm-trace": "1" };
    return fetch(url, { ...options, headers, signal });
  };
}

function isForTheEditor(params) {
  return params.operationName === "IntrospectionQuery";
}

function operationsOf(query) {
  try {
    return parse(query).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  } catch {
    return []; // the gateway says what is wrong with it
  }
}

// For a moment after a change of tabs GraphiQL still names the operation of the tab before.
function rightlyNamed(params, operations) {
  if (operations.length !== 1) return params;
  return { ...params, operationName: operations[0].name?.value };
}

function isSubscription({ operationName }, operations) {
  const asked = operations.find(({ name }) => name?.value === (operationName ?? undefined));
  return asked?.operation === OperationTypeNode.SUBSCRIPTION;
}

export async function fetcher(asked, options) {
  const stop = new AbortController();
  const operations = operationsOf(asked.query);
  const params = rightlyNamed(asked, operations);
  if (isSubscription(params, operations)) {
    const results = listening(params, filled(options?.headers), stop.signal);
    return new Stoppable(counting(results, params), stop);
  }
  const began = performance.now();
  const ask = createGraphiQLFetcher({ url: ENDPOINT, fetch: tracedFetch(stop.signal) });
  const answers = await ask(params, options);
  return isForTheEditor(params) ? answers : new Stoppable(telling(answers, params, began), stop);
}

// Ask once for what the starter tabs are filled with; without an answer they stay unfilled.
export async function askOnce(query, milliseconds) {
  try {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(milliseconds),
    });
    return (await response.json()).data ?? null;
  } catch {
    return null;
  }
}
