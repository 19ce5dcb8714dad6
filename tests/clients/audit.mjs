// Usage: node audit.mjs URL
// Runs graphql-http's audit of GraphQL over HTTP against the endpoint at URL, and prints one line of JSON for each of its
// demands: {"id", "name", "status", "reason"}, where status is "ok", "notice", "warn" or "error".

import { auditServer } from "graphql-http";

const [url] = process.argv.slice(2);
for (const { id, name, status, reason = null } of await auditServer({ url })) {
  console.log(JSON.stringify({ id, name, status, reason }));
}
