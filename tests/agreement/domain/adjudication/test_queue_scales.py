"""The scales of the queue, kept with it, and the cases that are computed from them one dialogue at a time."""

from unittest.mock import patch

import pytest
from django.db import OperationalError

from agreement.domain.adjudication.queue import requests
from agreement.domain.adjudication.queue.building import build_dialogue
from agreement.domain.adjudication.queue.giving_way import TRIES
from agreement.domain.adjudication.queue.scales import Cells, Scales, quantiles_of
from agreement.models import AdjudicationCase
from common.errors import Refused
from common.jobs.queue import enqueue, execute
from corpus.models import Corpus
from corpus.rules.codebook import parse
from tests.agreement.domain.adjudication.material import build, cases, queued, shares
from tests.agreement.material import judged, utterances

RULES = parse("""
name: scales
tasks:
  mood: {scale: nominal, choices: [flat, glad, sad], default: flat, perspective: speaker}
  tags: {scale: nominal, choices: [plain, loud, fast], default: plain, perspective: viewer, many: true}
""")
PLAIN, LOUD, FAST, LOUD_AND_FAST = (1,), (2,), (4,), (6,)
MISSING, CANNOT_JUDGE = (-1,), (-2,)
TIMES: dict[str, dict[Cells, int]] = {"mood": {(1,): 2, (0,): 5}, "tags": {LOUD: 3, PLAIN: 9}}
LOCKING = "agreement.domain.adjudication.queue.building.lock_cases"


def test_sets_of_choices_disagree_less_the_more_they_share() -> None:
    tags = Scales(RULES, {"tags": {LOUD: 5, FAST: 5, LOUD_AND_FAST: 5}}).questions[1]
    assert tags.disagreement([LOUD, LOUD]) == 0
    assert 0 < tags.disagreement([LOUD, LOUD_AND_FAST]) < tags.disagreement([LOUD, FAST])


def test_a_set_of_choices_that_nobody_gave_before_can_be_compared() -> None:
    tags = Scales(RULES, TIMES).questions[1]
    assert tags.disagreement([FAST, FAST]) == 0
    assert tags.disagreement([PLAIN, FAST]) > tags.disagreement([PLAIN, LOUD]) > 0  # what is new is rarer


@pytest.mark.parametrize("given", [[], [(1,)], [CANNOT_JUDGE], [(1,), MISSING]])
def test_a_single_answer_does_not_disagree(given: list[Cells]) -> None:
    assert Scales(RULES, TIMES).questions[0].disagreement(given) == 0


def test_scales_are_the_same_after_they_were_stored() -> None:
    scales = Scales(RULES, TIMES, {"disagreement": quantiles_of([0.0, 2.0])}, {"disagreement": 2})
    document = scales.as_json()
    assert document["answers"] == {"mood": [[[0], 5], [[1], 2]], "tags": [[[1], 9], [[2], 3]]}
    read = Scales.from_json(RULES, document)
    assert read.as_json() == document
    assert read.score_at("disagreement", 0.5) == pytest.approx(1.0)
    assert read.score_at("flag", 0.5) == 0


@pytest.mark.database
@pytest.mark.django_db
def test_one_dialogue_is_computed_as_the_whole_queue_computes_it() -> None:
    corpus = queued({"a": "+-", "b": "+0", "c": "++"})
    _, whole = cases(corpus)
    whole.delete()
    build_dialogue(corpus=corpus, dialogue=utterances(corpus)[1].dialogue)
    _, alone = cases(corpus)
    assert (alone.agreement, alone.state, alone.differing) == ("split", "waiting", ["sentiment"])
    assert alone.disagreement == pytest.approx(whole.disagreement)


@pytest.mark.database
@pytest.mark.django_db
def test_no_dialogue_is_computed_before_the_queue() -> None:
    corpus = judged({"a": "+", "b": "-"})
    with pytest.raises(Refused) as refused:
        build_dialogue(corpus=corpus, dialogue=utterances(corpus)[0].dialogue)
    assert refused.value.code == "adjudication.no_queue"
    assert not AdjudicationCase.objects.exists()


@pytest.mark.database
@pytest.mark.django_db
def test_a_queue_needs_a_codebook() -> None:
    corpus = judged({"a": "+", "b": "-"})
    Corpus.objects.filter(pk=corpus.pk).update(codebook=None)
    job = enqueue(kind=requests.KIND, args={"corpus": str(corpus.public_id), "whole": True}, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "agreement.no_codebook")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failures", [1, TRIES])
def test_the_queue_waits_for_whoever_holds_its_cases(failures: int) -> None:
    corpus = judged({"a": "+-", "b": "+0", "c": "++"})
    shares(corpus)
    busy = [OperationalError("database is locked")] * failures
    with (
        patch("agreement.domain.adjudication.queue.giving_way.PAUSE_SECONDS", 0),
        patch(LOCKING, side_effect=[*busy, []]) as locking,
    ):
        assert build(corpus) == 2
    assert locking.call_count == failures + 1
    assert [case.agreement for case in cases(corpus)] == ["unanimous", "split"]
