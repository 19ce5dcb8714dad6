// What a page that lists contacts asks, in fragments, as Relay's compiler wants it.

import { graphql } from "relay-runtime";

export const card = graphql`
  fragment contacts_card on Contact @refetchable(queryName: "contactsCardQuery") {
    id
    revision
    company
    labels { displayName }
  }
`;

export const list = graphql`
  fragment contacts_list on Query
  @refetchable(queryName: "contactsListQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 25 }, after: { type: "String" }) {
    contacts(first: $first, after: $after, orderBy: { field: CREATED_AT }) @connection(key: "List_contacts") {
      __id
      totalCount
      edges { node { id ...contacts_card } }
    }
  }
`;

export const page = graphql`
  query contactsPageQuery { ...contacts_list }
`;

export const labelled = graphql`
  query contactsLabelledQuery($key: ID!) {
    label(key: $key) { id contacts(first: 1) { nodes { id company jobTitle } } }
  }
`;

export const labelThem = graphql`
  mutation contactsLabelMutation($contactId: ID!, $labelNames: [String!]!) {
    labelContact(input: { contactId: $contactId, labelNames: $labelNames }) {
      contact { ...contacts_card }
      userErrors { code message field }
    }
  }
`;

export const update = graphql`
  mutation contactsUpdateMutation($input: UpdateContactInput!) {
    updateContact(input: $input) { contact { id } userErrors { code } }
  }
`;

export const create = graphql`
  mutation contactsCreateMutation($info: ContactInfoInput!, $connections: [ID!]!) {
    createContact(input: { info: $info }) {
      contact @appendNode(connections: $connections, edgeTypeName: "ContactEdge") { ...contacts_card }
      userErrors { code message field }
    }
  }
`;

export const remove = graphql`
  mutation contactsDeleteMutation($contactId: ID!, $connections: [ID!]!) {
    deleteContact(input: { contactId: $contactId }) {
      deletedContactId @deleteEdge(connections: $connections)
      userErrors { code message field }
    }
  }
`;

export const changes = graphql`
  subscription contactsChangesSubscription($ids: [ID!]!) {
    contactChanged(ids: $ids) {
      kind
      contactId
      contact { ...contacts_card }
    }
  }
`;
