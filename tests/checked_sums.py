"""Sums of work in every corpus of a test, compared with a full count at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models.signals import post_save

from annotator.domain.figures.conditions import k_of
from annotator.domain.figures.dialogue_work import LAYOUT
from annotator.domain.figures.keeping_sums import difference, next_step
from annotator.models import WorkMark, WorkSums
from corpus.models import Corpus


def with_sums(corpus: Corpus) -> None:
    """Give a corpus without dialogues the sums of nothing."""
    WorkSums.objects.create(corpus=corpus, is_whole=True, figures={"layout": LAYOUT, "sums": {}}, marked_from=0)


def assert_sums_equal_counts(corpus: Corpus) -> None:
    """Compare the sums with a full count: with the marks still there, and after the job."""
    corpus = Corpus.objects.select_related("codebook").get(pk=corpus.pk)
    WorkSums.objects.filter(corpus=corpus).update(k=k_of(corpus))  # nothing is counted before the test's last step
    assert difference(corpus) in ({}, None)  # None: an import changed more dialogues than a page counts
    with transaction.atomic():
        while next_step(corpus)[1]:
            pass
    assert not WorkMark.objects.filter(corpus=corpus.pk).exists()
    assert difference(corpus) == {}


@pytest.fixture
def checked_sums(db: None) -> Iterator[None]:
    """Give each new corpus sums, and compare them at the end of the test."""

    def add(instance: Corpus, *, created: bool, **_signal: Any) -> None:
        if created:
            with_sums(instance)

    post_save.connect(add, sender=Corpus)
    try:
        yield
    finally:
        post_save.disconnect(add, sender=Corpus)
    for corpus in Corpus.objects.order_by("pk"):
        assert_sums_equal_counts(corpus)
    assert not WorkMark.objects.exists()
