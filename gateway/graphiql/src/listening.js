// Subscriptions, each over a WebSocket of its own that is opened with the headers of that moment.
import { createClient } from "graphql-ws";

const ADDRESS = location.origin.replace(/^http/, "ws") + location.pathname;

function inWords(failure) {
  if (!(failure instanceof CloseEvent)) return "The WebSocket could not be opened.";
  return `The WebSocket was closed (${failure.code}): ${failure.reason || "the connection is lost"}`;
}

// The gateway's own errors come in an array.
function errorsOf(failure) {
  return Array.isArray(failure) ? failure : [{ message: inWords(failure) }];
}

// A connection that is lost is not opened again: nobody would see that results are missing.
export async function* listening(params, headers, signal) {
  const client = createClient({ url: ADDRESS, connectionParams: headers, retryAttempts: 0 });
  const results = client.iterate(params);
  signal.addEventListener("abort", () => results.return());
  try {
    yield* results;
  } catch (failure) {
    yield { errors: errorsOf(failure) };
  }
}
