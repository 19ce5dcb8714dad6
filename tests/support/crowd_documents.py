"""What many callers ask at once: each for one contact, or all for the same lists."""

ONE = "query ($id: ID!) { contact(id: $id) { name { full } labels { displayName } } }"
LISTED = """{
  contacts(first: 10) { nodes { id } }
  labels(first: 10) { nodes { key } }
  contactFacets(types: [ALL_CONTACTS]) { count }
}"""
