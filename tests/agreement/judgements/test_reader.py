from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreement.domain.self_agreement import SelfAgreement, self_agreement
from agreement.judgements import reader
from agreement.judgements.raters import chosen_raters
from agreement.judgements.reader import JudgementReader
from agreement.judgements.selection import counted
from agreement.judgements.tables import AnswerTables, read_tables
from annotator.models import Assignment
from common.errors import Refused
from corpus.models import Annotation, Corpus, Purpose
from tests.agreement.material import judged, utterances
from tests.annotator.material import answered
from tests.factories import AnnotationFactory, AssignmentFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def read(corpus: Corpus) -> AnswerTables:
    assert corpus.codebook is not None
    return read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, ()))


def retested(corpus: Corpus) -> list[SelfAgreement]:
    utterance, rater = utterances(corpus)[0], corpus.raters.get(slug="a")
    again = {"rater": rater, "codebook": corpus.codebook, "purpose": Purpose.RETEST}
    AnnotationFactory(utterance=utterance, answers=answered(), **again)
    AssignmentFactory(
        dialogue=utterance.dialogue, state=Assignment.State.DONE, ended_at=utterance.dialogue.ready_at, **again
    )
    return self_agreement(corpus=corpus)


@pytest.mark.parametrize("codes", [None, b"", b"\x00\x00"], ids=["missing", "empty", "too short"])
@pytest.mark.parametrize("use", [read, retested], ids=["report", "retest"])
def test_answers_without_their_codes_are_refused(codes: bytes | None, use: Callable[[Corpus], object]) -> None:
    corpus = judged({"a": "+0", "b": "+0"})
    Annotation.objects.filter(rater__slug="a", utterance=utterances(corpus)[0]).update(codes=codes)
    with refused("agreement.codes_missing"):
        use(corpus)


def test_the_refusal_names_the_command() -> None:
    message = str(Refused("agreement.codes_missing", corpus="cmma"))
    assert "manage.py rebuild_codes cmma" in message


def test_chunks_hold_whole_dialogues(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = judged({"a": "+0-+", "b": "+ -0", "c": "0000"}, utterances_per_dialogue=2)
    whole = read(corpus)
    monkeypatch.setattr(reader, "CHUNK", 2)
    assert corpus.codebook is not None
    raters = chosen_raters(corpus, ())
    chunks = list(JudgementReader(codebook=corpus.codebook, raters=raters).chunks(counted(raters)))
    assert [(len(chunk), len(np.unique(chunk.dialogue))) for chunk in chunks] == [(5, 1), (6, 1)]
    in_parts = read(corpus)
    assert [each.codes.tolist() for each in in_parts.tables] == [each.codes.tolist() for each in whole.tables]
    assert (in_parts.digest, in_parts.dialogue.tolist()) == (whole.digest, whole.dialogue.tolist())


def test_annotations_are_read_by_one_query_without_their_answers() -> None:
    corpus = judged({"a": "+0", "b": "+0"})
    assert corpus.codebook is not None
    raters = chosen_raters(corpus, ["a", "b"])
    with CaptureQueriesContext(connection) as queries:
        read_tables(codebook=corpus.codebook, raters=raters)
    [query] = [each["sql"] for each in queries if 'FROM "corpus_annotation"' in each["sql"]]
    assert '"answers",' not in query.partition("FROM")[0]
