// Hive Gateway over a supergraph; it hands the caller's token on. With ISSUER_KEY, the issuer's public key, ISSUER and AUDIENCE it
// verifies that token first, and takes out of an operation what the schema's @authenticated and @requiresScopes keep from its caller.

import { createInlineSigningKeyProvider, defineConfig } from "@graphql-hive/gateway";

const { ISSUER_KEY, ISSUER, AUDIENCE } = process.env;

export const gatewayConfig = defineConfig({
  maskedErrors: false,
  propagateHeaders: {
    fromClientToSubgraphs({ request }) {
      const authorization = request.headers.get("authorization");
      return authorization ? { authorization } : {};
    },
  },
  ...(ISSUER_KEY && {
    jwt: {
      signingKeyProviders: [createInlineSigningKeyProvider(ISSUER_KEY)],
      tokenVerification: { issuer: ISSUER, audience: AUDIENCE, algorithms: ["RS256"] },
      reject: { missingToken: false, invalidToken: true },
      forward: { payload: false, token: false },
    },
    genericAuth: {
      mode: "protect-granular",
      resolveUserFn: ({ jwt }) => jwt?.payload,
      rejectUnauthenticated: false,
    },
  }),
});
