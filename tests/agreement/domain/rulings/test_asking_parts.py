"""A ruling asks single utterances of a dialogue again, and the same people once more because of another ruling."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from agreement.domain.rulings.asking import ask_again, progress_of
from agreement.domain.rulings.effect import effect_of
from agreement.domain.rulings.making import make_ruling
from agreement.models import Ruling
from annotator.domain.allocation.assignments import finish, unlabelled
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.models import Assignment
from corpus.domain.annotations.revisions import NewRevision, commit_revision
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.models import Annotation, Corpus, Membership, Purpose, Rater, Revision, Utterance
from corpus.rules.label_selection import Selection
from tests.agreement.domain.adjudication.material import queued
from tests.agreement.domain.rulings.test_rulings import decided, manager
from tests.agreement.material import utterances
from tests.annotator.material import answered
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
MOODS = {"a": "+0++00", "b": "-0-+00", "c": "-0-+00"}  # the first one is the case


@pytest.fixture
def corpus() -> Corpus:
    """Two dialogues: the case, its neighbour and a third utterance, and three others."""
    made = queued(MOODS, per_dialogue=3)
    add_guideline_version(corpus=made, texts={"en": "# Guide", "zh": "# 指南"})
    return Corpus.objects.select_related("codebook", "guideline").get(pk=made.pk)


@pytest.fixture
def lead(corpus: Corpus) -> Membership:
    return manager(corpus)


def ruled(corpus: Corpus, lead: Membership, selection: Selection, decision: object = None) -> Ruling:
    made = make_ruling(
        corpus=corpus,
        decision=decision or decided(corpus),  # type: ignore[arg-type]
        case="Is a sigh negative?",
        text="Yes.",
        about="sentiment",
        selection=selection,
        author=lead.user,
        now=NOW,
    )
    return Ruling.objects.select_related("corpus__codebook", "decision").get(pk=made.pk)


def taken(corpus: Corpus, slug: str) -> Assignment:
    found = claim(rater=Rater.objects.get(corpus=corpus, slug=slug), now=timezone.now())
    assert found
    assert found.purpose == Purpose.RELABEL
    return found


def answer(assignment: Assignment, utterance: Utterance, sentiment: str, now: object = None) -> None:
    commit_revision(
        NewRevision(
            rater=assignment.rater,
            utterance=utterance,
            codebook=assignment.codebook,
            author=assignment.rater.membership.user,  # type: ignore[union-attr]
            answers=answered(sentiment=sentiment),
            purpose=Purpose.RELABEL,
            assignment=assignment.public_id,
            now=now or timezone.now(),  # type: ignore[arg-type]
        )
    )


def shown(assignment: Assignment) -> dict[Utterance, str | None]:
    """Return the answers that the page of an annotator shows, by utterance."""
    by_id = {each.public_id: each for each in Utterance.objects.filter(dialogue=assignment.dialogue)}
    history = open_assignment(assignment=assignment).history
    return {by_id[past.utterance]: (past.answers or {}).get("sentiment") for past in history}


def answer_all(corpus: Corpus, utterance: Utterance, sentiment: str) -> None:
    for slug in MOODS:
        own = taken(corpus, slug)
        assert list(unlabelled(own)) == [utterance]
        assert utterance not in shown(own)  # nobody reads what they answered before
        answer(own, utterance, sentiment)
        finish(assignment=own, token=own.token, now=timezone.now())


def test_only_the_affected_utterances_of_a_dialogue_are_asked_again(corpus: Corpus, lead: Membership) -> None:
    _, neighbour, affected, *_ = utterances(corpus)
    counted = list(Annotation.objects.filter(purpose=Purpose.MAIN).order_by("pk").values_list("codes", "number"))
    ruling = ruled(corpus, lead, Selection(answer=("sentiment == negative",)))
    ask_again(ruling=ruling, membership=lead, now=NOW)
    assert [each.utterance for each in ruling.utterances.all()] == [affected]
    own = taken(corpus, "a")
    assert list(unlabelled(own)) == [affected]
    assert shown(own) == {utterances(corpus)[0]: "positive", neighbour: "neutral"}  # taken over, to be read as context
    with refused("annotator.unfinished"):
        finish(assignment=own, token=own.token, now=NOW)
    answer_all(corpus, affected, "negative")
    effect = effect_of(ruling)
    assert effect
    assert (effect.utterances, effect.annotations, effect.questions[0]["changed"]) == (1, 3, 1)
    assert Revision.objects.filter(cause="carried", author=None, active_ms=0).count() == 6
    assert counted == list(
        Annotation.objects.filter(purpose=Purpose.MAIN).order_by("pk").values_list("codes", "number")
    )


def test_the_same_people_are_asked_once_more_because_of_another_ruling(corpus: Corpus, lead: Membership) -> None:
    first_case, neighbour, affected, *_ = utterances(corpus)
    one = ruled(corpus, lead, Selection(answer=("sentiment == negative",)))
    ask_again(ruling=one, membership=lead, now=NOW)
    two = ruled(corpus, lead, Selection(text=affected.text, dialogue=(affected.dialogue.code,)), one.decision)
    with refused("second_round.nobody"):  # they have not finished the first one
        ask_again(ruling=two, membership=lead, now=NOW)
    answer_all(corpus, affected, "negative")
    before = effect_of(one)
    assert before
    later = timezone.now() + timedelta(minutes=1)
    ask_again(ruling=two, membership=lead, now=later)
    assert effect_of(one) == before  # what was answered for the first ruling stays readable
    for slug in MOODS:
        own = taken(corpus, slug)
        assert list(unlabelled(own)) == [affected]
        assert shown(own) == {first_case: shown(own)[first_case], neighbour: "neutral"}
        answer(own, affected, "positive", later + timedelta(minutes=1))
        finish(assignment=own, token=own.token, now=later + timedelta(minutes=2))
    after = effect_of(two)
    assert effect_of(one) == before
    assert after
    assert (after.annotations, after.questions[0]["changed"]) == (3, 2)
    for ruling in (one, two):
        asked = progress_of(ruling)
        assert asked
        assert (asked.utterances, asked.dialogues, asked.people, asked.done, asked.all) == (1, 1, 3, 3, 3)
    causes = Revision.objects.filter(annotation__purpose=Purpose.RELABEL, annotation__utterance=affected)
    assert set(causes.order_by("number").values_list("number", "cause")) == {
        (1, "commit"),
        (2, "asked"),
        (3, "commit"),
    }


def test_answers_under_an_earlier_codebook_version_are_not_taken_over(corpus: Corpus, lead: Membership) -> None:
    _, neighbour, affected, *_ = utterances(corpus)
    ruling = ruled(corpus, lead, Selection(answer=("sentiment == negative",)))
    assert corpus.codebook
    other = corpus.codebook
    newer = type(other).objects.create(
        corpus=corpus, version=2, name=other.name, source=other.source, document=other.document
    )
    Annotation.objects.filter(utterance=neighbour).update(codebook=newer)
    ask_again(ruling=ruling, membership=lead, now=NOW)
    assert set(unlabelled(taken(corpus, "a"))) == {neighbour, affected}
