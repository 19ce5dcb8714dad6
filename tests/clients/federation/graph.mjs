// Usage: node graph.mjs GRAPH_FILE
// Serves the two foreign subgraphs and composes them with the gateway's. GRAPH_FILE holds JSON: {"url": the gateway's
// endpoint, "sdl": its schema, "contactIds", "labelKeys"}. Prints one line of JSON, {"supergraph"}, and serves until ended.

import { readFileSync } from "node:fs";

import { composeServices } from "@apollo/composition";
import { parse } from "graphql";

import { serveCampaigns, serveOrders, subgraph } from "./subgraphs.mjs";

const { url, sdl, contactIds, labelKeys } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const { errors, supergraphSdl } = composeServices([
  { name: "crm", url, typeDefs: parse(sdl) },
  { name: "orders", url: await serveOrders(contactIds), typeDefs: subgraph("orders") },
  { name: "campaigns", url: await serveCampaigns(labelKeys), typeDefs: subgraph("campaigns") },
]);
if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join("\n"));
console.log(JSON.stringify({ supergraph: supergraphSdl }));
