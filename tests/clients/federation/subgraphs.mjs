// The two foreign subgraphs: orders, which refer to contacts by id, and campaigns, which refer to labels by key.

import { readFileSync } from "node:fs";

import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled } from "@apollo/server/plugin/disabled";
import { startStandaloneServer } from "@apollo/server/standalone";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";

/** The schema of one of them. */
export function subgraph(name) {
  return parse(readFileSync(new URL(`./${name}.graphql`, import.meta.url), "utf-8"));
}

/** Serve the orders: one for each contact id. Returns where. */
export function serveOrders(contactIds) {
  const orders = contactIds.map((id, index) => ({ id: `order-${index}`, total: 10 * (index + 1), buyer: { id } }));
  return serve("orders", {
    Query: { orders: () => orders },
    Order: { __resolveReference: ({ id }) => orders.find((order) => order.id === id) },
    Contact: { orders: ({ id }) => orders.filter(({ buyer }) => buyer.id === id) },
  });
}

/** Serve the campaigns: one for each label key. Returns where. */
export function serveCampaigns(labelKeys) {
  const campaigns = labelKeys.map((key, index) => ({ id: `campaign-${index}`, subject: `To ${key}`, audience: { key } }));
  return serve("campaigns", {
    Query: { campaigns: () => campaigns },
    Campaign: { __resolveReference: ({ id }) => campaigns.find((campaign) => campaign.id === id) },
    Label: { campaigns: ({ key }) => campaigns.filter(({ audience }) => audience.key === key) },
  });
}

async function serve(name, resolvers) {
  const server = new ApolloServer({
    schema: buildSubgraphSchema({ typeDefs: subgraph(name), resolvers }),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: 0 } });
  return url.replace("localhost", "127.0.0.1");
}
