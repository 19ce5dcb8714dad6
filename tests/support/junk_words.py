"""The words that junk is made of."""

import re
from typing import Any

SEEDS = (
    "{ viewer { subject siteId scopes } rateLimit { limit remaining resetAt } }",
    '{ node(id: "custom.vip") { id } nodes(ids: ["x", "contacts.customers"]) { __typename id } }',
    (
        "query A($first: Int! = 3, $filter: ContactFilter) { contacts("
        "first: $first, filter: $filter) { nodes { id labels { key } } totalCount } }"
    ),
    (
        '{ contacts(search: "a", orderBy: {field: CREATED_AT, direction: DESC}, after: "x")'
        " { edges { cursor node { ...F } } } } fragment F on Contact { id primaryEmail { email } }"
    ),
    '{ labels(first: 2, filter: {displayName: {startsWith: "V"}}) { nodes { key contactCount } } }',
    '{ contact(id: "00000000-0000-4000-8000-000000000000") { id } label(key: "a.b") { id } }',
    '{ _entities(representations: [{__typename: "Contact", id: "x"}, 7]) { __typename } }',
    'mutation { findOrCreateLabel(input: {displayName: ""}) { userErrors { message field } } }',
    "mutation M($i: LabelContactInput!) { labelContact(input: $i) { contact { id } } }",
    (
        'mutation { updateContact(input: {contactId: "x", revision: 1, changes: {company: null}})'
        " { userErrors { code field } } }"
    ),
    "mutation { bulkDeleteContacts(input: {filter: {}}) { userErrors { code } } }",
    (
        'mutation { mergeContacts(input: {targetContactId: "", targetRevision: 9, sourceContactIds:'
        " []}) { userErrors { code } } }"
    ),
    '{ __schema { types { name fields { name } } } __type(name: "Contact") { name } }',
)
"""Operations to spoil; each names things that exist."""

TOKEN = re.compile(r'"[^"]*"|\.\.\.|[_A-Za-z]\w*|-?\d+|[{}()\[\]:$!=|&@]')
STRANGE_TOKENS = (
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "...",
    "$",
    "@",
    "!",
    "=",
    ":",
    "|",
    "null",
    "true",
    "on",
    "fragment",
    "query",
    "mutation",
    "subscription",
    "@skip(if: true)",
    "@include",
    "-0",
    "1e400",
    "99999999999999999999",
    '"""',
    '"\\u0000"',
    '"\\ud800"',
    '"\U0001f3c3"',
    "#",
    "\ufeff",
    "\x00",
    "__typename",
    "$x",
    "{a",
    "''",
    "\\",
    "🏃",
    "9" * 500,
)
STRANGE_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    7,
    2**31,
    2**53,
    10**30,
    1.5,
    -1e308,
    "",
    " ",
    "a" * 5_000,
    "\x00",
    "\ud800",
    "custom.vip",
    "../../etc/passwd",
    "%2e%2e/",
    "' OR 1=1 --",
    "<script>",
    "00000000-0000-4000-8000-000000000000",
    "\U0001f3c3",
    "2026-02-30",
    "9999-99-99T99:99:99Z",
    [],
    {},
    [None],
    {"": None},
    [[[[]]]],
    {"__proto__": {}},
)
CONTENT_TYPES = (
    *("application/json",) * 60,
    "application/json; charset=utf-8",
    "text/plain",
    "",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=\x7f",
    "application/graphql",
)
ACCEPTS = (
    *("*/*", "application/json", "application/graphql-response+json") * 20,
    "text/html",
    "",
    ";;,,;q=",
    "application/json;q=nan",
    "application/json;q=-1",
    "a" * 3_000,
)
METHODS = ("POST",) * 40 + ("GET",) * 6 + ("PUT", "DELETE")
