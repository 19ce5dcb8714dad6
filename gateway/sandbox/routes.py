"""The emulated Wix routes as one ASGI application."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from gateway.sandbox.bulk import jobs
from gateway.sandbox.bulk import routes as bulk
from gateway.sandbox.contacts import facets, merge, submit
from gateway.sandbox.contacts import queries as contact_queries
from gateway.sandbox.contacts import routes as contact_routes
from gateway.sandbox.definitions import field_routes, label_routes
from gateway.sandbox.ports import Clock, NewId, Publish, Settings
from gateway.sandbox.refusals import Refusal, plain
from gateway.sandbox.request import Request, body_of, query_of
from gateway.sandbox.routing import Route, Router
from gateway.sandbox.site import Site
from gateway.sandbox.store import Store

_LABELS = "/contacts/v4/labels"
_FIELDS = "/contacts/v4/extended-fields"
_CONTACTS = "/contacts/v4/contacts"
_BULK = "/contacts/v4/bulk"

ROUTES: tuple[Route, ...] = (
    Route("GET", _LABELS, label_routes.list_labels),
    Route("POST", _LABELS, label_routes.find_or_create_label, writes=True),
    Route("POST", f"{_LABELS}/query", label_routes.query_labels),
    Route("GET", f"{_LABELS}/{{key}}", label_routes.get_label),
    Route("PATCH", f"{_LABELS}/{{key}}", label_routes.update_label, writes=True),
    Route("DELETE", f"{_LABELS}/{{key}}", label_routes.delete_label, writes=True),
    Route("GET", _FIELDS, field_routes.list_fields),
    Route("POST", _FIELDS, field_routes.find_or_create_field, writes=True),
    Route("POST", f"{_FIELDS}/query", field_routes.query_fields),
    Route("GET", f"{_FIELDS}/{{key}}", field_routes.get_field),
    Route("PATCH", f"{_FIELDS}/{{key}}", field_routes.update_field, writes=True),
    Route("DELETE", f"{_FIELDS}/{{key}}", field_routes.delete_field, writes=True),
    Route("GET", _CONTACTS, contact_queries.list_contacts),
    Route("POST", _CONTACTS, contact_routes.create_contact, writes=True),
    Route("POST", f"{_CONTACTS}/query", contact_queries.query_contacts),
    Route("GET", f"{_CONTACTS}/facets", facets.list_facets),
    Route("POST", f"{_CONTACTS}/facets/query", facets.query_facets),
    Route("GET", f"{_CONTACTS}/{{id}}", contact_routes.get_contact),
    Route("PATCH", f"{_CONTACTS}/{{id}}", contact_routes.update_contact, writes=True),
    Route("DELETE", f"{_CONTACTS}/{{id}}", contact_routes.delete_contact, writes=True),
    Route("POST", f"{_CONTACTS}/{{id}}/labels", contact_routes.label_contact, writes=True),
    Route("DELETE", f"{_CONTACTS}/{{id}}/labels", contact_routes.unlabel_contact, writes=True),
    Route("POST", f"{_CONTACTS}/{{id}}/merge", merge.merge_contacts, writes=True),
    Route("POST", f"{_CONTACTS}/{{id}}/preview-merge", merge.preview_merge),
    Route("POST", f"{_BULK}/contacts/delete", bulk.bulk_delete, writes=True),
    Route("POST", f"{_BULK}/contacts/update", bulk.bulk_update, writes=True),
    Route("POST", f"{_BULK}/contacts/add-remove-labels", bulk.bulk_relabel, writes=True),
    Route("GET", f"{_BULK}/jobs", jobs.list_jobs),
    Route("GET", f"{_BULK}/jobs/{{id}}", jobs.get_job),
    Route("GET", f"{_BULK}/contact/jobs", jobs.list_jobs),
    Route("GET", f"{_BULK}/contact/jobs/{{id}}", jobs.get_job),
    Route("POST", "/contacts/v4/contact-submit", submit.append_or_create, writes=True),
)
"""Every endpoint; literals stand before the parameters they would otherwise match."""


class Routes:
    """Answers HTTP requests from the site; an ASGI application without a lifespan."""

    def __init__(self, site: Site, routes: Iterable[Route] = ROUTES) -> None:
        self._site = site
        self._router = Router(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: 200 and a JSON object, or the refusal."""
        try:
            status, body = 200, await self._answer(scope, receive)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        await _send_json(send, status, body)

    def run_due_jobs(self) -> None:
        """Let bulk jobs do the work that is due; every request does this first."""
        if jobs.any_due(self._site.reading()):
            with self._site.writing() as work:
                jobs.run_due(work)

    async def _answer(self, scope: Scope, receive: Receive) -> Mapping[str, Any]:
        path = scope.get("raw_path") or scope["path"].encode()
        found = self._router.find(scope["method"], path)
        if found is None:
            raise plain(404)
        route, params = found
        most = self._site.settings.behaviour.max_body_bytes
        body = {} if route.method == "GET" else await body_of(receive, most=most)
        identity = scope.get("state", {}).get("identity")
        known = {} if identity is None else {"identity": identity}
        request = Request(params=params, query=query_of(scope), body=body, **known)
        self.run_due_jobs()
        return self._handle(route, request)

    def _handle(self, route: Route, request: Request) -> Mapping[str, Any]:
        if not route.writes:
            return route.handler(self._site.reading(), request)
        with self._site.writing() as work:
            return route.handler(work, request)


def create_routes(
    store: Store, publish: Publish, settings: Settings, clock: Clock, new_id: NewId
) -> Routes:
    """Put the emulated routes together.

    ``publish`` is told of every committed change; ``settings`` may be changed at any time.
    """
    return Routes(Site(store, publish, settings, clock, new_id))


async def _send_json(send: Send, status: int, body: Mapping[str, Any]) -> None:
    content = orjson.dumps(body)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
