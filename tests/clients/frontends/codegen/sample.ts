// Usage: node compiled/sample.js URL
// A program on the types that graphql-codegen makes of the schema. It prints what it found as one line of JSON; that it
// compiles is what the types promise.

import { Client, fetchExchange } from "@urql/core";

import { graphql } from "./generated/index.js";
import type { ContactFilter, ContactInfoInput, UserErrorCode } from "./generated/graphql.js";

declare const process: { argv: string[] };

const client = new Client({ url: process.argv[2] ?? "", exchanges: [fetchExchange], preferGetMethod: false });

const Find = graphql(`
  query Find($filter: ContactFilter) {
    contacts(first: 2, filter: $filter) {
      totalCount
      nodes { id createdAt source { type } }
    }
  }
`);
const Create = graphql(`
  mutation Create($info: ContactInfoInput!, $key: ID!) {
    createContact(input: { info: $info }) {
      contact { id birthdate extendedFields(keys: [$key]) { key value } }
      userErrors { __typename code message field ... on DuplicateContact { duplicate { id } } }
    }
  }
`);
const Node = graphql(`
  query Node($id: ID!) { node(id: $id) { __typename id ... on Contact { revision } ... on Label { displayName } } }
`);
const Field = graphql(`
  mutation Field { findOrCreateExtendedField(input: { displayName: "Shoe size", dataType: NUMBER }) { extendedField { key } } }
`);

const made = await client.mutation(Field, {}).toPromise();
const key: string = made.data?.findOrCreateExtendedField?.extendedField?.key ?? "";

const info: ContactInfoInput = {
  name: { first: "Typed", last: null },
  emails: [{ email: "typed@example.com", tag: "WORK" }],
  birthdate: "1990-02-28",
  extendedFields: [{ key, value: 43 }],
};
const created = (await client.mutation(Create, { info, key }).toPromise()).data?.createContact;
const again = (await client.mutation(Create, { info, key }).toPromise()).data?.createContact;
const codes: UserErrorCode[] = again?.userErrors.map((error) => error.code) ?? [];
const duplicates: (string | undefined)[] =
  again?.userErrors.map((error) => (error.__typename === "DuplicateContact" ? error.duplicate?.id : undefined)) ?? [];

const filter: ContactFilter = {
  and: [{ birthdate: { gte: "1990-01-01", lt: "1991-01-01" } }, { createdAt: { gt: "2000-01-01T00:00:00Z" } }],
  not: { firstName: { exists: false } },
  email: { eq: "typed@example.com" },
};
const found = (await client.query(Find, { filter }).toPromise()).data?.contacts;
const { node } = (await client.query(Node, { id: created?.contact?.id ?? "" }).toPromise()).data ?? {};
const revision: number | undefined = node?.__typename === "Contact" ? node.revision : undefined;

// What must not compile.
// @ts-expect-error - an unknown field
void ({ firstNam: { eq: "Ada" } } satisfies ContactFilter);
// @ts-expect-error - an unknown enum value
void ({ emails: [{ email: "a@example.com", tag: "FAX" }] } satisfies ContactInfoInput);
// @ts-expect-error - a day is text
void ({ birthdate: new Date() } satisfies ContactInfoInput);
// @ts-expect-error - an e-mail that is missing
void ({ emails: [{ tag: "WORK" }] } satisfies ContactInfoInput);
// @ts-expect-error - a variable that is missing
void client.query(Node, {});
// @ts-expect-error - a connection may be null
void found.totalCount;
// @ts-expect-error - only contacts have revisions
void node?.revision;

console.log(
  JSON.stringify({
    birthdate: created?.contact?.birthdate,
    values: created?.contact?.extendedFields.map(({ value }) => value),
    codes,
    duplicate: duplicates[0] === created?.contact?.id,
    found: found?.nodes.map(({ id }) => id === created?.contact?.id),
    revision,
  }),
);
