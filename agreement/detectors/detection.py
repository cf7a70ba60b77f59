"""Looks at a corpus: all detectors, their findings recorded, and what follows from them."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone

from agreement.detectors.base import Detection
from agreement.detectors.collection import Look, detect_all, spent
from agreement.detectors.lines import CHUNK
from agreement.detectors.material import Material
from agreement.detectors.reading import read_material
from agreement.detectors.registry import DETECTORS
from agreement.models import DetectionLook, DetectionSettings
from annotator.domain.manager.annotators import pause
from common.database.snapshot import snapshot
from common.jobs.queue import JobRun
from corpus.domain.findings import NewFinding, record_findings
from corpus.models import Corpus, Finding, Rater

FIELDS = [field.name for field in fields(Detection) if field.name != "rater"]


def look(*, run: JobRun, corpus: Corpus, now: datetime | None = None) -> dict[str, Any]:
    """Run the job: every registered detector over the corpus.

    Returns:
        `findings`: kind -> number of cases, the most frequent kind first; `paused`: number of members paused.
    """
    began = time.monotonic()
    earlier = DetectionLook.objects.filter(corpus=corpus).first()
    with snapshot():
        material = read_material(corpus)
        raters = {rater.slug: rater for rater in corpus.raters.select_related("membership")}
        open_cases = set(
            Finding.objects.filter(corpus=corpus, gone_at__isnull=True).values_list("fingerprint", flat=True)
        )
    digest, answered = _digest(material), int(material.given.sum())
    level = earlier.level if earlier and earlier.digest == digest else _level(earlier, answered)
    found = detect_all(
        material,
        Look(level, lambda name, case: _new(name, case, raters).fingerprint() in open_cases),
        progress=lambda done, total: run.note(done, total, "detecting"),
    )
    now = now or timezone.now()
    counts = Counter({name: len(cases) for name, cases in found.items() if cases})
    with run.finishing():
        recorded: list[Finding] = []
        for name, cases in found.items():
            new = [_new(name, case, raters) for case in cases]
            recorded += record_findings(corpus=corpus, source=name, findings=new, now=now)
        DetectionLook.objects.update_or_create(
            corpus=corpus,
            defaults={
                "answered": max(answered, earlier.answered if earlier else 0),
                "level": level,
                "digest": digest,
                "looked_at": now,
                "took_ms": round(1000 * (time.monotonic() - began)),
            },
        )
        paused = _pause(corpus, recorded, now)
    return {"findings": dict(counts.most_common())} | ({"paused": paused} if paused else {})


def _level(earlier: DetectionLook | None, answered: int) -> float:
    """Return the share of the level that the answers since the earlier looks add."""
    return max(0.0, spent(answered) - spent(earlier.answered)) if earlier else spent(answered)


def _pause(corpus: Corpus, found: list[Finding], now: datetime) -> int:
    """Pause the members with a severe new finding that is not one of mere disagreement; return their number."""
    settings = DetectionSettings.objects.filter(corpus=corpus, pauses=True).first()
    if settings is None or corpus.archived_at:
        return 0
    memberships = {
        finding.rater.membership
        for finding in found
        if finding.severity == Finding.Severity.SEVERE
        and finding.found_at == now  # a manager who resumed somebody is not overruled by the same finding
        and finding.rater
        and finding.rater.membership
        and may_pause(finding)
    }
    paused = [each for each in memberships if each.is_annotator and each.paused_at is None]
    for membership in paused:
        pause(membership=membership, now=now)
    return len(paused)


def may_pause(finding: Finding) -> bool:
    """Return whether a finding is about more than that a person answers otherwise than others do.

    Agreement that falls from one point on is disagreement, unless the person works much faster from there on.
    """
    if finding.kind not in DETECTORS.names() or DETECTORS[finding.kind].subject not in {"answers", "behaviour"}:
        return False
    return bool(finding.evidence.get("faster", True))


def _new(name: str, case: Detection, raters: Mapping[str, Rater]) -> NewFinding:
    return NewFinding(kind=name, rater=raters.get(case.rater), **{field: getattr(case, field) for field in FIELDS})


def _digest(material: Material) -> str:
    digest = hashlib.sha256(material.codes.data)
    for each in (material.moment, material.active_ms, material.played_ms):
        digest.update(each.data)
    digest.update(b"[")
    for start in range(0, len(material), CHUNK):
        names = material.lines.utterances(np.arange(start, min(start + CHUNK, len(material))))
        digest.update((", " * (start > 0) + repr(names)[1:-1]).encode())
    digest.update(b"]")
    return digest.hexdigest()
