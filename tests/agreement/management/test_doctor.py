from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from corpus.domain.findings import acknowledge_finding
from corpus.models import Corpus, Finding
from tests.agreement.material import judge, judged, source, utterances
from tests.annotator.material import corpus_with_work
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def doctor(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def with_a_block() -> Corpus:
    corpus = corpus_with_work(dialogues=25, utterances=10)
    rater = source(corpus)
    marks = ["negative", "neutral", "positive", "neutral", "negative"] * 4 + ["positive"] * 5
    for place, utterance in enumerate(utterances(corpus)):
        judge(rater, utterance, sentiment=marks[place % 25])
    return corpus


def test_a_corpus_without_findings_exits_with_0() -> None:
    corpus = judged({"a": "0+0-", "b": "0+0-"})
    assert doctor(corpus.slug) == (0, "0 findings, 0 severe and not dismissed\n")


def test_a_severe_finding_exits_with_1_until_it_is_dismissed_with_a_reason() -> None:
    corpus = with_a_block()
    code, printed = doctor(corpus.slug)
    assert code == 1
    assert "severe   repeated_block" in printed
    assert "a block of 25 rows repeats" in printed
    assert printed.splitlines()[-1].endswith("2 severe and not dismissed"), "the emotion is always the same as well"
    for finding in Finding.objects.filter(severity="severe"):
        acknowledge_finding(finding=finding, user=UserFactory(), comment="drawn so on purpose")
    code, printed = doctor(corpus.slug, "--stored")
    assert code == 0
    assert "(dismissed: drawn so on purpose)" in printed


def test_an_unknown_corpus_is_a_usage_error() -> None:
    assert doctor("nothing")[0] == 2
