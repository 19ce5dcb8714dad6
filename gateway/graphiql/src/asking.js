// Sends what is run to the gateway, and asks for its trace, which goes to the panel.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { Kind, parse } from "graphql";
import { publish } from "./latest.js";

const ENDPOINT = location.pathname;

// The headers editor opens with a place for a token; left as it is, it is not sent.
export const HEADERS_SLOT = JSON.stringify({ Authorization: "Bearer " }, null, 2);

function isFilled([name, value]) {
  return !(name.toLowerCase() === "authorization" && /^(bearer)?\s*$/i.test(value));
}

function tracedFetch(url, options) {
  const headers = Object.fromEntries(Object.entries(options.headers).filter(isFilled));
  return fetch(url, { ...options, headers: { ...headers, "x-crm-trace": "1" } });
}

const ask = createGraphiQLFetcher({ url: ENDPOINT, fetch: tracedFetch });

function isForTheEditor(params) {
  return params.operationName === "IntrospectionQuery";
}

// Take the trace out of an answer: it is long, and the panel tells it better.
function withoutTrace(answer) {
  if (!answer?.extensions?.trace) return answer;
  const { trace: _trace, ...extensions } = answer.extensions;
  return { ...answer, extensions };
}

// An answer may come in parts; each that brings extensions replaces what the panel was told.
async function* telling(answers, { operationName }, began) {
  for await (const answer of answers) {
    const parts = [answer].flat();
    const telling = parts.findLast((part) => part.extensions) ?? parts[0];
    if (telling.extensions || !telling.hasNext) {
      publish({
        name: operationName ?? "It",
        milliseconds: performance.now() - began,
        extensions: telling.extensions ?? {},
        began: "data" in telling || "hasNext" in telling,
      });
    }
    yield Array.isArray(answer) ? answer.map(withoutTrace) : withoutTrace(answer);
  }
}

// For a moment after a change of tabs GraphiQL still names the operation of the tab before.
function rightlyNamed(params) {
  const names = operationNames(params.query);
  return names.length === 1 ? { ...params, operationName: names[0] } : params;
}

function operationNames(query) {
  try {
    const operations = parse(query).definitions.filter(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION,
    );
    return operations.map((operation) => operation.name?.value);
  } catch {
    return []; // the gateway says what is wrong with it
  }
}

export async function fetcher(asked, options) {
  const began = performance.now();
  const params = rightlyNamed(asked);
  const answer = await ask(params, options);
  return isForTheEditor(params) ? answer : telling(answer, params, began);
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
