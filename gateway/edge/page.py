"""The page that a browser gets: GraphiQL, asking this very endpoint."""

from strawberry.http.ides import get_graphql_ide_html


def graphiql() -> bytes:
    """Build the page."""
    page = get_graphql_ide_html(graphql_ide="graphiql")
    return page.encode()
