from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from agreement.detectors.base import Detection, Kind, Severity, Subject
from agreement.detectors.looks import SOON, corpora_to_look_at
from agreement.detectors.material import Material
from agreement.detectors.registry import DETECTORS, register
from agreement.domain.findings.settings import change_pausing
from agreement.models import DetectionLook
from annotator.domain.manager.annotators import resume
from annotator.models import Assignment
from common.jobs.queue import execute
from corpus.domain.findings import queue_detection
from corpus.models import Annotation, Corpus, Finding, Rater
from tests.agreement.material import judge, judged, utterances

pytestmark = [pytest.mark.django_db, pytest.mark.database]


class Negative(Kind):
    """Finds raters with negative answers."""

    name = "negative_raters"
    summary = case = "negative answers"
    subject: Subject = "answers"
    severity: Severity = "severe"

    def detect(self, material: Material) -> Iterator[Detection]:
        for rater, owner in enumerate(material.raters):
            rows = np.flatnonzero(material.values("sentiment")[rater] == 0)
            if len(rows):
                yield Detection(
                    rows=material.place(rows),
                    extent_count=len(rows),
                    extent_share=1,
                    severity=self.severity,
                    rater=owner.slug,
                    identity="",
                )


@pytest.fixture
def negative() -> Iterator[Negative]:
    detector = Negative()
    register(detector)
    yield detector
    DETECTORS.unregister(detector.name)


def look(corpus: Corpus) -> dict[str, Any]:
    job = queue_detection(corpus, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert not job.error_code, job.error_params
    return dict(job.result or {})


def is_paused(corpus: Corpus, slug: str) -> bool:
    return Rater.objects.get(corpus=corpus, slug=slug).membership.paused_at is not None  # type: ignore[union-attr]


def test_looks_spend_the_level_as_answers_come_in_and_an_equal_look_spends_nothing() -> None:
    corpus = judged({"a": "-+", "b": "--"})
    look(corpus)
    first = DetectionLook.objects.get()
    look(corpus)
    again = DetectionLook.objects.get()
    assert (again.level, again.digest, again.answered) == (first.level, first.digest, 4)
    assert again.looked_at > first.looked_at
    Annotation.objects.filter(rater__slug="a").update(codes=Annotation.objects.filter(rater__slug="b")[1].codes)
    look(corpus)
    assert DetectionLook.objects.get().level == 0, "other answers, but not more of them"


@pytest.mark.usefixtures("negative")
def test_a_severe_finding_pauses_its_annotator_only_if_the_corpus_says_so() -> None:
    corpus = judged({"a": "-+", "b": "++"})
    assert "paused" not in look(corpus)
    assert not is_paused(corpus, "a")
    Finding.objects.all().delete()
    change_pausing(corpus=corpus, pauses=True)
    assert look(corpus)["paused"] == 1
    assert is_paused(corpus, "a")
    assert not is_paused(corpus, "b")
    membership = Rater.objects.get(corpus=corpus, slug="a").membership
    assert membership is not None
    resume(membership=membership)
    assert "paused" not in look(corpus), "the manager resumed them, knowing the finding"
    assert not is_paused(corpus, "a")


@pytest.mark.parametrize(
    ("subject", "severity"), [("disagreement", "severe"), ("results", "severe"), ("behaviour", "warning")]
)
def test_disagreement_results_and_lesser_findings_pause_nobody(
    negative: Negative, subject: Subject, severity: Severity
) -> None:
    negative.subject, negative.severity = subject, severity
    corpus = judged({"a": "-+", "b": "++"})
    change_pausing(corpus=corpus, pauses=True)
    assert "paused" not in look(corpus)
    assert Finding.objects.count() == 1
    assert not is_paused(corpus, "a")


def test_a_corpus_is_looked_at_soon_after_a_dialogue_was_handed_in() -> None:
    corpus = judged({"a": "-+", "b": "--"})
    now = timezone.now()
    assert list(corpora_to_look_at(now=now)) == [corpus]
    look(corpus)
    assert not list(corpora_to_look_at(now=now + timedelta(minutes=5)))
    DetectionLook.objects.update(looked_at=now)
    Assignment.objects.update(ended_at=now + timedelta(seconds=1))
    assert not list(corpora_to_look_at(now=now + SOON / 2))
    assert list(corpora_to_look_at(now=now + SOON)) == [corpus]
    DetectionLook.objects.update(took_ms=60_000)
    assert not list(corpora_to_look_at(now=now + SOON)), "a long look is followed by a longer rest"


def test_answers_of_people_and_their_times_are_read(negative: Negative) -> None:
    corpus = judged({"a": "-+", "b": "--"})
    judge(
        Rater.objects.get(corpus=corpus, slug="a"),
        utterances(corpus)[0].__class__.objects.create(
            dialogue=utterances(corpus)[0].dialogue, order=9, code="more", text="more"
        ),
        sentiment="negative",
    )
    look(corpus)
    found = {each.rater.slug: each.extent_count for each in Finding.objects.all() if each.rater}
    assert found == {"a": 2, "b": 2}
