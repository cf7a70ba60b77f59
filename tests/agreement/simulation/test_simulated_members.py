"""Simulated answers written into a corpus count like those of the labelling page."""

import numpy as np
import pytest

from agreement.judgements.tables import read_tables
from agreement.simulation.raters import RaterModel, simulated_answers, usual_raters
from agreement.simulation.truth import synthetic_truth, truth_of
from annotator.models import Slot
from benchmarks.simulated_members import published_truth, write_members
from corpus.models import Revision
from tests.agreement.material import judge, source, utterances
from tests.annotator.material import corpus_with_work

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_simulated_answers_count_as_finished_main_work() -> None:
    corpus = corpus_with_work(dialogues=8, utterances=3)
    assert corpus.codebook
    rules, keys = corpus.codebook.rules(), np.array([each.pk for each in utterances(corpus)])
    truth = synthetic_truth(rules, np.repeat(np.arange(8), 3), seed=1)
    models = [*usual_raters(rules)[:2], RaterModel("simulated-3", usual_raters(rules)[2].confusions, absent=0.5)]
    answers = simulated_answers(truth, models, seed=2)
    raters = write_members(corpus=corpus, utterances=keys, answers=answers, slugs=[each.slug for each in models])
    given = int((answers[:, :, 0] != -1).sum())
    assert 48 < given < 72
    found = read_tables(codebook=corpus.codebook, raters=raters)
    assert (found.annotations, Revision.objects.count()) == (given, given)
    emotion = found.tables[1].codes.T
    assert (emotion == np.where(answers[:, :, 1] < 0, -1, answers[:, :, 1])).all()
    assert Slot.objects.filter(state="done").count() == given / 3
    assert Slot.objects.count() == 24


def test_the_labels_of_a_source_are_read_as_the_truth() -> None:
    corpus = corpus_with_work(dialogues=3, utterances=2)
    owner = source(corpus)
    moods = ["negative", "neutral", "positive"] * 2
    for utterance, mood in zip(utterances(corpus), moods, strict=True):
        judge(owner, utterance, sentiment=mood)
    truth, keys = published_truth(corpus)
    assert keys.tolist() == [each.pk for each in utterances(corpus)]
    assert truth.codes[:, 0].tolist() == [0, 1, 2] * 2
    assert len(set(truth.dialogue.tolist())) == 3
    assert (truth_of(truth.codebook, [], truth.dialogue[:0]).codes).shape == (0, 3)
