from datetime import timedelta

import pytest
from django.utils import timezone

from agreement.judgements.raters import chosen_raters, offered_raters, usual_raters
from agreement.judgements.selection import changed_since
from agreement.judgements.tables import AnswerTables, read_tables
from annotator.models import Assignment
from corpus.models import Annotation, CodebookVersion, Corpus, Purpose, Rater, Revision
from corpus.rules.codebook import as_document, parse
from tests.agreement.material import finish, judge, judged, source, utterances
from tests.annotator.material import CODEBOOK, answered
from tests.factories import AnnotationFactory, AssignmentFactory, CodebookVersionFactory, RaterFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def selected(corpus: Corpus, *slugs: str) -> AnswerTables:
    assert corpus.codebook is not None
    return read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, slugs))


def test_codes_are_utterances_by_raters_in_the_order_of_dialogues() -> None:
    selection = selected(judged({"b": "+-0 ", "a": "+0?-"}, utterances_per_dialogue=2))
    assert selection.raters == ("a", "b")
    assert selection.tables[0].codes.tolist() == [[2, 2], [1, 0], [-1, 1], [0, -1]]
    first, second = selection.dialogue[0], selection.dialogue[2]
    assert selection.dialogue.tolist() == [first, first, second, second]
    assert (first != second, selection.annotations) == (True, 7)


def test_missing_answers_are_counted_by_reason() -> None:
    corpus = judged({"a": "+?", "b": "+0"})
    judge(source(corpus), utterances(corpus)[0], emotion="joy", emotion_sentiment=2)
    sentiment, emotion, link = selected(corpus, "a", "b", "published").tables
    assert sentiment.gaps == {"cannot_judge": 1, "not_applicable": 0, "unanswered": 0, "incomparable": 0}
    assert link.gaps == {"cannot_judge": 0, "not_applicable": 4, "unanswered": 0, "incomparable": 0}
    assert link.codes.tolist() == [[-1, -1, 4], [-1, -1, -1]]
    assert emotion.codes.tolist() == [[0, 0, 1], [0, 0, -1]]


@pytest.mark.parametrize("state", [Assignment.State.OPEN, Assignment.State.RELEASED])
def test_a_dialogue_that_its_annotator_has_not_finished_does_not_count(state: str) -> None:
    corpus = judged({"a": "+0"})
    late = RaterFactory(corpus=corpus, slug="late")
    finish(late, utterances(corpus)[0].dialogue, state)
    judge(late, utterances(corpus)[0], sentiment="positive")
    judge(late, utterances(corpus)[1], sentiment="positive")
    assert selected(corpus).tables[0].codes.tolist() == [[2, -1], [1, 2]]


def test_withdrawn_answers_do_not_count() -> None:
    corpus = judged({"a": "+0"})
    Annotation.objects.filter(utterance=utterances(corpus)[0]).update(answers=None)
    assert selected(corpus).tables[0].codes.tolist() == [[1]]


def test_members_are_compared_unless_others_are_named_or_alone() -> None:
    corpus = judged({"a": "+0", "b": "+ "})
    published = source(corpus)
    judge(published, utterances(corpus)[1])
    offered = offered_raters(corpus)
    assert [(rater.slug, rater.labels) for rater in offered] == [("a", 2), ("b", 1), ("published", 1)]  # type: ignore[attr-defined]
    assert [rater.slug for rater in usual_raters(offered)] == ["a", "b"]
    assert selected(corpus).raters == ("a", "b")
    assert selected(corpus, "published", "a").raters == ("a", "published")
    Annotation.objects.exclude(rater=published).delete()
    assert selected(corpus).raters == ("published",)


def test_a_rater_of_another_corpus_is_unknown() -> None:
    corpus = judged({"a": "+0"})
    stranger: Rater = RaterFactory(slug="stranger")
    with refused("agreement.unknown_rater"):
        chosen_raters(corpus, ["a", stranger.slug])


def other_version(corpus: Corpus, old: str, new: str) -> CodebookVersion:
    document = as_document(parse(CODEBOOK.replace(old, new)))
    version: CodebookVersion = CodebookVersionFactory(corpus=corpus, version=9, source=new, document=document)
    return version


def test_answers_under_another_version_count_for_unchanged_questions() -> None:
    corpus = judged({"a": "+"})
    (utterance,) = utterances(corpus)
    earlier = other_version(corpus, "[neutral, joy, anger]", "[neutral, joy, fear]")
    rater = RaterFactory(corpus=corpus, slug="b")
    AnnotationFactory(rater=rater, utterance=utterance, codebook=earlier, answers=answered(sentiment="negative"))
    sentiment, emotion, _ = selected(corpus).tables
    assert sentiment.codes.tolist() == [[2, 0]]
    assert emotion.codes.tolist() == [[0, -1]]
    assert emotion.gaps["incomparable"] == 1


def test_each_set_of_choices_has_a_code() -> None:
    corpus = judged({"a": "+"})
    (utterance,) = utterances(corpus)
    corpus.codebook = other_version(corpus, 'keys: "qwe"}', 'keys: "qwe", many: true}')
    for slug, emotions in (("b", ["joy", "anger"]), ("c", ["joy"]), ("d", ["joy", "anger"])):
        rater = RaterFactory(corpus=corpus, slug=slug)
        AnnotationFactory(
            rater=rater, utterance=utterance, codebook=corpus.codebook, answers=answered(emotion=emotions)
        )
    table = selected(corpus).tables[1]
    assert table.codes.tolist() == [[-1, 0, 1, 0]]
    assert table.answers == (frozenset({"joy", "anger"}), frozenset({"joy"}))


def test_answers_given_by_shortcut_can_be_left_out() -> None:
    corpus = judged({"a": "+0-", "b": "+0-"})
    assert corpus.codebook
    first, second, _ = Annotation.objects.filter(rater__slug="a").order_by("utterance__dialogue__order")
    for annotation, number, shortcut in ((first, 1, "all_default"), (second, 1, "all_default"), (second, 2, "")):
        Revision.objects.create(
            annotation=annotation, number=number, cause="commit", codebook=corpus.codebook, shortcut=shortcut
        )
    # the second was labelled again one question after the other
    Annotation.objects.filter(pk=first.pk).update(number=1)
    Annotation.objects.filter(pk=second.pk).update(number=2)
    raters = chosen_raters(corpus, [])
    without = read_tables(codebook=corpus.codebook, raters=raters, shortcuts=False)
    assert without.tables[0].codes.tolist() == [[-1, 2], [1, 1], [0, 0]]
    assert without.annotations == selected(corpus).annotations - 1
    long_ago = timezone.now() - timedelta(days=1)
    assert changed_since(raters, long_ago) - changed_since(raters, long_ago, shortcuts=False) == 1


def test_the_digest_changes_with_every_revision() -> None:
    corpus = judged({"a": "+0", "b": "++"})
    before = selected(corpus).digest
    assert selected(corpus).digest == before
    Annotation.objects.filter(rater__slug="b").update(number=2)
    assert selected(corpus).digest != before


def test_annotations_since_a_moment_are_new_changed_or_newly_finished() -> None:
    corpus = judged({"a": "+0-", "b": "+0-"})
    raters = list(corpus.raters.all())
    before, moment = timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1)
    Annotation.objects.update(updated_at=before)
    Assignment.objects.update(ended_at=before)
    assert changed_since(raters, moment) == 0
    Annotation.objects.filter(rater__slug="a", utterance=utterances(corpus)[0]).update(updated_at=timezone.now())
    assert changed_since(raters, moment) == 1
    Assignment.objects.filter(rater__slug="b", dialogue=utterances(corpus)[1].dialogue).update(ended_at=timezone.now())
    assert changed_since(raters, moment) == 2
    Annotation.objects.filter(rater__slug="a").update(answers=None)
    assert changed_since(raters, moment) == 1


@pytest.mark.parametrize("count", [1, 4])
def test_reading_takes_two_queries_for_any_number_of_annotations(
    count: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    corpus = judged({"a": "+" * count, "b": "0" * count})
    raters = chosen_raters(corpus, [])
    assert corpus.codebook is not None
    with django_assert_num_queries(2):  # type: ignore[operator]
        read_tables(codebook=corpus.codebook, raters=raters)


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose != Purpose.MAIN])
def test_answers_for_another_purpose_never_count(purpose: str) -> None:
    corpus = judged({"a": "+0", "b": "+0"})
    before = selected(corpus)
    first, second = utterances(corpus)
    apart = {"answers": answered(sentiment="negative"), "codebook": corpus.codebook, "purpose": purpose}
    one, other = Rater.objects.get(slug="a"), RaterFactory(corpus=corpus, slug="c")
    AnnotationFactory(rater=one, utterance=first, **apart)
    AnnotationFactory(rater=other, utterance=second, **apart)
    # a retest in progress does not make a finished dialogue unfinished
    AssignmentFactory(rater=one, dialogue=first.dialogue, purpose=purpose, codebook=corpus.codebook)
    assert selected(corpus).digest == before.digest
    assert [rater.slug for rater in offered_raters(corpus)] == ["a", "b"]
    assert changed_since(Rater.objects.filter(corpus=corpus), before.taken_at) == 0
