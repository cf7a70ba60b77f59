import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreement.judgements.first_answers import read_first_answers
from agreement.judgements.tables import read_tables
from annotator.models import Assignment
from common.errors import Refused
from corpus.models import Annotation, Corpus, Dialogue
from tests.agreement.material import judge, judged, put_in_use, source, utterances

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def assert_equal_to_a_report(corpus: Corpus) -> int:
    """Compare with the tables of a report; return the number of annotations."""
    raters = list(corpus.raters.order_by("-pk"))
    assert corpus.codebook
    one, other = (read(codebook=corpus.codebook, raters=raters) for read in (read_first_answers, read_tables))
    assert (one.raters, one.annotations) == (other.raters, other.annotations)
    assert one.dialogue.tolist() == other.dialogue.tolist()
    for mine, theirs in zip(one.tables, other.tables, strict=True):
        assert mine.variable == theirs.variable
        assert (mine.answers, mine.gaps) == (theirs.answers, theirs.gaps)
        assert np.array_equal(mine.codes, theirs.codes)
    return one.annotations


@pytest.fixture
def corpus() -> Corpus:
    made = judged({"b": "+0-? +", "a": "+0 0?-", "c": "      "}, utterances_per_dialogue=2)
    judge(source(made), utterances(made)[1])
    return made


def test_they_equal_the_tables_of_a_report(corpus: Corpus) -> None:
    assert assert_equal_to_a_report(corpus) == 11


def test_without_answers_and_without_raters() -> None:
    assert assert_equal_to_a_report(judged({"a": "  "})) == 0
    empty = judged({"a": "+"})
    assert empty.codebook
    assert read_first_answers(codebook=empty.codebook, raters=[]).annotations == 0
    Dialogue.objects.update(state="excluded")
    assert assert_equal_to_a_report(empty) == 0


def test_unfinished_excluded_withdrawn_and_other_work_is_left_out(corpus: Corpus) -> None:
    first, second, _third = Dialogue.objects.filter(corpus=corpus).order_by("order")
    Assignment.objects.filter(dialogue=first, rater__slug="a").update(state="open", ended_at=None)
    assert assert_equal_to_a_report(corpus) == 9
    Dialogue.objects.filter(pk=second.pk).update(state="excluded")
    assert assert_equal_to_a_report(corpus) == 6
    Annotation.objects.filter(pk=Annotation.objects.filter(rater__slug="b").order_by("pk")[0].pk).update(answers=None)
    assert assert_equal_to_a_report(corpus) == 5


def test_corrected_answers_count_as_they_were_handed_in(corpus: Corpus) -> None:
    own = Annotation.objects.filter(rater__slug="b").order_by("pk")
    Annotation.objects.filter(pk=own[0].pk).update(first_codes=own[2].codes, first_number=1)
    assert assert_equal_to_a_report(corpus) == 11


def test_answers_of_another_codebook_are_translated(corpus: Corpus) -> None:
    put_in_use(corpus, "[negative, neutral, positive]", "[bad, neutral, positive]")
    assert assert_equal_to_a_report(corpus) == 11


def test_missing_codes_are_refused(corpus: Corpus) -> None:
    Annotation.objects.filter(rater__slug="a").update(codes=None)
    with pytest.raises(Refused, match="rebuild_codes"):
        assert_equal_to_a_report(corpus)


def test_the_number_of_queries_does_not_depend_on_the_answers(corpus: Corpus) -> None:
    assert corpus.codebook
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read_first_answers(codebook=corpus.codebook, raters=list(corpus.raters.all()))
    assert len(queries) == 5
