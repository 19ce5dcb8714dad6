"""Settings that bound what operations may ask, callers may take, and the process may hold."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field, NonNegativeInt, PositiveFloat, PositiveInt

from gateway.edge.origins import ANY

_ORIGIN: Final = re.compile(r"https?://[^/\s,?#@]+")

MOST_ROWS: Final = 100
"""Rows of the largest page that Wix's own limits allow (contract 5)."""


def origins_in(text: str) -> tuple[str, ...]:
    """Read a list of origins.

    Raises:
        ValueError: One of them is none.
    """
    origins = tuple(origin.strip() for origin in text.split(",") if origin.strip())
    for origin in origins:
        if origin != ANY and not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin such as https://example.com")
    return origins


def _readable(text: str) -> str:
    origins_in(text)
    return text


RequestSeconds = Annotated[
    PositiveFloat,
    Field(description="How long a request may take, its calls to Wix included."),
]
CostReported = Annotated[
    bool, Field(description="Whether answers tell their cost, in `extensions.cost`.")
]
DocumentAliases = Annotated[PositiveInt, Field(description="Aliases in a GraphQL document.")]
DocumentDirectives = Annotated[
    PositiveInt, Field(description="Directives applied in a GraphQL document.")
]
DocumentOperations = Annotated[PositiveInt, Field(description="Operations in a GraphQL document.")]
DocumentFragments = Annotated[PositiveInt, Field(description="Fragments in a GraphQL document.")]
RootFields = Annotated[
    PositiveInt, Field(description="Fields at the root of one operation, fragments included.")
]
ValidationSeconds = Annotated[
    PositiveFloat,
    Field(description="Processor time that parsing and validating one document may take."),
]
PageSize = Annotated[
    PositiveInt, Field(le=MOST_ROWS, description="Rows of one page, which `first` asks for.")
]
PageRows = Annotated[
    PositiveInt,
    Field(description="Rows of all pages of one operation together, pages in rows multiplied."),
]
RowFields = Annotated[
    PositiveInt,
    Field(description="Fields in all rows of one operation together, each once for each row."),
]
BatchOperations = Annotated[
    NonNegativeInt,
    Field(description="Operations that one request may hold in an array; 0 serves no arrays."),
]
CallerRequests = Annotated[
    PositiveInt,
    Field(description="Requests a minute that each caller may send. Not with `GATEWAY_AUTH=none`."),
]
CallerCalls = Annotated[
    PositiveInt,
    Field(description="Calls to Wix a minute that each caller may cause. Likewise."),
]
ConcurrentOperations = Annotated[
    NonNegativeInt,
    Field(
        description="Operations under way at the same time, per worker; fewer while it is late. "
        "Others are answered with 503. With 0 nobody is turned away."
    ),
]
Connections = Annotated[
    PositiveInt,
    Field(
        description="Connections open at the same time, per worker. Beyond that, whoever has sent "
        "no request for longest is dropped."
    ),
]
LiveConnections = Annotated[
    PositiveInt,
    Field(description="WebSockets and event streams that stay open at the same time, per worker."),
]
HeadSeconds = Annotated[
    PositiveFloat, Field(description="How long a connection may take to send a request's headers.")
]
CorsOrigins = Annotated[
    str,
    AfterValidator(_readable),
    Field(
        description="Origins whose pages may read answers, with commas between; `*` is all of them."
    ),
]
