"""The job that runs all detectors over a corpus and records their findings."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Detector
from agreement.detectors.corpus_material import CorpusMaterial
from agreement.detectors.registry import DETECTORS
from common.database.snapshot import snapshot
from common.errors import describe
from common.jobs.queue import JobRun, handler
from corpus.domain.findings import DETECT, NewFinding, record_findings
from corpus.models import Corpus, Rater

KIND = DETECT
FIELDS = [field.name for field in fields(Detection)]

describe({"kind.agreement.detect": _("Data check"), "stage.detecting": _("looking for problems in the data")})


@handler(KIND)
def detect(run: JobRun, *, corpus: str) -> dict[str, Any]:
    """Run every registered detector over the corpus with this public id.

    Returns:
        `findings`: kind -> number of cases, the most frequent kind first.
    """
    row = Corpus.objects.select_related("codebook").get(public_id=corpus)
    raters = list(row.raters.order_by("slug"))
    detectors = list(DETECTORS)
    found: dict[str, list[NewFinding]] = {}
    with snapshot():
        for done, detector in enumerate(detectors):
            run.note(done, len(detectors), "detecting")
            found[detector.name] = _findings(detector, row, raters)
    with run.finishing():
        for source, findings in found.items():
            record_findings(corpus=row, source=source, findings=findings)
    counts = Counter({kind: len(findings) for kind, findings in found.items() if findings})
    return {"findings": dict(counts.most_common())}


def _findings(detector: Detector, corpus: Corpus, raters: list[Rater]) -> list[NewFinding]:
    return [
        NewFinding(kind=detector.name, rater=rater, **{name: getattr(case, name) for name in FIELDS})
        for rater in (raters if detector.per_rater else [None])
        for case in detector.detect(CorpusMaterial(corpus, rater))
    ]
