"""The order of the queue by scores of label errors."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agreement.domain.adjudication.queue.requests import is_outdated
from agreement.models import AdjudicationQueue, CaseRank, LabelScore
from corpus.models import Corpus, Utterance
from tests.agreement.api.adjudicators import Adjudicator, decide
from tests.agreement.domain.adjudication.material import build, cases, queued
from tests.agreement.material import utterances

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SCORES = ((0, "sentiment", 0.3125), (1, "sentiment", 0.1875), (1, "emotion", 0.9375), (2, "emotion", 0.625))


@pytest.fixture
def corpus() -> Corpus:
    """Four utterances: three have scores, on which annotators agree or not; the last one has none."""
    made = queued({"a": "++++", "b": "++-+", "c": "++-+"})
    for place, question, score in SCORES:
        add_score(utterances(made)[place], question, score)
    build(made, whole=False)
    return made


def add_score(utterance: Utterance, question: str, score: float, source: str = "cross-validation") -> None:
    LabelScore.objects.create(utterance=utterance, question=question, source=source, score=score)


def in_order(corpus: Corpus) -> list[tuple[Utterance, float]]:
    ranks = CaseRank.objects.filter(corpus=corpus, order="score").order_by("-score").select_related("case__utterance")
    return [(each.case.utterance, each.score) for each in ranks]


def test_the_highest_score_of_an_utterance_is_its_place_whatever_its_annotators_agree_on(corpus: Corpus) -> None:
    first, second, third, last = utterances(corpus)
    assert in_order(corpus) == [(second, 0.9375), (third, 0.625), (first, 0.3125)]
    assert [case.state for case in cases(corpus)] == ["waiting", "waiting", "waiting", "idle"]
    person = Adjudicator(corpus)
    assert person.claim(order="disagreement")["utterance"] == str(third.public_id)  # the only one that is split
    assert str(last.public_id) not in {str(each.public_id) for each, _ in in_order(corpus)}


def test_adjudicators_get_the_most_suspicious_first_and_never_a_score_or_its_source(corpus: Corpus) -> None:
    person, got, seen = Adjudicator(corpus), [], []
    while (response := person.ask(order="score")).status_code == 200:
        case = response.json()
        got.append(case["utterance"])
        seen.append(json.dumps(case))
        assert person.acks(case, decide("discussion")) == ["applied"]
        seen += [
            json.dumps(person.show(case)),
            person.client.get(reverse("agreement:adjudication", args=[corpus.slug])).text,
        ]
    first, second, third, _ = (str(each.public_id) for each in utterances(corpus))
    assert got == [second, third, first]
    assert in_order(corpus) == []
    for text in seen:
        for secret in ("0.9375", "0.625", "0.3125", "0,9375", "cross-validation"):
            assert secret not in text


def test_new_scores_are_noticed_and_withdrawn_ones_leave_the_queue(corpus: Corpus) -> None:
    future = timezone.now() + timedelta(hours=1)
    AdjudicationQueue.objects.update(read_until=future)
    queue = AdjudicationQueue.objects.select_related("corpus").get()
    assert not is_outdated(queue)
    last = utterances(corpus)[3]
    add_score(last, "sentiment", 1.0)
    LabelScore.objects.filter(utterance=last).update(created_at=future)
    assert is_outdated(queue)
    assert build(corpus, whole=False) == 1
    assert in_order(corpus)[0] == (last, 1.0)
    LabelScore.objects.all().delete()
    build(corpus)
    assert in_order(corpus) == []
    assert [case.state for case in cases(corpus)] == ["idle", "idle", "waiting", "idle"]
