from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agreement.models import Report
from tests.agreement.material import judged, put_in_use
from tests.annotator.material import corpus_with_work
from tests.factories import CorpusFactory

pytestmark = pytest.mark.django_db


def output_of(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("agreement", *arguments, stdout=out)
    return out.getvalue().splitlines()


def failure(*arguments: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        output_of(*arguments)
    return caught.value.returncode, str(caught.value)


def test_it_prints_one_line_per_question_and_stores_the_report() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0", "c": "+000"})
    head, titles, sentiment, emotion, link, caption, *notes = output_of(corpus.slug)
    assert head == (f"{corpus.slug}, affect-dialogue v1: 12 annotations of 4 utterances in 4 dialogues by a, b, c")
    assert titles.split() == ["question", "level", "alpha", "95", "%", "interval", "Fleiss", "percent", "compared"]
    report = Report.objects.get()
    assert report.figures is not None
    alpha = report.figures["questions"][0]["alpha"]
    assert caption == "interval: 95 %, clustered by dialogues, for these annotators"
    assert any(each.startswith("sentiment: Only") and "so it is grey" in each for each in notes)
    assert sentiment.split()[:3] == ["sentiment", "ordinal", f"{alpha['value']:.3f}"]
    assert sentiment.split()[3:6] == [f"{alpha['low']:.3f}", "..", f"{alpha['high']:.3f}"]
    assert sentiment.split()[-4:] == ["4", "too", "few", "dialogues"]
    assert emotion.split() == ["emotion", "nominal", "-", "-", "1.000", "4", "no", "variation"]
    assert link.split() == ["emotion_sentiment", "ordinal", "-", "-", "-", "0", "one", "rater"]


def test_raters_can_be_named() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0", "c": "+0-0"})
    assert output_of(corpus.slug, "--raters", "a,c")[0].endswith("by a, c")


def test_a_corpus_without_answers() -> None:
    assert output_of(corpus_with_work().slug)[0].endswith("0 annotations of 0 utterances in 0 dialogues by no raters")


def test_wrong_names_are_usage_errors_and_a_missing_codebook_is_a_failure() -> None:
    corpus = judged({"a": "+0"})
    assert failure("nowhere") == (2, "no corpus with the short name nowhere")
    assert failure(corpus.slug, "--raters", "a,x,y") == (2, "No such rater in this corpus: x, y.")
    bare = CorpusFactory()
    assert failure(bare.slug)[0] == 1
    assert Report.objects.count() == 0


def test_answers_left_out_as_incomparable_follow_the_table() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0"})
    put_in_use(corpus, "[negative, neutral, positive]", "[bad, neutral, positive]")
    last = output_of(corpus.slug)[-1]
    assert last.startswith("sentiment: 8 answers (raters: 2) given under codebook version 1 are left out")
