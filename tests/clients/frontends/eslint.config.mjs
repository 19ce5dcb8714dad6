// The rules for schema.graphql, which a test lays beside this file: all that graphql-eslint recommends for schemas and for
// Relay. What is set otherwise is said here, with its reason.

import graphql from "@graphql-eslint/eslint-plugin";

const recommended = graphql.configs["flat/schema-recommended"].rules;
const relay = graphql.configs["flat/schema-relay"].rules;
const [severity, names] = recommended["@graphql-eslint/naming-convention"];

const ours = {
  // Apollo Federation prescribes _entities, _service, _Any, _Entity and _Service.
  "@graphql-eslint/naming-convention": [severity, { ...names, allowLeadingUnderscore: true }],
  // Only what can be fetched by itself has an id; payloads, edges, and parts of a contact are nothing without it.
  "@graphql-eslint/strict-id-in-types": "off",
  // Wix pages forwards only, so there is no `last` and no `before`.
  "@graphql-eslint/relay-arguments": [severity, { includeBoth: false }],
  // `nodes`, and lists that are bounded by their owner, such as a contact's e-mails, need no cursors. Extended fields are
  // known by their keys, which are no ids for `node`.
  "@graphql-eslint/relay-edge-types": [
    severity,
    { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
  ],
};

export default [
  {
    files: ["schema.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: ["schema.graphql", "federation.graphql"] } },
    },
    plugins: { "@graphql-eslint": graphql },
    rules: { ...recommended, ...relay, ...ours },
  },
];
