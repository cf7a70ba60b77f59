"""Feedback to annotators on decisions that differ from their answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.domain.adjudication.feedback import annotations_with_feedback, phases
from agreement.label_index.index import LabelIndex
from agreement.models import Decision, ShownFeedback
from annotator.models import Batch
from corpus.models import Annotation, Corpus, Rater, Revision
from corpus.rules.label_selection import parse
from tests.agreement.api.adjudicators import Adjudicator, letter_with, take
from tests.agreement.domain.adjudication.material import queued, shares
from tests.agreement.label_index.test_search import found as selected
from tests.agreement.material import utterances

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided() -> Corpus:
    """A corpus in which the answers of the annotator b were taken for both utterances; a differs twice."""
    corpus = queued({"a": "+-", "b": "00", "c": "-0"})
    adjudicator = Adjudicator(corpus)
    for _ in range(2):
        case = adjudicator.claim()
        assert adjudicator.acks(case, take(case, letter_with(case, sentiment="neutral"))) == ["applied"]
    shares(corpus, feedback_allowed=True)
    return corpus


def rater(corpus: Corpus, slug: str) -> Rater:
    found: Rater = corpus.raters.get(slug=slug)
    return found


def close_batches(corpus: Corpus) -> None:
    Batch.objects.filter(corpus=corpus).update(closed_at=timezone.now())


def page(corpus: Corpus, slug: str) -> str:
    client = Client()
    member = rater(corpus, slug).membership
    assert member
    client.force_login(member.user)
    return client.get(reverse("agreement:feedback", args=[corpus.slug])).content.decode()


def test_annotators_see_only_differences_and_only_their_own(decided: Corpus) -> None:
    close_batches(decided)
    assert annotations_with_feedback(rater(decided, "a")).count() == 2
    assert annotations_with_feedback(rater(decided, "b")).count() == 0
    assert annotations_with_feedback(rater(decided, "c")).count() == 1
    shown = page(decided, "a")
    assert shown.count('class="card note"') == 2
    assert str(Decision.objects.first().revisions.get().author) not in shown.split("<main")[1]  # type: ignore[union-attr]


def test_nothing_is_shown_before_the_batch_is_closed(decided: Corpus) -> None:
    assert annotations_with_feedback(rater(decided, "a")).count() == 0
    assert "There is no feedback yet" in page(decided, "a")
    assert not ShownFeedback.objects.exists()


def test_nothing_is_shown_unless_the_corpus_allows_it(decided: Corpus) -> None:
    close_batches(decided)
    shares(decided, feedback_allowed=False)
    assert 'class="card note"' not in page(decided, "a")
    assert not ShownFeedback.objects.exists()


def test_what_was_shown_begins_a_new_phase(decided: Corpus) -> None:
    close_batches(decided)
    assert phases(decided) is None
    hour = timedelta(hours=1)
    for annotation, moment in zip(rater(decided, "a").annotations.order_by("pk"), (-hour, hour), strict=True):
        Revision.objects.create(
            annotation=annotation,
            number=1,
            cause="commit",
            answers=annotation.answers,
            codebook=annotation.codebook,
            created_at=timezone.now() + moment,
        )
        Annotation.objects.filter(pk=annotation.pk).update(updated_at=timezone.now() + moment)
    page(decided, "a")
    page(decided, "a")
    assert ShownFeedback.objects.filter(rater__slug="a").count() == 2, "each decision once"
    found = phases(decided)
    assert found
    before, after = found
    assert [(each.same, each.compared) for each in (before, after)] == [(0, 1), (0, 1)]
    assert before.share == 0
    codes = [each.code for each in utterances(decided)]
    index = LabelIndex.build(decided)
    for word, expected in (("before", codes[:1]), ("after", codes[1:]), ("before_same", []), ("after_same", [])):
        assert selected(decided, index, parse([("case", f"feedback_{word}")])[0]) == expected, word
