import pytest

from agreement.domain.codebook_changes import DifferentVersion, changes, different_versions
from agreement.domain.report_figures import emptied_questions, figures, left_out_total
from agreement.judgements.raters import offered_raters
from agreement.judgements.tables import read_tables
from agreement.presentation.left_out import left_out_sentences, no_answers_left
from corpus.models import Corpus
from tests.agreement.material import finish, judge, judged, put_in_use, source, utterances
from tests.factories import RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
RENAMED = ("[negative, neutral, positive]", "[bad, neutral, positive]")
SENTENCE = (
    "5 answers (raters: 2) given under codebook version 1 are left out, because this version asks the question "
    "differently: without the choices negative; with the new choices bad."
)


@pytest.fixture
def corpus() -> Corpus:
    """Two members and a source with answers, and one answer "cannot judge"."""
    return judged({"a": "+0-", "b": "+-?"})


def test_a_renamed_choice_takes_all_answers_to_its_task_away(corpus: Corpus) -> None:
    first = corpus.codebook
    renamed = put_in_use(corpus, *RENAMED)
    corpus.codebook = first
    sentiment, emotion, link = changes(corpus=corpus, codebook=renamed)
    assert (sentiment.before, sentiment.after, sentiment.lost) == (5, 0, 5)
    assert left_out_sentences(sentiment.figures) == [SENTENCE]
    assert (emotion.before, emotion.after, link.lost) == (6, 6, 0)
    assert first
    assert [each.lost for each in changes(corpus=corpus, codebook=first)] == [0, 0, 0]


def test_an_earlier_version_brings_its_answers_back(corpus: Corpus) -> None:
    first = corpus.codebook
    assert first
    put_in_use(corpus, *RENAMED)
    judge(RaterFactory(corpus=corpus, slug="c"), utterances(corpus)[0], sentiment="bad")
    sentiment = changes(corpus=corpus, codebook=first)[0]
    assert (sentiment.before, sentiment.after, sentiment.lost) == (1, 5, 1)
    assert [each["version"] for each in sentiment.figures["left_out"]] == [2]


def test_a_removed_question_loses_its_answers(corpus: Corpus) -> None:
    first = corpus.codebook
    start = '  emotion_sentiment:\n    {from: emotion, to: sentiment, values: [-2, -1, 0, 1, 2], keys: "zxcvb", '
    without = put_in_use(corpus, f'links:\n{start}asked_when: "emotion != neutral"}}\n', "")
    corpus.codebook = first
    corpus.save()
    judge(source(corpus), utterances(corpus)[0], emotion="joy", emotion_sentiment=2)
    removed = changes(corpus=corpus, codebook=without)[-1]
    assert (removed.slug, removed.is_removed, removed.lost) == ("emotion_sentiment", True, 1)


def test_the_versions_with_incomparable_answers_are_named(corpus: Corpus) -> None:
    assert different_versions(corpus) == []
    put_in_use(corpus, 'keys: "qwe"', 'keys: "rty"')
    assert different_versions(corpus) == []
    put_in_use(corpus, *RENAMED)
    finish(corpus.raters.get(slug="a"), utterances(corpus)[0].dialogue)
    assert different_versions(corpus) == [DifferentVersion(1, 6, ("sentiment",))]
    corpus.codebook = None
    assert different_versions(corpus) == []
    assert len(changes(corpus=corpus, codebook=corpus.codebooks.get(version=3))) == 3


def test_figures_hold_the_left_out_answers_and_the_questions_without_any(corpus: Corpus) -> None:
    renamed = put_in_use(corpus, *RENAMED)
    judge(source(corpus), utterances(corpus)[0], emotion="joy", emotion_sentiment=2, sentiment="cannot_judge")
    stored = figures(read_tables(codebook=renamed, raters=offered_raters(corpus)))
    assert left_out_total(stored) == 5
    assert left_out_sentences(stored["questions"][0]) == [SENTENCE]
    assert no_answers_left(stored["questions"][0])
    assert emptied_questions(stored, renamed.rules()) == ["sentiment", "emotion_sentiment"]
    judge(RaterFactory(corpus=corpus, slug="c"), utterances(corpus)[0], sentiment="bad")
    stored = figures(read_tables(codebook=renamed, raters=offered_raters(corpus)))
    assert emptied_questions(stored, renamed.rules()) == []
    assert no_answers_left(stored["questions"][0]) == ""


def test_reports_of_earlier_versions_of_concord_have_only_the_number() -> None:
    old = {"coverage": {"labels": 0, "incomparable": 3}}
    assert left_out_sentences(old) == ["3 answers were left out: they were given under incomparable codebook versions."]
    assert left_out_sentences({"coverage": {"labels": 0, "incomparable": 0}}) == []
