"""Words that stand for what must stay where it belongs, and a caller who sends them everywhere.

Whatever is looked through afterwards is looked through for them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import orjson

MAIL: Final = "canary.mail@canary.example"
FRESH: Final = "canary.fresh@canary.example"
PHONE: Final = "020 7946 0958"
BORN: Final = "1815-12-09"
WORD: Final = "canary"
"""Part of every other personal value, whatever its capitals."""

PERSONAL: Final = (WORD, PHONE, "2079460958", BORN)
"""What to look for; the phone as it was sent, and as it is dialled from abroad."""

NOBODY: Final = "00000000-0000-4000-8000-000000000000"


def person(mail: str = MAIL) -> dict[str, Any]:
    """Write a contact whose every personal value is a canary."""
    return {
        "name": {"first": "Canaryfirst", "last": "Canarylast"},
        "emails": [{"email": mail, "tag": "MAIN"}],
        "phones": [{"phone": PHONE, "countryCode": "GB", "tag": "MAIN"}],
        "addresses": [{"tag": "HOME", "line1": "9 Canary Road", "city": "Canaryville"}],
        "birthdate": BORN,
        "company": "Canary Ltd",
        "jobTitle": "Canary keeper",
    }


_SHOWN: Final = """contact {
  id revision name { first last full } emails { email } phones { phone e164 }
  addresses { line1 city formatted } birthdate company
} userErrors { __typename code field message }"""
_TOLD: Final = "userErrors { __typename code field message }"
_KINDS: Final = {
    "createContact": _SHOWN,
    "updateContact": _SHOWN,
    "labelContact": _SHOWN,
    "unlabelContact": _SHOWN,
    "mergeContacts": _SHOWN,
    "deleteContact": f"deletedContactId {_TOLD}",
    "findOrCreateLabel": f"label {{ key }} {_TOLD}",
    "renameLabel": f"label {{ key }} {_TOLD}",
    "deleteLabel": f"deletedLabelKey {_TOLD}",
    "findOrCreateExtendedField": f"extendedField {{ key }} {_TOLD}",
    "renameExtendedField": f"extendedField {{ key }} {_TOLD}",
    "deleteExtendedField": f"deletedKey {_TOLD}",
    "bulkLabelContacts": f"job {{ id }} {_TOLD}",
    "bulkUpdateContacts": f"job {{ id }} {_TOLD}",
    "bulkDeleteContacts": f"job {{ id }} {_TOLD}",
}


def document_of(mutation: str) -> str:
    """Write an operation of one mutation that shows all it can."""
    kind = mutation[0].upper() + mutation[1:]
    return (
        f"mutation ($given: {kind}Input!) {{ {mutation}(input: $given) {{ {_KINDS[mutation]} }} }}"
    )


@dataclass
class Careless:
    """Sends canaries, and keeps what is answered beside the data."""

    client: httpx.Client
    headers: Mapping[str, str]
    beside: list[str] = field(default_factory=list)
    """Errors, extensions and headers of every answer."""
    data: list[str] = field(default_factory=list)

    def send(self, content: Any, **headers: str) -> Any:
        """Send a body; tell the answer's data."""
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        told = {"content-type": "application/json", **self.headers, **headers}
        return self._keep(self.client.post("/graphql", content=body, headers=told))

    def ask(self, query: str, **variables: Any) -> Any:
        """Send an operation; tell its data."""
        return self.send({"query": query, "variables": variables})

    def do(self, mutation: str, **given: Any) -> Any:
        """Send a mutation; tell its payload."""
        data = self.send({"query": document_of(mutation), "variables": {"given": given}})
        return (data or {}).get(mutation)

    def get(self, path: str, **query: str) -> None:
        """Get anything."""
        self._keep(self.client.get(path, params=query, headers=self.headers))

    def post(self, path: str, content: str) -> None:
        """Post anything."""
        self._keep(self.client.post(path, content=content.encode()))

    def _keep(self, answer: httpx.Response) -> Any:
        self.beside.append(str(answer.headers))
        try:
            body = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            self.beside.append(answer.text)
            return None
        data = body.pop("data", None) if isinstance(body, dict) else None
        self.data.append(orjson.dumps(data).decode())
        self.beside.append(orjson.dumps(body).decode())
        return data


def every_mutation(caller: Careless, name: str) -> None:
    """Do everything once, with names of labels and fields that are in use nowhere else."""
    made = [
        caller.do("createContact", info=person(f"{name}.{n}.{MAIL}"), allowDuplicates=True)
        for n in range(2)
    ]
    contacts = [(one or {}).get("contact") or {"id": NOBODY, "revision": 1} for one in made]
    keeps, goes = (contact["id"] for contact in contacts)
    label = _key(caller.do("findOrCreateLabel", displayName=name), "label")
    field_key = _key(
        caller.do("findOrCreateExtendedField", displayName=name, dataType="TEXT"), "extendedField"
    )
    values = [{"key": field_key, "value": "canary value"}]
    caller.do(
        "updateContact",
        contactId=keeps,
        revision=1,
        changes={**person(f"{name}.{FRESH}"), "extendedFields": values},
    )
    caller.do("labelContact", contactId=keeps, labelKeys=[label])
    caller.do("unlabelContact", contactId=keeps, labelKeys=[label])
    caller.do("mergeContacts", targetContactId=keeps, targetRevision=4, sourceContactIds=[goes])
    caller.do("renameLabel", key=label, displayName=f"{name} two")
    caller.do("renameExtendedField", key=field_key, displayName=f"{name} two")
    chosen = {"filter": {"email": {"eq": f"{name}.{FRESH}"}}, "search": "Canaryfirst"}
    caller.do("bulkLabelContacts", **chosen, addLabelKeys=[label])
    caller.do("bulkUpdateContacts", **chosen, changes={"company": "Canary Two"})
    caller.do("deleteLabel", key=label)
    caller.do("deleteExtendedField", key=field_key)
    caller.do("bulkDeleteContacts", **chosen)
    caller.do("deleteContact", contactId=keeps)


def _key(payload: Any, made: str) -> str:
    return str(((payload or {}).get(made) or {"key": "custom.none"})["key"])


def every_look(caller: Careless) -> None:
    """Ask for people in every way, by values that are canaries."""
    rows = "{ nodes { id name { full } emails { email } } totalCount }"
    caller.ask(f'{{ contacts(search: "Canaryfirst") {rows} }}')
    caller.ask(f"query ($text: String!) {{ contacts(search: $text) {rows} }}", text="Canarylast")
    for name, value in _conditions():
        caller.ask(f"{{ contacts(filter: {{ {name}: {{ {value} }} }}) {rows} }}")
    caller.ask(
        "{ contacts(orderBy: { field: FIRST_NAME, direction: ASC }, first: 5) "
        "{ nodes { birthdate } pageInfo { endCursor } } }"
    )
    caller.ask("{ contactFacets { type key displayName count } }")


def _conditions() -> Iterator[tuple[str, str]]:
    yield "email", f'eq: "{MAIL}"'
    yield "firstName", 'startsWith: "Canary"'
    yield "phone", f'eq: "{PHONE}"'
    yield "birthdate", f'eq: "{BORN}"'


_WRONG: Final[tuple[dict[str, Any], ...]] = (
    {"emails": [{"email": "canary@@canary"}]},
    {"emails": "canary"},
    {"emails": [{"email": {"canary": "canary"}}]},
    {"emails": [{"email": 7, "unknown": "canary"}]},
    {"phones": [{"phone": "canary", "countryCode": "GB"}]},
    {"phones": [{"phone": PHONE, "countryCode": "Canaria"}]},
    {"birthdate": "1815-canary"},
    {"birthdate": "1815-12-99 canary"},
    {"birthdate": ["canary"]},
    {"name": "canary"},
    {"name": {"first": ["canary"]}},
    {"name": {"first": "Canary" * 100}},
    {"addresses": [{"country": "Canaria", "city": "Canaryville"}]},
    {"addresses": [{"tag": "CANARY"}]},
    {"extendedFields": [{"key": "custom.none", "value": "canary"}]},
    {"extendedFields": [{"key": "custom.none", "value": {"canary": "canary"}}]},
    {"labelKeys": ["custom.none"]},
    {"strange": "canary"},
    {},
)
_SLIPS: Final = (
    '{ contact(id: "canary@canary.example") { id } }',
    '{ node(id: "canary") { id } }',
    '{ contacts(after: "canary") { totalCount } }',
    '{ contacts(first: "canary") { totalCount } }',
    "{ contacts(search: canary) { totalCount } }",
    '{ contacts(search: ["canary"]) { totalCount } }',
    '{ contacts(filter: { email: "canary" }) { totalCount } }',
    '{ contacts(filter: { birthdate: { eq: "canary" } }) { totalCount } }',
    '{ contacts(filter: { createdAt: { gt: "canary" } }) { totalCount } }',
    '{ contacts(orderBy: { field: "canary" }) { totalCount } }',
    '{ contacts(search: "canary) { totalCount } }',
    '{ contacts("canary") { totalCount } }',
    '{ contacts """canary""" { totalCount } }',
    '{ _entities(representations: [{ __typename: "canary", id: "canary" }]) { __typename } }',
    '{ _entities(representations: ["canary"]) { __typename } }',
    'mutation { createContact(input: { info: { emails: ["canary"] } }) { userErrors { code } } }',
    'mutation { createContact(input: { info: { birthdate: "canary" } }) { userErrors { code } } }',
)


def every_slip(caller: Careless) -> None:
    """Make mistakes of every kind, about canaries."""
    duplicate = {"info": person(), "allowDuplicates": False}
    for _ in range(2):
        caller.do("createContact", **duplicate)
    for info in _WRONG:
        caller.do("createContact", info=info)
        caller.do("updateContact", contactId="canary", revision="canary", changes=info)
    for text in _SLIPS:
        caller.ask(text)
    for variables in ("canary", ["canary"], {"n": "canary"}):
        caller.send(
            {
                "query": "query ($n: Int) { contacts(first: $n) { totalCount } }",
                "variables": variables,
            }
        )
    for body in (
        b"canary",
        b'"canary"',
        b'{"query": "canary',
        b'["canary"]',
        b'{"query": {"canary": 1}}',
        b'{"documentId": "canary"}',
        b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "canary"}}}',
    ):
        caller.send(body)
    caller.get("/graphql", query='{ contacts(search: "canary") { totalCount } }')
    caller.get("/graphql", query="canary", variables="canary")
