"""Helpers of the tests of sums of work."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any

import pytest
from django.db import transaction

from agreement.judgements.raters import offered_raters
from annotator.domain.batches.batch_progress import batches
from annotator.domain.figures import corpus_work, own_work, work_sums
from annotator.domain.figures.keeping_sums import next_step
from annotator.domain.manager import progress
from annotator.models import WorkMark, WorkSums
from corpus.models import Corpus, Rater
from tests.annotator.calibrated import newcomer, work_through


def run_once(corpus: Corpus) -> None:
    goes_on = True
    while goes_on:
        with transaction.atomic():
            _dialogues, goes_on = next_step(corpus)


def sum_up(corpus: Corpus) -> Corpus:
    """Let the job bring the sums up to date; return the corpus as a request reads it.

    PostgreSQL may have older transactions, of other databases, too, that the first count waits for.
    """
    corpus = Corpus.objects.select_related("codebook").get(pk=corpus.pk)
    deadline = monotonic() + 60
    run_once(corpus)
    while not WorkSums.objects.filter(corpus=corpus, is_whole=True).exists():
        assert monotonic() < deadline
        sleep(0.05)
        run_once(corpus)
    return corpus


def shown(corpus: Corpus) -> dict[str, Any]:
    """Return what pages show of the work."""
    people = [(each.pk, each.done, each.open, each.labelled, each.active_ms) for each in progress.people(corpus=corpus)]  # type: ignore[attr-defined]
    return {
        "totals": corpus_work.totals(corpus=corpus),
        "labelled": corpus_work.labelled_utterances(corpus=corpus),
        "people": people,
        "own": [own_work.utterances_labelled(rater=rater) for rater in corpus.raters.order_by("pk")],
        "offered": [(rater.slug, rater.labels) for rater in offered_raters(corpus)],  # type: ignore[attr-defined]
        "batches": [(each.name, each.free, each.held, each.done, each.all) for each in batches(corpus=corpus)],  # type: ignore[attr-defined]
    }


def assert_pages_agree_with_a_count(corpus: Corpus) -> None:
    """Compare what pages show by sums and marks, by sums alone, and by counting."""
    corpus = Corpus.objects.select_related("codebook").get(pk=corpus.pk)
    assert work_sums.work_sums(corpus) is not None
    by_marks = shown(corpus)
    sum_up(corpus)
    assert not WorkMark.objects.exists()
    by_sums = shown(corpus)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkSums, "objects", WorkSums.objects.none())
        assert work_sums.work_sums(corpus) is None
        counted = shown(corpus)
    assert by_marks == by_sums == counted


def newcomer_let_through(corpus: Corpus) -> Rater:
    rater = newcomer(corpus)
    work_through(rater)
    work_through(rater)
    return rater
