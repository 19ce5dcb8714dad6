// Points Wix's official SDK at a sandbox on this machine.
//
// The SDK always builds https://www.wixapis.com/... addresses and has no option for another origin over plain HTTP.
// Module calls go through the `fetch` option of createClient; AppStrategy calls the global fetch and ignores that
// option. So both get the same wrapper.

import { contacts, extendedFields, labels, submittedContact } from "@wix/crm";
import { ApiKeyStrategy, AppStrategy, createClient } from "@wix/sdk";

export const WIX = "https://www.wixapis.com";

/** Where the SDK calls: visitors go to the edge for some methods. */
const HOSTS = /^https:\/\/(?:www|edge)\.wixapis\.com/;

/** The credentials that every sandbox accepts, as its README publishes them. */
export const CREDENTIALS = {
  apiKey: "sandbox-key",
  siteId: "11111111-1111-4111-8111-111111111111",
  appId: "22222222-2222-4222-8222-222222222222",
  appSecret: "sandbox-secret",
  instanceId: "33333333-3333-4333-8333-333333333333",
};

export const modules = { contacts, extendedFields, labels, submittedContact };

/** Sends everything meant for Wix to `origin`, for the rest of this process. */
export function redirect(origin) {
  const send = globalThis.fetch;
  globalThis.fetch = (input, options) => send(String(input?.url ?? input).replace(HOSTS, origin), options);
}

export function asKey({ apiKey, siteId } = CREDENTIALS) {
  return ApiKeyStrategy({ apiKey, siteId });
}

export function asApp(overrides = {}) {
  const { appId, appSecret, instanceId } = CREDENTIALS;
  return AppStrategy({ appId, appSecret, instanceId, ...overrides });
}

export const strategies = { key: asKey, app: asApp };

/** An SDK client; `called`, when given, gathers the names of the methods that are used, as "labels.getLabel". */
export function connect(auth, called = new Set()) {
  const client = createClient({ modules, auth, fetch: (...request) => globalThis.fetch(...request) });
  const watched = Object.keys(modules).map((name) => [name, watch(client[name], name, called)]);
  return { ...Object.fromEntries(watched), fetchWithAuth: client.fetchWithAuth, webhooks: client.webhooks };
}

/** Every method and event of the SDK's modules, whether a check uses it or not. */
export function everyMethod() {
  return Object.entries(modules).flatMap(([name, module]) =>
    Object.keys(module)
      .filter((member) => /^(?:[a-z]+[A-Z])/.test(member))
      .map((member) => `${name}.${member}`),
  );
}

function watch(module, name, called) {
  return new Proxy(module, {
    get(target, member) {
      if (typeof target[member] === "function") called.add(`${name}.${String(member)}`);
      return target[member];
    },
  });
}
