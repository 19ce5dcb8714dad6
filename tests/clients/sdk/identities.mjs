// Who may call: the SDK's ways of proving itself, and what it shows when it cannot.

import assert from "node:assert/strict";
import { AppStrategy, OAuthStrategy } from "@wix/sdk";
import { check, refusalOf } from "./checks.mjs";
import { CREDENTIALS, WIX, asApp, asKey, connect } from "./connect.mjs";

const NOBODY = "99999999-9999-4999-8999-999999999999";

async function refusedAs(auth) {
  const { status, details, requestId } = await refusalOf(connect(auth).labels.listLabels());
  assert.ok(requestId);
  return [status, details.applicationError.code];
}

check("a wrong API key is not authenticated", async () => {
  assert.deepEqual(await refusedAs(asKey({ ...CREDENTIALS, apiKey: "wrong" })), [401, "UNAUTHENTICATED"]);
});

check("an API key without its site is not permitted", async () => {
  assert.deepEqual(await refusedAs(asKey({ apiKey: CREDENTIALS.apiKey })), [403, "PERMISSION_DENIED"]);
  assert.deepEqual(await refusedAs(asKey({ ...CREDENTIALS, siteId: NOBODY })), [403, "PERMISSION_DENIED"]);
});

check("an app with a wrong secret gets no token", async () => {
  const { message } = await refusalOf(asApp({ appSecret: "wrong" }).getAuthHeaders());
  assert.match(message, /Unexpected status code from Wix OAuth API: 40[01], request id: [0-9.]+/);
});

check("an app keeps its token for the next call", async ({ sandbox }) => {
  const { labels } = connect(asApp());
  await labels.listLabels();
  await labels.listLabels();
  const { routes } = await sandbox.calls();
  assert.deepEqual([routes["POST /oauth2/token"], routes["GET /contacts/v4/labels"]], [1, 2]);
});

/** The app as its front end knows it: by an access token, without an instance. */
async function asFrontEnd() {
  const { headers } = await asApp().getAuthHeaders();
  const { appId, appSecret } = CREDENTIALS;
  return AppStrategy({ appId, appSecret, accessToken: headers.Authorization });
}

check("an app turns a front-end token into one of its own", async ({ sandbox }) => {
  const { labels } = await connect(await asFrontEnd()).labels.listLabels();
  assert.ok(labels.length > 2);
  assert.equal((await sandbox.calls()).routes["POST /oauth2/token"], 2);
});

check("an app learns whose token it was handed, and elevates it", async () => {
  const auth = await asFrontEnd();
  const { active, subjectType, clientId, instanceId, siteId } = await auth.getTokenInfo();
  assert.deepEqual(
    { active, subjectType, clientId, instanceId, siteId },
    {
      active: true,
      subjectType: "APP",
      clientId: CREDENTIALS.appId,
      instanceId: CREDENTIALS.instanceId,
      siteId: CREDENTIALS.siteId,
    },
  );
  const { labels } = await connect(await auth.elevated()).labels.listLabels();
  assert.ok(labels.length > 2);
});

check("an app that has been installed renews its token by its refresh token", async () => {
  const { appId, appSecret, instanceId } = CREDENTIALS;
  const auth = AppStrategy({ appId, appSecret });
  const installed = await auth.handleOAuthCallback(
    `https://app.example.com/installed?code=sandbox-code&instanceId=${instanceId}`,
  );
  assert.equal(installed.instanceId, instanceId);
  const { labels } = await connect(auth).labels.listLabels();
  assert.ok(labels.length > 2);
});

check("a visitor may not call", async () => {
  assert.deepEqual(await refusedAs(OAuthStrategy({ clientId: CREDENTIALS.appId })), [403, "PERMISSION_DENIED"]);
});

check("fetchWithAuth carries the same credentials", async ({ fetchWithAuth }) => {
  const answer = await fetchWithAuth(`${WIX}/contacts/v4/labels/contacts.customers`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("x-wix-request-id"), /^\d+\.\d+$/);
  assert.equal((await answer.json()).label.key, "contacts.customers");
});
