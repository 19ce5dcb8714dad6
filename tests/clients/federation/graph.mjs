// Usage: node graph.mjs GRAPH_FILE
// Serves the two foreign subgraphs and composes them with the gateway's. GRAPH_FILE holds JSON: {"url": the gateway's
// endpoint, "sdl": its schema, "contactIds", "labelKeys"}. Prints one line of JSON and serves until ended: {"full", "open"}, the
// supergraph as it is, and one that says nothing of rights, because @apollo/gateway refuses what it cannot enforce.

import { readFileSync } from "node:fs";

import { composeServices } from "@apollo/composition";
import { parse, visit } from "graphql";

import { serveCampaigns, serveOrders, subgraph } from "./subgraphs.mjs";

const { url, sdl, contactIds, labelKeys } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const ours = parse(sdl);
const foreign = [
  { name: "orders", url: await serveOrders(contactIds), typeDefs: subgraph("orders") },
  { name: "campaigns", url: await serveCampaigns(labelKeys), typeDefs: subgraph("campaigns") },
];
console.log(JSON.stringify({ full: compose(ours), open: compose(withoutRights(ours)) }));

function compose(typeDefs) {
  const { errors, supergraphSdl } = composeServices([{ name: "crm", url, typeDefs }, ...foreign]);
  if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join("\n"));
  return supergraphSdl;
}

/** Leave out the directives of rights, their definitions, and their imports. */
function withoutRights(document) {
  const rights = ["authenticated", "requiresScopes"];
  return visit(document, {
    Directive: ({ name }) => (rights.includes(name.value) ? null : undefined),
    DirectiveDefinition: ({ name }) => (rights.includes(name.value) ? null : undefined),
    StringValue: ({ value }) => (rights.includes(value.slice(1)) && value[0] === "@" ? null : undefined),
  });
}
