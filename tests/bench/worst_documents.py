"""How long the worst documents of legal size are judged, the slowest family of them."""

import gc

from schema.build import build_schema, core_schema
from tests.bench.sample import Sample
from tests.support.judging import Judge
from tests.support.worst_documents import WORST

TIMES = 50


def measure_worst_documents() -> Sample:
    """Judge each family of documents a few times, unseen each time; tell of the slowest one."""
    judge = Judge(core_schema(build_schema()))
    gc.collect()
    gc.freeze()  # as a served process does once it is built
    samples = [
        Sample(f"worst document: {name}", [judge.seconds(text) for _ in range(TIMES)])
        for name, text in WORST.items()
    ]
    gc.unfreeze()
    return max(samples, key=lambda sample: sorted(sample.seconds)[TIMES // 2])
