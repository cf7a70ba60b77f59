import pytest
from django.test import Client

from agreement.domain.self_agreement import self_agreement
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import read_tables
from annotator.models import Assignment
from corpus.models import Corpus, Membership, Purpose, Rater
from tests.agreement.material import judged, utterances
from tests.annotator.material import answered
from tests.factories import AnnotationFactory, AssignmentFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NAMES = {"-": "negative", "0": "neutral", "+": "positive"}


def retest(corpus: Corpus, slug: str, marks: str, state: str = Assignment.State.DONE) -> None:
    rater = Rater.objects.get(corpus=corpus, slug=slug)
    for utterance, mark in zip(utterances(corpus), marks, strict=False):
        AnnotationFactory(
            rater=rater,
            utterance=utterance,
            codebook=corpus.codebook,
            purpose=Purpose.RETEST,
            answers=answered(sentiment=NAMES[mark]),
        )
        AssignmentFactory(
            rater=rater,
            dialogue=utterance.dialogue,
            purpose=Purpose.RETEST,
            codebook=corpus.codebook,
            state=state,
            ended_at=None if state == Assignment.State.OPEN else utterance.dialogue.ready_at,
        )


def test_each_annotator_is_compared_only_with_their_earlier_answers() -> None:
    corpus = judged({"a": "+-0+", "b": "0000"})
    retest(corpus, "a", "+-00")
    [found] = self_agreement(corpus=corpus)
    sentiment = found.figures[0]
    assert (found.rater.slug, found.dialogues, found.utterances) == ("a", 4, 4)
    assert sentiment["percent"]["value"] == 0.75
    assert 0 < sentiment["alpha"]["value"] < 1


def test_a_retest_under_way_does_not_count() -> None:
    corpus = judged({"a": "+-"})
    retest(corpus, "a", "+-", state=Assignment.State.OPEN)
    assert self_agreement(corpus=corpus) == []


def test_a_retest_changes_no_report() -> None:
    corpus = judged({"a": "+-", "b": "+0"})
    assert corpus.codebook
    before = read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, ())).digest
    retest(corpus, "a", "0+")
    assert read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, ())).digest == before


def test_managers_see_self_agreement(client: Client) -> None:
    corpus = judged({"a": "+-0+"})
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    address = f"/c/{corpus.slug}/agreement/retests/"
    assert "No retest has been handed in yet" in client.get(address).content.decode()
    retest(corpus, "a", "+-00")
    page = client.get(address).content.decode()
    assert "4 utterances labelled twice" in page
    assert "75" in page
