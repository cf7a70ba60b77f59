"""The job that runs the detectors: after imports, while answers come in, and when a manager asks for it."""

from typing import Any

from agreement.detectors import detection, looks
from common.jobs.queue import JobRun, handler
from common.jobs.upkeep import register_upkeep
from corpus.domain.findings import DETECT
from corpus.models import Corpus


@handler(DETECT)
def detect(run: JobRun, *, corpus: str) -> dict[str, Any]:
    """Run every registered detector over the corpus with this public id."""
    row = Corpus.objects.select_related("codebook").get(public_id=corpus)
    return detection.look(run=run, corpus=row)


register_upkeep(kind=DETECT, due=lambda now: [str(each.public_id) for each in looks.corpora_to_look_at(now=now)])
