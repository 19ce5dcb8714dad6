"""graphql-http's server audit judges our endpoint by the GraphQL-over-HTTP specification."""

from tests.support.node import run_node
from tests.support.servers import running_gateway

AUDITS = 61


def test_the_graphql_http_audit_passes_whole() -> None:
    with running_gateway() as gateway:
        audits = run_node("audit.mjs", f"{gateway.origin}/graphql")
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == AUDITS
