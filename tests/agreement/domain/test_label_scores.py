"""Scores of label errors in the queue, and what adjudicators made of the labels."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone

from agreement.domain.label_scores import ANY, ImportedScores, JudgedLabel, correction_rates, import_scores
from agreement.models import AcceptedConsensus, CaseRank, ConsensusAcceptance, Decision, LabelScore
from common.models import Job
from corpus.models import CodebookVersion, Corpus, Utterance
from tests.agreement.api.adjudicators import Adjudicator, decide
from tests.agreement.domain.adjudication.material import build, queued
from tests.agreement.material import utterances
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def codebook_of(corpus: Corpus) -> CodebookVersion:
    assert corpus.codebook
    return corpus.codebook


def corpus_of(size: int = 12) -> Corpus:
    return queued({"a": "+" * size, "b": "+" * size}, per_dialogue=2)


def label(utterance: Utterance, score: float = 0.1, **more: Any) -> JudgedLabel:
    values: dict[str, Any] = {
        "question": "sentiment",
        "label": "positive",
        "suspected": False,
        "ambiguous": False,
    } | more
    return JudgedLabel(utterance.dialogue.code, utterance.code, score=score, **values)


def labels_of(corpus: Corpus, suspects: int) -> list[JudgedLabel]:
    """Return a label of every utterance; the first ones are suspected, with the scores 0.90, 0.89 and so on."""
    return [
        label(each, 0.9 - place / 100 if place < suspects else 0.1, suspected=place < suspects)
        for place, each in enumerate(utterances(corpus))
    ]


def imported(corpus: Corpus, labels: Sequence[JudgedLabel], **options: Any) -> ImportedScores:
    found = import_scores(corpus=corpus, source="model", labels=labels, **options)
    build(corpus)
    return found


def stored(corpus: Corpus, **which: Any) -> list[LabelScore]:
    return list(LabelScore.objects.filter(utterance__dialogue__corpus=corpus, **which).order_by("-score", "utterance"))


def test_each_suspected_label_is_followed_by_a_control_of_the_same_score() -> None:
    corpus = corpus_of()
    assert imported(corpus, labels_of(corpus, 3)) == ImportedScores(3, 3, 0, 0, 0)
    suspects, controls = stored(corpus, is_control=False), stored(corpus, is_control=True)
    assert [row.score for row in suspects] == [row.score for row in controls] == pytest.approx([0.9, 0.89, 0.88])
    assert [row.utterance for row in suspects] == utterances(corpus)[:3]
    assert not {row.utterance_id for row in suspects} & {row.utterance_id for row in controls}
    order = CaseRank.objects.filter(corpus=corpus, order="score", place=1).order_by("-score", "id")
    ranked = [row.case.utterance_id for row in order.select_related("case")]
    assert set(ranked[:2]) == {suspects[0].utterance_id, controls[0].utterance_id}
    assert set(ranked) == {row.utterance_id for row in stored(corpus)}


def test_the_draw_of_controls_depends_on_the_secret_seed_alone() -> None:
    corpus = corpus_of(40)
    labels = labels_of(corpus, 3)

    def drawn() -> list[int]:
        imported(corpus, labels)
        return [row.utterance_id for row in stored(corpus, is_control=True)]

    first = drawn()
    assert drawn() == first
    corpus.adjudication.seed = "1" * 32
    corpus.adjudication.save()
    assert drawn() != first


def test_ambiguous_labels_are_neither_suspected_nor_controls() -> None:
    corpus = corpus_of()
    first, second, third, *rest = utterances(corpus)
    labels = [label(first, 0.9, suspected=True), label(second, 0.95, suspected=True, ambiguous=True)]
    labels += [label(each, ambiguous=True) for each in rest]
    assert imported(corpus, labels) == ImportedScores(0, 0, 0, 1, 0)
    assert imported(corpus, [*labels, label(third)]) == ImportedScores(1, 1, 0, 0, 0)
    assert [row.utterance for row in stored(corpus)] == [first, third]


def test_without_a_control_a_suspected_label_stays_out_and_only_the_most_suspected_come_in() -> None:
    corpus = corpus_of()
    assert imported(corpus, labels_of(corpus, 10)) == ImportedScores(2, 2, 0, 8, 0)
    assert imported(corpus, labels_of(corpus, 5), most=2) == ImportedScores(2, 2, 0, 0, 3)
    assert [row.utterance for row in stored(corpus, is_control=False)] == utterances(corpus)[:2]
    other = label(utterances(corpus)[0], 0.8, suspected=True, question="emotion", label="joy")
    assert imported(corpus, [other, *labels_of(corpus, 0)]).without_control == 1  # a control has the same question


def test_decided_and_accepted_and_unknown_utterances_are_left_out() -> None:
    corpus = corpus_of()
    first, second, third = utterances(corpus)[:3]
    Decision.objects.create(
        utterance=first, codebook=codebook_of(corpus), outcome="discussion", number=1, last_number=1
    )
    acceptance = ConsensusAcceptance.objects.create(corpus=corpus, codebook=codebook_of(corpus), agreement="unanimous")
    AcceptedConsensus.objects.create(
        utterance=second, acceptance=acceptance, codebook=codebook_of(corpus), codes=second.case.consensus
    )
    gone = JudgedLabel(third.dialogue.code, "gone", "sentiment", "positive", 0.9, suspected=True, ambiguous=False)
    found = imported(corpus, [gone, *labels_of(corpus, 3)])
    assert found == ImportedScores(1, 1, 3, 0, 0)
    assert not {first, second} & {row.utterance for row in stored(corpus)}


def test_a_later_import_replaces_the_scores_of_its_source_that_nobody_decided() -> None:
    corpus = corpus_of()
    LabelScore.objects.create(utterance=utterances(corpus)[9], question="sentiment", source="other", score=0.5)
    imported(corpus, labels_of(corpus, 2))
    person = Adjudicator(corpus)
    case = person.claim(order="score")
    assert person.acks(case, decide(sentiment="negative", comment="own")) == ["applied"]
    decided = Utterance.objects.get(public_id=case["utterance"])
    kept = LabelScore.objects.get(utterance=decided)
    imported(corpus, labels_of(corpus, 0))
    assert {(row.source, row.pk) for row in stored(corpus)} == {
        ("model", kept.pk),
        ("other", LabelScore.objects.get(source="other").pk),
    }


def test_the_queue_is_computed_anew_after_an_import() -> None:
    corpus = corpus_of()
    Job.objects.all().delete()
    import_scores(corpus=corpus, source="model", labels=labels_of(corpus, 1))
    assert Job.objects.filter(kind="agreement.queue", args__whole=True).count() == 1


def test_labels_that_fit_no_question_or_have_no_proper_score_are_refused() -> None:
    corpus = corpus_of(2)
    [utterance, _] = utterances(corpus)
    with refused("scores.unknown_question"):
        import_scores(corpus=corpus, source="model", labels=[label(utterance, question="mood")])
    for score in (1.5, float("nan")):
        with refused("scores.bad_score"):
            import_scores(corpus=corpus, source="model", labels=[label(utterance, score)])
    corpus.archived_at = timezone.now()
    corpus.save()
    with refused("corpus.archived"):
        import_scores(corpus=corpus, source="model", labels=[])


def test_a_corpus_without_a_codebook_takes_no_scores() -> None:
    corpus = corpus_of(2)
    corpus.codebook = None
    with refused("agreement.no_codebook"):
        import_scores(corpus=corpus, source="model", labels=[])


def test_correction_rates_of_suspected_labels_and_controls_are_apart() -> None:
    corpus = corpus_of(20)
    assert correction_rates(corpus=corpus) is None
    imported(corpus, labels_of(corpus, 4))
    before = correction_rates(corpus=corpus)
    assert before is not None
    assert (before.waiting, before.suspected[ANY].units) == (8, 0)
    person = Adjudicator(corpus)
    suspects = {str(row.utterance.public_id) for row in stored(corpus, is_control=False)}
    corrected = 0
    for number in range(7):
        case = person.claim(order="score")
        is_wrong = case["utterance"] in suspects and corrected < 3
        corrected += is_wrong
        outcome = "discussion" if number == 6 else None
        answer = decide(outcome) if outcome else decide(sentiment="negative" if is_wrong else "positive", comment="own")
        assert person.acks(case, answer) == ["applied"]
    found = correction_rates(corpus=corpus)
    assert found is not None
    assert (found.waiting, found.undecided) == (1, 1)
    assert found.suspected[ANY].errors == found.suspected["sentiment"].errors == 3
    assert found.controls[ANY].errors == 0
    assert found.suspected[ANY].units + found.controls[ANY].units == 6


def test_decisions_before_the_import_and_on_chosen_utterances_do_not_count() -> None:
    corpus = corpus_of()
    imported(corpus, labels_of(corpus, 2))
    person = Adjudicator(corpus)
    chosen = str(stored(corpus)[0].utterance.public_id)
    assert person.acks(person.claim(utterance=chosen), decide(sentiment="negative", comment="own")) == ["applied"]
    case = person.claim(order="score")
    assert person.acks(case, decide(sentiment="positive", comment="own")) == ["applied"]
    found = correction_rates(corpus=corpus)
    assert found is not None
    assert found.suspected[ANY].units + found.controls[ANY].units == 1
    LabelScore.objects.update(created_at=timezone.now())
    found = correction_rates(corpus=corpus)
    assert found is not None
    assert found.waiting == 4


def test_the_order_of_several_choices_makes_no_correction() -> None:
    corpus = corpus_of(2)
    [first, _] = utterances(corpus)
    LabelScore.objects.create(utterance=first, question="moods", source="model", score=0.5, label=["joy", "anger"])
    decision = Decision.objects.create(
        utterance=first, codebook=codebook_of(corpus), outcome="profile", answers={}, codes=b"", number=1, last_number=1
    )
    decision.revisions.create(
        number=1,
        cause="decide",
        outcome="profile",
        answers={"moods": ["anger", "joy"]},
        codes=b"",
        codebook=codebook_of(corpus),
    )
    found = correction_rates(corpus=corpus)
    assert found is not None
    assert (found.suspected["moods"].errors, found.suspected["moods"].units) == (0, 1)
