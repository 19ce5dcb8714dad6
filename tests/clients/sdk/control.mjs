// The sandbox's own control routes, which Wix does not have.

import assert from "node:assert/strict";

export function control(origin) {
  async function send(method, path, body) {
    const answer = await fetch(`${origin}/_sandbox/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await answer.text();
    assert.equal(answer.ok, true, `${method} /_sandbox/${path}: ${answer.status} ${text}`);
    return text;
  }

  return {
    reset: () => send("POST", "reset"),
    fault: (route, fault) => send("POST", "faults", { route, count: 1, ...fault }),
    set: (settings) => send("POST", "settings", settings),
    deliverTo: (url, manner) => send("PUT", "webhooks", { url, ...manner }),
    publicKey: () => send("GET", "webhooks/public-key"),
    calls: async () => JSON.parse(await send("GET", "calls")),
  };
}
