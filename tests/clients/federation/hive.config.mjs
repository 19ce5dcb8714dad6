// Hive Gateway over a supergraph; it hands the caller's token on.

import { defineConfig } from "@graphql-hive/gateway";

export const gatewayConfig = defineConfig({
  maskedErrors: false,
  propagateHeaders: {
    fromClientToSubgraphs({ request }) {
      const authorization = request.headers.get("authorization");
      return authorization ? { authorization } : {};
    },
  },
});
