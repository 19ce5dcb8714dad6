"""How long the worst documents of legal size are judged, the slowest family of them."""

import contextlib
import time

from graphql import GraphQLSchema

from gateway.edge.documents import Documents
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal
from schema.build import build_schema, core_schema
from tests.bench.sample import Sample
from tests.support.worst_documents import WORST

TIMES = 20


def measure_worst_documents() -> Sample:
    """Judge each family of documents a few times, unseen each time; tell of the slowest one."""
    schema = core_schema(build_schema())
    samples = [
        Sample(f"worst document: {name}", [_seconds(schema, text) for _ in range(TIMES)])
        for name, text in WORST.items()
    ]
    return max(samples, key=lambda sample: sorted(sample.seconds)[TIMES // 2])


def _seconds(schema: GraphQLSchema, text: str) -> float:
    documents = Documents(schema, Limits())
    began = time.perf_counter()
    with contextlib.suppress(Refusal):
        documents.prepare(text)
    return time.perf_counter() - began
