"""The operations of a trace, as people's programs ask them."""

from collections.abc import Iterator
from typing import Any

_ROW = "id revision name { full } company primaryEmail { email } labels { key displayName }"

READS = {
    "contact": f"query ($id: ID!) {{ contact(id: $id) {{ {_ROW} }} }}",
    "contacts of a label": f"""query ($key: ID!) {{
      label(key: $key) {{
        key displayName contacts(first: 20) {{ totalCount nodes {{ {_ROW} }} }}
      }}
    }}""",
    "nodes": f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Contact {{ {_ROW} }} }} }}",
    "search": f"""query ($text: String!) {{
      contacts(first: 20, search: $text) {{ totalCount nodes {{ {_ROW} }} }}
    }}""",
    "labels counted": "{ labels(first: 60) { nodes { key displayName contactCount } } }",
    "at a company": f"""query ($company: String!) {{
      contacts(first: 20, filter: {{company: {{eq: $company}}}}) {{ totalCount nodes {{ {_ROW} }} }}
    }}""",
    "newest": f"""{{
      contacts(first: 20, orderBy: {{field: CREATED_AT, direction: DESC}}) {{
        totalCount nodes {{ {_ROW} }}
      }}
    }}""",
    "facets": "{ contactFacets { type key count } }",
}
"""Each read by its kind."""


def _mutation(name: str, selected: str) -> str:
    kind = name[0].upper() + name[1:]
    return f"""mutation ($given: {kind}Input!) {{
      {name}(input: $given) {{ {selected} userErrors {{ code }} }}
    }}"""


WRITES = {
    "label": _mutation("labelContact", "contact { id revision labelKeys }"),
    "unlabel": _mutation("unlabelContact", "contact { id revision labelKeys }"),
    "update": _mutation("updateContact", "contact { id revision company }"),
    "create": _mutation("createContact", "contact { id revision }"),
    "delete": _mutation("deleteContact", "deletedContactId"),
    "rename": _mutation("renameLabel", "label { key displayName }"),
    "bulk": _mutation("bulkLabelContacts", "job { id }"),
}
"""Each write by its kind; all take ``$given``."""


def contacts_in(data: Any) -> Iterator[dict[str, Any]]:
    """Find every contact in an answer."""
    if isinstance(data, dict):
        if "revision" in data:
            yield data
        data = data.values()
    elif not isinstance(data, list):
        return
    for each in data:
        yield from contacts_in(each)
