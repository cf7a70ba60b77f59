"""Decisions, blind decisions and accepted consensus while a codebook changes."""

from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from agreement.domain.adjudication.acceptances import request_acceptance, request_undo
from agreement.domain.adjudication.decisions import standing
from agreement.domain.adjudication.protocol import adjudicator_agreement
from agreement.domain.audit import audit
from agreement.domain.moves.preview import effect_on_work
from agreement.domain.moves.requests import draft_move, start_move, undo_move
from agreement.models import AcceptedConsensus, CaseHold, Decision, DecisionRevision
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.models import Annotation, AnswerMove, CodebookVersion, Corpus, Revision
from corpus.rules.moves import completed
from tests.agreement.api.adjudicators import Adjudicator, decide, letter_with, take, undo
from tests.agreement.domain.adjudication.material import build, cases, queued
from tests.agreement.material import put_in_use, utterances

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
CHOICES = 'choices: [negative, neutral, positive], default: neutral, perspective: speaker, keys: "123"'
RENAMED = ("[bad, neutral, positive]", {"negative": "bad"})
SPLIT = ("[angry, sad, neutral, positive]", {"negative": ["angry", "sad"]})
Case = tuple[str, dict[str, Any]]


def begin(corpus: Corpus, case: Case) -> AnswerMove:
    """Draft a move to a codebook with other choices of `sentiment`."""
    for each in Annotation.objects.filter(revisions__isnull=True):
        Revision.objects.create(
            annotation=each, number=each.number, cause="commit", answers=each.answers, codebook=each.codebook
        )
    old = corpus.codebook
    assert old
    choices, answers = case
    others = f"choices: {choices}, default: neutral, perspective: speaker"
    new: CodebookVersion = put_in_use(corpus, CHOICES, others)
    Corpus.objects.filter(pk=corpus.pk).update(codebook=old)
    mapping = completed(old.rules(), new.rules(), {"questions": {"sentiment": {"answers": answers}}})
    return draft_move(corpus=Corpus.objects.get(pk=corpus.pk), old=old, new=new, mapping=mapping, here=True)


def run(job: Job) -> None:
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("done", "")


def moved(corpus: Corpus, case: Case) -> AnswerMove:
    move = begin(corpus, case)
    run(start_move(move=move, started_by=None, now=NOW, here=True))
    move.refresh_from_db()
    return move


def undone(move: AnswerMove) -> AnswerMove:
    run(undo_move(move=move, undone_by=None, now=NOW, here=True))
    move.refresh_from_db()
    return move


def state_of(corpus: Corpus) -> list[tuple[str, Any, int]]:
    """Return outcome, sentiment and codebook version of each decision."""
    rows = Decision.objects.order_by("utterance__dialogue__order", "utterance__order").select_related("codebook")
    return [(row.outcome, (row.answers or {}).get("sentiment"), row.codebook.version) for row in rows]


def decide_next(person: Adjudicator, *operations: dict[str, Any]) -> dict[str, Any]:
    case = person.claim()
    assert set(person.acks(case, *operations)) == {"applied"}
    return case


def test_decisions_move_return_to_the_queue_where_a_question_is_open_and_come_back() -> None:
    corpus = queued({"a": "+-", "b": "0+", "c": "-0"})
    person = Adjudicator(corpus)
    for _ in range(2):
        case = person.claim()
        person.acks(case, take(case, letter_with(case, sentiment="negative")))
    assert {mood for _, mood, _ in state_of(corpus)} == {"negative"}
    renamed = moved(corpus, RENAMED)
    assert renamed.counts["decisions"] == 2
    assert state_of(corpus) == [("profile", "bad", 2)] * 2
    assert not Decision.objects.filter(needs_review=True).exists(), "moving is no reason to review"
    undone(renamed)
    assert renamed.undone_counts["decisions"] == 2
    assert state_of(corpus) == [("profile", "negative", 1)] * 2
    split = moved(Corpus.objects.get(pk=corpus.pk), SPLIT)
    assert (split.counts["decisions_open"], split.counts.get("decisions", 0)) == (2, 0)
    assert state_of(corpus) == [("none", None, 3)] * 2
    undone(split)
    assert state_of(corpus) == [("profile", "negative", 1)] * 2


def test_a_moved_decision_keeps_its_reason_and_whose_answers_it_took() -> None:
    corpus = queued({"a": "+-", "b": "0+", "c": "-0"})
    person = Adjudicator(corpus)
    case = person.claim()
    ahead = person.claim(besides=[case["id"]])
    person.acks(case, take(case, letter_with(case, sentiment="negative")))
    person.acks(ahead, decide(sentiment="negative", comment="heard"))

    def explained() -> list[tuple[bool, str]]:
        rows = DecisionRevision.objects.filter(number=F("decision__number")).order_by("decision")
        return [(row.taken_from is not None, row.comment) for row in rows]

    before = explained()
    assert sorted(before) == [(False, "heard"), (True, "")]
    move = moved(corpus, RENAMED)
    assert explained() == before
    undone(move)
    assert explained() == before


def test_an_undo_of_a_move_skips_and_counts_decisions_made_again() -> None:
    corpus = queued({"a": "+-", "b": "0+", "c": "-0"})
    person = Adjudicator(corpus)
    for _ in range(2):
        decide_next(person, decide(sentiment="negative", comment="heard"))
    move = moved(corpus, RENAMED)
    build(Corpus.objects.get(pk=corpus.pk))
    again = person.claim(utterance=str(utterances(corpus)[0].public_id))
    assert person.acks(person.show(again), decide(sentiment="positive", comment="heard again")) == ["applied"]
    undone(move)
    assert (move.undone_counts["decisions"], move.undone_counts["decisions_skipped"]) == (1, 1)
    assert state_of(corpus) == [("profile", "positive", 2), ("profile", "negative", 1)]


def test_what_the_page_of_an_adjudicator_sends_under_the_old_codebook_is_moved_at_once() -> None:
    corpus = queued({"a": "+-", "b": "0+", "c": "-0"})
    person = Adjudicator(corpus)
    case = person.claim()
    ahead = person.claim(besides=[case["id"]])
    moved(corpus, RENAMED)
    taken = take(case, letter_with(case, sentiment="negative"))
    assert person.acks(case, taken) == ["applied"]
    assert state_of(corpus)[0] == ("profile", "bad", 2)
    sent, migrated = Decision.objects.get().revisions.order_by("number")
    assert (sent.codebook.version, sent.taken_from is not None, migrated.cause) == (1, True, "migration")
    # a page that is loaded again shows the new codebook
    shown = person.show(ahead)
    assert {choice["slug"] for choice in shown["codebook"]["tasks"][0]["choices"]} == {"bad", "neutral", "positive"}
    assert person.acks(ahead, decide(sentiment="bad", comment="heard")) == ["applied"]


def test_a_decision_of_an_old_page_whose_choice_was_split_opens_its_case_again() -> None:
    corpus = queued({"a": "+", "b": "0", "c": "-"})
    person = Adjudicator(corpus)
    case = person.claim()
    moved(corpus, SPLIT)
    assert person.acks(case, decide(sentiment="negative", comment="heard")) == ["applied"]
    assert state_of(corpus) == [("none", None, 2)]
    assert CaseHold.objects.get().state == "open"
    assert person.acks(person.show(case), decide(sentiment="sad", comment="heard")) == ["applied"]
    assert state_of(corpus) == [("profile", "sad", 2)]


def test_an_adjudicator_undoes_after_a_move_what_was_decided_before_it() -> None:
    corpus = queued({"a": "+", "b": "0", "c": "-"})
    person = Adjudicator(corpus)
    first, second = decide(sentiment="negative", comment="one"), decide(sentiment="positive", comment="two")
    case = decide_next(person, first, second)
    move = moved(corpus, RENAMED)
    assert state_of(corpus) == [("profile", "positive", 2)]
    assert person.acks(case, undo(first)) == ["adjudication.changed_since"]
    assert person.acks(case, undo(second)) == ["applied"]
    assert state_of(corpus) == [("profile", "bad", 2)], "the decision before, under the version in use"
    assert [each.cause for each in standing(Decision.objects.get(), second=False)] == ["decide", "migration"]
    assert person.acks(case, undo(first)) == ["applied"]
    assert state_of(corpus)[0][:2] == ("none", None)
    assert CaseHold.objects.get().state == "open"
    undone(move)
    assert state_of(corpus)[0][:2] == ("none", None)


def test_blind_decisions_count_after_a_move_as_their_mapping_has_them() -> None:
    corpus = queued({"a": "++--", "b": "++--", "c": "++--"}, blind=100, double=100, audit=100)
    people = Adjudicator(corpus), Adjudicator(corpus)
    for person in people:
        while (response := person.ask()).status_code == 200:
            person.acks(response.json(), decide(sentiment="negative"))
    before, errors = adjudicator_agreement(corpus=corpus), audit(corpus=corpus)
    assert before
    assert errors
    assert errors.by_question["sentiment"].value == 0.5
    moved(corpus, RENAMED)
    corpus = Corpus.objects.get(pk=corpus.pk)
    build(corpus)
    after, errors = adjudicator_agreement(corpus=corpus), audit(corpus=corpus)
    assert after
    assert errors
    sentiment = next(each for each in after.figures if each["slug"] == "sentiment")
    assert (after.utterances, sentiment["percent"]["value"]) == (4, 1.0)
    assert (errors.audited, errors.by_question["sentiment"].value) == (4, 0.5)
    assert not Decision.objects.filter(is_disputed=True).exists()


def test_blind_decisions_on_a_split_choice_are_not_counted_as_errors() -> None:
    corpus = queued({"a": "++--", "b": "++--", "c": "++--"}, blind=100, audit=100)
    person = Adjudicator(corpus)
    while (response := person.ask()).status_code == 200:
        person.acks(response.json(), decide(sentiment="negative"))
    moved(corpus, SPLIT)
    errors = audit(corpus=Corpus.objects.get(pk=corpus.pk))
    assert errors
    assert errors.by_question["sentiment"].units == 0


def test_accepted_consensus_moves_ends_where_a_question_is_open_and_comes_back() -> None:
    corpus = queued({"a": "+-0", "b": "+-0", "c": "+-0"})
    made = request_acceptance(corpus=corpus, agreement="unanimous", requested_by=None, here=True)
    assert made.job
    run(made.job)

    def holding() -> list[tuple[int, str]]:
        rows = AcceptedConsensus.objects.filter(ended_at__isnull=True).select_related("codebook").order_by("utterance")
        return [(row.codebook.version, row.codebook.layout().decode(bytes(row.codes))["sentiment"]) for row in rows]

    draft = begin(corpus, SPLIT)
    effect = effect_on_work(mover=ProfileMover(draft))
    assert (effect["accepted"], effect["accepted_open"]) == (2, 1)
    run(start_move(move=draft, started_by=None, now=NOW, here=True))
    draft.refresh_from_db()
    assert (draft.counts["accepted"], draft.counts["accepted_open"]) == (2, 1)
    assert holding() == [(2, "positive"), (2, "neutral")]
    build(Corpus.objects.get(pk=corpus.pk))
    assert [case.state for case in cases(corpus)] == ["accepted", "idle", "accepted"]
    undone(draft)
    assert draft.undone_counts["accepted"] == 3
    assert holding() == [(1, "positive"), (1, "negative"), (1, "neutral")]
    build(Corpus.objects.get(pk=corpus.pk))
    assert [case.state for case in cases(corpus)] == ["accepted"] * 3
    # taken back between a move and its undo, it stays so
    again = moved(Corpus.objects.get(pk=corpus.pk), RENAMED)
    assert holding() == [(3, "positive"), (3, "bad"), (3, "neutral")]
    made.refresh_from_db()
    withdrawn = request_undo(acceptance=made, requested_by=None, now=NOW, here=True)
    assert withdrawn.job
    run(withdrawn.job)
    assert holding() == []
    undone(again)
    assert (holding(), again.undone_counts["accepted_skipped"]) == ([], 3)
