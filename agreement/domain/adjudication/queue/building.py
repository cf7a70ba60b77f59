"""The job that computes the queue: all cases, or those of the dialogues that have changed.

It works dialogue by dialogue in small transactions. Each locks the cases before it reads the annotations, so an
annotation that changes meanwhile marks its case again afterwards. Killed in between, the next run continues.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from agreement.domain.adjudication.queue import requests
from agreement.domain.adjudication.queue.cases import CaseWriter, lock_cases, withdraw_cases
from agreement.domain.adjudication.queue.evidence import Evidence
from agreement.domain.adjudication.queue.giving_way import giving_way, wait_briefly
from agreement.domain.adjudication.queue.material import QueueMaterial
from agreement.domain.adjudication.queue.ranks import DISAGREEMENT, QUESTION
from agreement.domain.adjudication.queue.scales import Scales, quantiles_of
from agreement.models import AdjudicationCase, AdjudicationQueue, AdjudicationSettings, CaseRank
from agreement.models.adjudication import FINDING
from common.errors import Refused
from common.jobs.queue import JobRun
from corpus.domain.structure.archiving import require_writable
from corpus.models import CodebookVersion, Corpus, Dialogue, Utterance

DIALOGUES = 40  # of one transaction; on SQLite every save waits for it
IN_FLIGHT = timedelta(seconds=30)  # what was begun before the job may be committed after it has read


def build_queue(*, run: JobRun, corpus: Corpus, whole: bool = False) -> dict[str, Any]:
    """Compute the queue of a corpus.

    Args:
        run: the attempt.
        corpus: with its codebook.
        whole: compute all cases, not only those of dialogues that have changed.

    Returns:
        `cases`, the number computed.

    Raises:
        Refused: `agreement.no_codebook`, `agreement.codes_missing`, `corpus.archived`.
    """
    require_writable(corpus)
    if corpus.codebook is None:
        raise Refused("agreement.no_codebook")
    settings, _ = AdjudicationSettings.objects.get_or_create(corpus=corpus)
    queue = AdjudicationQueue.objects.filter(corpus=corpus).select_related("corpus").first()
    if queue is None or whole or requests.needs_all(queue):
        return {"cases": _build_all(run, corpus, corpus.codebook, settings)}
    began = timezone.now()
    dialogues = list(requests.changed_dialogues(queue).values_list("pk", flat=True))
    if requests.findings_changed(queue):
        dialogues = sorted({*dialogues, *_dialogues_of_findings(corpus)})
    scales = Scales.from_json(corpus.codebook.rules(), queue.frequencies)
    cases = _write(run, CaseWriter(corpus, corpus.codebook, scales, settings), dialogues)
    with run.finishing():
        AdjudicationQueue.objects.filter(corpus=corpus).update(read_until=began - IN_FLIGHT)
    return {"cases": cases}


def build_dialogue(*, corpus: Corpus, dialogue: Dialogue) -> None:
    """Compute the cases of one dialogue now, for someone who opens an utterance that the queue does not have yet.

    Raises:
        Refused: `adjudication.no_queue`.
    """
    queue = AdjudicationQueue.objects.filter(corpus=corpus, codebook=corpus.codebook_id).first()
    if queue is None or corpus.codebook is None:
        raise Refused("adjudication.no_queue")
    settings, _ = AdjudicationSettings.objects.get_or_create(corpus=corpus)
    scales = Scales.from_json(corpus.codebook.rules(), queue.frequencies)
    _write_at_once(CaseWriter(corpus, corpus.codebook, scales, settings), [dialogue.pk])


def _build_all(run: JobRun, corpus: Corpus, codebook: CodebookVersion, settings: AdjudicationSettings) -> int:
    began = timezone.now()
    run.progress(0, 0, "reading_labels")
    material = QueueMaterial(corpus, codebook)
    scales = Scales.of_profiles(codebook.rules(), *material.reader.profiles(material.annotations()))
    known = AdjudicationCase.objects.filter(corpus=corpus).values("utterance__dialogue")
    complete = set(material.dialogues().values_list("pk", flat=True))
    dialogues = sorted(complete | set(Dialogue.objects.filter(pk__in=known).values_list("pk", flat=True)))
    cases = _write(run, CaseWriter(corpus, codebook, scales, settings), dialogues)
    run.progress(0, 0, "agreement.placing_audits")
    _measure_orders(corpus, scales)
    audited = AdjudicationCase.objects.filter(corpus=corpus, is_audit=True)
    of_audited = audited.values_list("utterance__dialogue", flat=True).distinct().order_by("utterance__dialogue")
    _write(run, CaseWriter(corpus, codebook, scales, settings), list(of_audited))
    with run.finishing():
        AdjudicationQueue.objects.update_or_create(
            corpus=corpus,
            defaults={
                "codebook": codebook,
                "frequencies": scales.as_json(),
                "read_until": began - IN_FLIGHT,
                "built_at": timezone.now(),
            },
        )
    return cases


def _write(run: JobRun, writer: CaseWriter, dialogues: Sequence[int]) -> int:
    cases = 0
    for start in range(0, len(dialogues), DIALOGUES):
        run.progress(start, len(dialogues), "agreement.comparing")
        some = dialogues[start : start + DIALOGUES]
        cases += giving_way(partial(_write_at_once, writer, some))
    return cases


@transaction.atomic
def _write_at_once(writer: CaseWriter, dialogues: Sequence[int]) -> int:
    wait_briefly()
    locked = lock_cases(dialogues)
    profiles = writer.material.profiles(dialogues)
    withdraw_cases([case for case in locked if case.utterance_id not in profiles])
    return writer.write(profiles, now=timezone.now())


def _measure_orders(corpus: Corpus, scales: Scales) -> None:
    """Set the size of each order, and the scores between which audited utterances are placed."""
    ranks = CaseRank.objects.filter(corpus=corpus, place=1, case__is_audit=False)
    for order in (DISAGREEMENT, *(f"{QUESTION}{each.column.slug}" for each in scales.questions)):
        scores = list(ranks.filter(order=order).values_list("score", flat=True).order_by())
        scales.sizes[order], scales.quantiles[order] = len(scores), quantiles_of(scores)


def _dialogues_of_findings(corpus: Corpus) -> list[int]:
    """Return the dialogues of utterances that have findings and are not in their order, or the other way round."""
    ranked = CaseRank.objects.filter(corpus=corpus, order=FINDING).values_list("case__utterance", flat=True)
    changed = sorted(set(ranked) ^ Evidence(corpus).with_findings())
    found: set[int] = set()
    for start in range(0, len(changed), 500):
        some = Utterance.objects.filter(pk__in=changed[start : start + 500])
        found.update(some.values_list("dialogue", flat=True))
    return sorted(found)
