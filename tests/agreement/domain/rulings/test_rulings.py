from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from agreement.domain.rulings.asking import ask_again, progress_of
from agreement.domain.rulings.effect import effect_of
from agreement.domain.rulings.making import change_selection, make_ruling, read_selection, selection_of
from agreement.domain.rulings.overview import readers_of
from agreement.models import Decision, Ruling
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.guideline_acknowledgement import acknowledge, announcement
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.models import Annotation, Corpus, Membership, Purpose, Rater
from corpus.rules.label_selection import Selection
from tests.agreement.api.adjudicators import Adjudicator, decide, take
from tests.agreement.domain.adjudication.material import queued
from tests.agreement.material import utterances
from tests.annotator.material import answered
from tests.factories import AnnotationFactory, MembershipFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
# the first utterance is the case; the second is split in the same way, the third otherwise
MOODS = {"a": "++0+", "b": "---+", "c": "---+"}


@pytest.fixture
def corpus() -> Corpus:
    made = queued(MOODS)
    add_guideline_version(corpus=made, texts={"en": "# Guide\n\n## Mood {#sentiment}\n\ntext", "zh": "# 指南"})
    return Corpus.objects.select_related("codebook", "guideline").get(pk=made.pk)


def manager(corpus: Corpus) -> Membership:
    made: Membership = MembershipFactory(corpus=corpus, role="manager")
    return Membership.objects.select_related("corpus__codebook", "user").get(pk=made.pk)


def decided(corpus: Corpus, **more: Any) -> Decision:
    adjudicator = Adjudicator(corpus)
    case = adjudicator.claim(utterance=str(utterances(corpus)[0].public_id))
    operation = decide(**more) if more else take(case, "A")
    assert adjudicator.acks(case, operation) == ["applied"]
    return Decision.objects.get(utterance=utterances(corpus)[0])


def ruled(corpus: Corpus, decision: Decision | None = None, **more: Any) -> Ruling:
    given: dict[str, Any] = {"case": "Is a sigh\nnegative?", "text": "Yes.", "about": "sentiment"} | more
    decision = decision or decided(corpus)
    return make_ruling(corpus=corpus, decision=decision, author=manager(corpus).user, now=NOW, **given)


def test_a_discussed_case_becomes_an_example_with_its_clip_in_every_language(corpus: Corpus) -> None:
    decision = decided(corpus, outcome="discussion", comment="a sigh?")
    ruling = ruled(corpus, decision)
    utterance = utterances(corpus)[0]
    assert (ruling.number, ruling.guideline.version, ruling.case) == (1, 2, "Is a sigh negative?")
    for text in ruling.guideline.texts.values():
        assert f"[▶](clip:{utterance.public_id})" in text
        assert utterance.text in text
    assert "## 裁定" in ruling.guideline.texts["zh"]


def test_annotators_acknowledge_a_ruling_on_their_page(corpus: Corpus) -> None:
    member = MembershipFactory(corpus=corpus, role="annotator")
    before = readers_of(ruling := ruled(corpus))
    fresh = Membership.objects.select_related("corpus__guideline").get(pk=member.pk)
    announced = announcement(membership=fresh)
    assert announced
    assert announced[1] == ruling.guideline
    acknowledge(membership=fresh, guideline=ruling.guideline, now=NOW)
    after = readers_of(ruling)
    assert (len(before.acknowledged), after.acknowledged, after.all) == (0, [fresh], before.all)


def test_the_suggested_answers_are_those_split_as_the_case_was(corpus: Corpus) -> None:
    ruling = ruled(corpus)
    assert selection_of(ruling).answer == ("sentiment == negative", "sentiment == positive")
    ask_again(ruling=ruling, membership=manager(corpus), now=NOW)
    affected = [each.utterance for each in ruling.utterances.all()]
    assert affected == [utterances(corpus)[1]]  # not the case itself, which everybody has read


def test_everyone_who_labelled_an_affected_dialogue_gets_it_again_before_other_work(corpus: Corpus) -> None:
    ruling = ruled(corpus)
    batch = ask_again(ruling=ruling, membership=manager(corpus), now=NOW)
    raters = list(Rater.objects.filter(corpus=corpus, slug__in=MOODS).order_by("slug"))
    assert [each.slug for each in batch.people.order_by("slug")] == ["a", "b", "c"]
    got = [claim(rater=each, now=NOW) for each in raters]
    dialogue = utterances(corpus)[1].dialogue_id
    assert [(each.dialogue_id, each.purpose) for each in got if each] == [(dialogue, Purpose.RELABEL)] * 3
    asked = progress_of(ruling)
    assert asked
    assert (asked.utterances, asked.dialogues, asked.people, asked.done, asked.all) == (1, 1, 3, 0, 3)


def test_first_answers_stay_and_agreement_is_compared_before_and_after(corpus: Corpus) -> None:
    ruling = ruled(corpus, selection=Selection(differs=("sentiment",)))
    ask_again(ruling=ruling, membership=manager(corpus), now=NOW)
    counted = list(Annotation.objects.filter(purpose=Purpose.MAIN).order_by("pk").values_list("codes", "number"))
    assert (effect_of(ruling) or pytest.fail("no effect")).utterances == 0
    affected = [each.utterance for each in ruling.utterances.select_related("utterance__dialogue")]
    for slug in MOODS:
        rater = Rater.objects.get(corpus=corpus, slug=slug)
        for utterance in affected:
            answer_again(corpus, rater, utterance, "negative")
    effect = effect_of(ruling)
    assert effect
    mood = effect.questions[0]
    assert (effect.utterances, effect.annotations, mood["changed"], mood["compared"]) == (2, 6, 2, 6)
    assert (mood["before"]["percent"]["value"], mood["after"]["percent"]["value"]) == (pytest.approx(1 / 3), 1.0)
    assert mood["after"]["percent"]["n_units"] == 2
    assert counted == list(
        Annotation.objects.filter(purpose=Purpose.MAIN).order_by("pk").values_list("codes", "number")
    )


def answer_again(corpus: Corpus, rater: Rater, utterance: Any, sentiment: str) -> None:
    slot = Slot.objects.get(dialogue=utterance.dialogue, rater=rater, purpose=Purpose.RELABEL)
    assert corpus.codebook is not None
    assignment = Assignment.objects.create(
        slot=slot,
        dialogue=utterance.dialogue,
        rater=rater,
        purpose=Purpose.RELABEL,
        codebook=corpus.codebook,
        token=1,
        state=Assignment.State.DONE,
        lease_until=NOW,
        ended_at=NOW,
    )
    Slot.objects.filter(pk=slot.pk).update(state=Slot.State.DONE, token=assignment.token)
    AnnotationFactory(
        rater=rater,
        utterance=utterance,
        codebook=corpus.codebook,
        purpose=Purpose.RELABEL,
        answers=answered(sentiment=sentiment),
    )


def test_answers_are_asked_again_once(corpus: Corpus) -> None:
    ruling, lead = ruled(corpus), manager(corpus)
    ask_again(ruling=ruling, membership=lead, now=NOW)
    with refused("ruling.asked"):
        ask_again(ruling=ruling, membership=lead, now=NOW)
    with refused("ruling.asked"):
        change_selection(ruling=ruling, selection=Selection(text="x"))
    other = ruled(corpus, Decision.objects.get())
    with refused("second_round.nobody"):  # the same people have a second round of the same dialogue
        ask_again(ruling=other, membership=lead, now=NOW)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": " "}, "ruling.empty"),
        ({"case": "x" * 5000}, "ruling.long"),
        ({"about": "weather"}, "ruling.unknown_question"),
    ],
    ids=["no text", "too long", "unknown question"],
)
def test_a_ruling_that_cannot_be_made_changes_no_guideline(corpus: Corpus, more: dict[str, str], code: str) -> None:
    decision = decided(corpus)
    with refused(code):
        ruled(corpus, decision, **more)
    assert corpus.guidelines.count() == 1


def test_filters_that_fit_nothing_else_are_refused(corpus: Corpus) -> None:
    ruling = ruled(corpus, selection=Selection(text=utterances(corpus)[0].text, dialogue=("no such",)))
    with pytest.raises(Refused), transaction.atomic():
        ask_again(ruling=ruling, membership=manager(corpus), now=NOW)
    change_selection(ruling=ruling, selection=Selection(dialogue=(utterances(corpus)[0].dialogue.code,)))
    with refused("ruling.nothing"):
        ask_again(ruling=ruling, membership=manager(corpus), now=NOW)


def test_an_address_of_the_label_browser_is_read_as_filters() -> None:
    query = "answer=emotion+%3D%3D+joy&differs=sentiment"
    for text in (f"http://127.0.0.1/corpora/x/labels/?{query}&after=1", f"?{query}", query):
        assert read_selection(text) == (Selection(answer=("emotion == joy",), differs=("sentiment",)), [])
    assert [each.code for each in read_selection("weather=sunny")[1]] == ["labels.filter.unknown"]
