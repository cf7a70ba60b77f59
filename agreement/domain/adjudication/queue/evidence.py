"""Flags, findings and scores of label errors, which give utterances a place in orders of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from agreement.models import LabelScore
from agreement.models.adjudication import FINDING, FLAG, SCORE
from annotator.models import Flag
from corpus.models import Corpus, Dialogue, Finding, Utterance

SEVERITY = {Finding.Severity.NOTE: 1.0, Finding.Severity.WARNING: 2.0, Finding.Severity.SEVERE: 3.0}
AT_ONCE = 500  # ids of one query


class Evidence:
    """Evidence against the answers to single utterances of a corpus.

    Args:
        corpus: its open flags and its findings that nobody has acknowledged are read at once.
    """

    def __init__(self, corpus: Corpus) -> None:
        flags = Flag.objects.filter(corpus=corpus, state=Flag.State.OPEN)
        self._flags = dict(flags.values_list("utterance").annotate(n=Count("pk")).order_by())
        self._findings: dict[int, float] = {}
        findings = Finding.objects.filter(corpus=corpus, acknowledged_at__isnull=True, gone_at__isnull=True)
        for finding in findings.order_by("pk"):
            severity = SEVERITY[Finding.Severity(finding.severity)]
            for utterance in _utterances(corpus, finding.rows):
                self._findings[utterance] = max(self._findings.get(utterance, 0), severity)

    def with_findings(self) -> set[int]:
        """Return the primary keys of the utterances with findings."""
        return set(self._findings)

    def scores(self, utterances: Sequence[int]) -> dict[int, dict[str, float]]:
        """Return order -> score of the utterances with evidence.

        Args:
            utterances: primary keys.
        """
        highest = LabelScore.objects.filter(utterance__in=utterances).values_list("utterance").annotate(n=Max("score"))
        found: dict[int, dict[str, float]] = {key: {SCORE: score} for key, score in highest.order_by()}
        for order, scores in ((FLAG, self._flags), (FINDING, self._findings)):
            for utterance in utterances:
                if utterance in scores:
                    found.setdefault(utterance, {})[order] = float(scores[utterance])
        return found


def _utterances(corpus: Corpus, rows: dict[str, Any]) -> list[int]:
    """Return the primary keys of the utterances of a finding, see `corpus.domain.findings.NewFinding`.

    Findings about whole dialogues have none: nothing is wrong with single answers.
    """
    if "first" in rows:
        return _range(corpus, rows["first"], rows["last"])
    ids = rows.get("utterances", ())
    found: list[int] = []
    for start in range(0, len(ids), AT_ONCE):
        some = Utterance.objects.filter(public_id__in=ids[start : start + AT_ONCE], dialogue__corpus=corpus)
        found += some.values_list("pk", flat=True)
    return found


def _range(corpus: Corpus, first: str, last: str) -> list[int]:
    ends = Utterance.objects.select_related("dialogue").filter(public_id__in=[UUID(first), UUID(last)])
    places = sorted((each.dialogue.order, each.order) for each in ends if each.dialogue.corpus_id == corpus.pk)
    if not places:
        return []
    (low, low_order), (high, high_order) = places[0], places[-1]
    dialogues = Dialogue.objects.filter(corpus=corpus, order__range=(low, high))
    rows = Utterance.objects.filter(dialogue__in=dialogues).values_list("pk", "dialogue__order", "order")
    return [pk for pk, dialogue, order in rows if (low, low_order) <= (dialogue, order) <= (high, high_order)]
