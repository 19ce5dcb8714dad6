// Usage: node compose.mjs SDL_FILE
// Composes the schema in the file alone, and beside the orders and campaigns, with each of three composers. Prints one line
// of JSON for each composition: {"composer", "subgraphs", "errors", "hints"}.

import { readFileSync } from "node:fs";

import { composeServices as composeApollo } from "@apollo/composition";
import { composeServices as composeHive } from "@theguild/federation-composition";
import { federateSubgraphs, LATEST_ROUTER_COMPATIBILITY_VERSION } from "@wundergraph/composition";
import { parse } from "graphql";

import { subgraph } from "./subgraphs.mjs";

const COMPOSERS = {
  apollo(subgraphs) {
    const { errors, hints } = composeApollo(subgraphs);
    return { errors, hints };
  },
  hive(subgraphs) {
    const { errors, supergraphSdl } = composeHive(subgraphs);
    return { errors: errors ?? (supergraphSdl ? [] : [new Error("no supergraph")]), hints: [] };
  },
  cosmo(subgraphs) {
    const { errors, success, warnings } = federateSubgraphs({
      subgraphs: subgraphs.map(({ typeDefs, ...rest }) => ({ ...rest, definitions: typeDefs })),
      version: LATEST_ROUTER_COMPATIBILITY_VERSION,
    });
    return { errors: errors ?? (success ? [] : [new Error("no supergraph")]), hints: warnings };
  },
};

const ours = { name: "crm", url: "http://crm", typeDefs: parse(readFileSync(process.argv[2], "utf-8")) };
const foreign = ["orders", "campaigns"].map((name) => ({ name, url: `http://${name}`, typeDefs: subgraph(name) }));

for (const subgraphs of [[ours], [ours, ...foreign]]) {
  for (const [composer, compose] of Object.entries(COMPOSERS)) {
    const { errors, hints } = compose(subgraphs);
    console.log(
      JSON.stringify({
        composer,
        subgraphs: subgraphs.map(({ name }) => name),
        errors: (errors ?? []).map(({ message }) => message),
        hints: (hints ?? []).map(({ message }) => message),
      }),
    );
  }
}
