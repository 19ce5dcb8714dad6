// The tabs of a first visit: seven operations that work at once, on what the site really holds.
import { HEADERS_SLOT, askOnce } from "./asking.js";

const PATIENCE = 1500; // milliseconds
const RENAMED = " (renamed)";
const NOBODY = "00000000-0000-4000-8000-000000000000";

const KNOWN = `query Starters {
  labels(first: 100, filter: { type: USER_DEFINED }) { nodes { key displayName contactCount } }
  contacts(first: 10) { nodes { id name { first } source { type } } }
}`;

const LABELS = `# Every label, and how many contacts carry it.
query Labels {
  labels(first: 50) {
    totalCount
    nodes {
      key
      displayName
      type
      contactCount
    }
  }
}`;

const CONTACTS_OF_A_LABEL = `# Who carries a label, and which others.
query ContactsOfALabel(
  $key: ID!
  $first: Int!
) {
  label(key: $key) {
    displayName
    contacts(first: $first) {
      totalCount
      nodes {
        id
        name { full }
        primaryEmail { email }
        labels { key displayName }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const FIND_AND_LABEL = `# Find a contact by the start of a name,
query FindContact($search: String!) {
  contacts(first: 5, search: $search) {
    nodes {
      id
      name { full }
      labelKeys
    }
  }
}

# then put labels on it, by key or name.
mutation LabelContact(
  $id: ID!
  $names: [String!]!
) {
  labelContact(
    input: { contactId: $id, labelNames: $names }
  ) {
    contact {
      id
      labels { key displayName }
    }
    userErrors { code message field }
  }
}`;

const RENAME = `# The key stays; so do its contacts.
mutation RenameLabel(
  $key: ID!
  $name: String!
) {
  renameLabel(
    input: { key: $key, displayName: $name }
  ) {
    label { key displayName updatedAt }
    userErrors { code message field }
  }
}`;

const BULK_LABEL = `# Goes on in the background;
# ask how far it is with bulkJob(id:).
mutation BulkLabel(
  $ids: [ID!]!
  $add: [ID!]!
) {
  bulkLabelContacts(
    input: {
      filter: { id: { in: $ids } }
      addLabelKeys: $add
    }
  ) {
    job { id status total succeeded }
    userErrors { code message field }
  }
}`;

const MERGE_PREVIEW = `# What a merge would leave; changes nothing.
query MergePreview(
  $target: ID!
  $sources: [ID!]!
) {
  mergePreview(
    targetContactId: $target
    sourceContactIds: $sources
  ) {
    id
    name { full }
    emails { email }
    phones { phone }
    labels { displayName }
  }
}`;

const LABEL_CHANGES = `# Stays open: rename a label elsewhere,
# in another window or in Wix.
subscription LabelChanges {
  labelChanged {
    kind
    changed
    label { key displayName }
  }
}`;

function tab(query, variables) {
  const written = variables && { variables: JSON.stringify(variables, null, 2) };
  return { query, headers: HEADERS_SLOT, ...written };
}

function mostUsed(labels) {
  return labels.toSorted((one, other) => (other.contactCount ?? 0) - (one.contactCount ?? 0));
}

function renamed(name) {
  return name.endsWith(RENAMED) ? name : name + RENAMED;
}

// Members cannot be merged away; who was imported or typed in is hardly one.
function mergeable(contacts, target) {
  const others = contacts.filter((contact) => contact !== target);
  return others.find(({ source }) => ["ADMIN", "IMPORT"].includes(source?.type)) ?? others[0];
}

function tabsFor(labels, contacts) {
  const [label, another = label] = mostUsed(labels);
  const key = label?.key ?? "custom.a-label";
  const [target] = contacts;
  const source = mergeable(contacts, target);
  const ids = contacts.slice(0, 3).map((contact) => contact.id);
  return [
    tab(LABELS),
    tab(CONTACTS_OF_A_LABEL, { key, first: 10 }),
    tab(FIND_AND_LABEL, {
      search: target?.name?.first ?? "A",
      id: target?.id ?? NOBODY,
      names: ["Met At The Fair"],
    }),
    tab(RENAME, {
      key: another?.key ?? key,
      name: renamed(another?.displayName ?? "A label"),
    }),
    tab(BULK_LABEL, { ids: ids.length ? ids : [NOBODY], add: [key] }),
    tab(MERGE_PREVIEW, { target: target?.id ?? NOBODY, sources: [source?.id ?? NOBODY] }),
    tab(LABEL_CHANGES),
  ];
}

export async function starterTabs() {
  const known = await askOnce(KNOWN, PATIENCE);
  return tabsFor(known?.labels?.nodes ?? [], known?.contacts?.nodes ?? []);
}
