"""Write access to findings: recording the result of a run, and acknowledgement by a manager."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.errors import Refused
from common.jobs.queue import enqueue
from common.models import Job, User
from corpus.models import Corpus, Finding, Rater

DETECT = "agreement.detect"  # the kind of job that searches the answers of a corpus for problems
LONGEST_COMMENT = 2000  # characters
# may differ from run to run for the same case
MEASURED = ("rows", "extent_count", "extent_share", "severity", "evidence", "p_value")


def queue_detection(corpus: Corpus, *, here: bool = False) -> Job:
    """Queue the search of a corpus, unless it is queued already; findings that it does not find again end.

    Args:
        corpus: it is searched as it is stored when the job begins.
        here: whether the caller executes the job itself.
    """
    scope = str(corpus.public_id)
    return enqueue(kind=DETECT, args={"corpus": scope}, scope=scope, key=f"{DETECT} {scope}", here=here)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFinding:
    """A finding to record.

    Attributes:
        kind: short name of the kind of case; its texts are the messages `finding.<kind>` and `finding.<kind>.case`.
        rows: the rows concerned, as JSON: `{"utterances": [public id, ...]}`, a range of utterances in the order of the
            corpus `{"first": public id, "last": public id}`, or `{"dialogues": [public id, ...]}`.
        extent_count: number of utterances or dialogues involved.
        extent_share: their share of those that were examined, from 0 to 1.
        severity: one of `Finding.Severity`.
        task: slug of the task or link concerned; empty for none in particular.
        rater: whose answers are concerned; None if the case is not about answers.
        evidence: parameters of the message `finding.<kind>.case`, and further figures.
        p_value: probability of such a case if nothing is wrong, see `agreement.detectors.base.Detection`; None: a fact.
        identity: what tells the case from others of its kind, task and rater while its rows grow; None: its rows.
    """

    kind: str
    rows: Mapping[str, Any]
    extent_count: int
    extent_share: float
    severity: str
    task: str = ""
    rater: Rater | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    p_value: float | None = None
    identity: str | None = None

    def fingerprint(self) -> str:
        """Return a hash that is equal for the same case in a later run: of the kind, task, rater and identity."""
        own: Any = self.rows if self.identity is None else self.identity
        identity = [self.kind, self.task, str(self.rater.public_id) if self.rater else "", own]
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def record_findings(
    *, corpus: Corpus, source: str, findings: Iterable[NewFinding], now: datetime | None = None
) -> list[Finding]:
    """Record the complete result of one run of a detector or importer over a corpus.

    A case that was recorded before keeps its row and its acknowledgement, and its extent, severity and evidence are
    updated. A case that no longer holds is deleted, or marked as gone if it was acknowledged.

    Args:
        corpus: the corpus that was examined.
        source: name of the detector or importer.
        findings: all cases that hold now; of several with the same fingerprint the last one is recorded.
        now: time of the run; defaults to the current time.

    Returns:
        The findings of this source that hold now, in the order given.
    """
    Corpus.objects.select_for_update(no_key=True).get(pk=corpus.pk)  # one run at a time
    now = now or timezone.now()
    found = {finding.fingerprint(): finding for finding in findings}
    of_source = Finding.objects.filter(corpus=corpus, source=source)
    known = {row.fingerprint: row for row in of_source}
    rows = [
        _updated(known[fingerprint], finding, now)
        if fingerprint in known
        else _new(corpus, source, fingerprint, finding, now)
        for fingerprint, finding in found.items()
    ]
    Finding.objects.bulk_update([row for row in rows if row.pk], [*MEASURED, "gone_at", "seen_at"], batch_size=100)
    Finding.objects.bulk_create([row for row in rows if not row.pk], batch_size=100)
    gone = of_source.filter(pk__in=[row.pk for fingerprint, row in known.items() if fingerprint not in found])
    gone.filter(acknowledged_at__isnull=True).delete()
    gone.filter(gone_at__isnull=True).update(gone_at=now)
    return rows


@transaction.atomic
def acknowledge_finding(*, finding: Finding, user: User, comment: str, now: datetime | None = None) -> Finding:
    """Record a person's reason to dismiss a finding; a later one replaces an earlier one.

    Args:
        finding: the finding.
        user: the person.
        comment: the reason.
        now: time of the acknowledgement; defaults to the current time.

    Raises:
        Refused: `finding.gone`, `finding.reason_missing`, `finding.comment_too_long`.
    """
    comment = comment.strip()
    if not comment:
        raise Refused("finding.reason_missing")
    if len(comment) > LONGEST_COMMENT:
        raise Refused("finding.comment_too_long", longest=LONGEST_COMMENT)
    row = Finding.objects.select_for_update().filter(pk=finding.pk).first()
    if row is None:
        raise Refused("finding.gone")
    row.acknowledged_by, row.acknowledged_at, row.comment = user, now or timezone.now(), comment
    row.save(update_fields=["acknowledged_by", "acknowledged_at", "comment"])
    return row


def _new(corpus: Corpus, source: str, fingerprint: str, finding: NewFinding, now: datetime) -> Finding:
    return Finding(
        corpus=corpus,
        source=source,
        kind=finding.kind,
        task=finding.task,
        rater=finding.rater,
        rows=dict(finding.rows),
        extent_count=finding.extent_count,
        extent_share=finding.extent_share,
        severity=finding.severity,
        evidence=dict(finding.evidence),
        p_value=finding.p_value,
        fingerprint=fingerprint,
        found_at=now,
        seen_at=now,
    )


def _updated(row: Finding, finding: NewFinding, now: datetime) -> Finding:
    for name in MEASURED:
        setattr(row, name, getattr(finding, name))
    row.gone_at, row.seen_at = None, now
    return row
