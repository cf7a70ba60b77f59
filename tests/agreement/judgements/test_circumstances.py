from datetime import UTC, date, datetime
from typing import Any

import pytest

from agreement.judgements.circumstances import NONE, Circumstances, read_circumstances
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import read_tables
from annotator.models import Slot
from corpus.models import Annotation, AnswerMove, Corpus, GuidelineVersion, Revision, Utterance
from tests.agreement.material import judge, judged, put_in_use, source, utterances
from tests.factories import BatchFactory

pytestmark = pytest.mark.django_db


def given(annotation: Annotation, number: int = 1, **fields: Any) -> Revision:
    values: dict[str, Any] = {"cause": "commit", "codebook": annotation.codebook} | fields
    return Revision.objects.create(annotation=annotation, number=number, **values)


def found(corpus: Corpus, *slugs: str) -> Circumstances:
    assert corpus.codebook is not None
    raters = chosen_raters(corpus, slugs)
    return read_circumstances(read_tables(codebook=corpus.codebook, raters=raters), raters)


def test_the_week_guideline_batch_and_shortcut_of_the_first_answers_are_read() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    guideline = GuidelineVersion.objects.create(corpus=corpus, version=1, texts={})
    first, second = Annotation.objects.filter(rater__slug="a").order_by("utterance__dialogue__order")
    given(first, created_at=datetime(2026, 9, 20, 23, 0, tzinfo=UTC), guideline=guideline)  # a Sunday
    given(second, created_at=datetime(2026, 9, 21, 1, 0, tzinfo=UTC), shortcut="all_default")
    other = BatchFactory(corpus=corpus, is_automatic=False, name="second")
    Slot.objects.filter(dialogue=second.utterance.dialogue).update(batch=other)
    read = found(corpus)
    monday = date(2026, 9, 14).toordinal()
    assert read.week.tolist() == [[monday, NONE], [monday + 7, NONE]]
    assert read.guideline.tolist() == [[guideline.pk, NONE], [NONE, NONE]]
    assert read.shortcut.tolist() == [[False, False], [True, False]]
    usual = Slot.objects.exclude(batch=other)[0].batch_id
    assert read.batch.tolist() == [[usual] * 2, [other.pk] * 2]


def test_a_later_correction_changes_nothing() -> None:
    corpus = judged({"a": "+", "b": "+"})
    annotation = Annotation.objects.get(rater__slug="a")
    given(annotation, created_at=datetime(2026, 9, 14, tzinfo=UTC))
    given(annotation, 2, cause="correct", correction={"reason": "slip"}, created_at=datetime(2026, 10, 14, tzinfo=UTC))
    Annotation.objects.filter(pk=annotation.pk).update(number=2, first_number=1, first_codes=annotation.codes)
    assert found(corpus).week[0, 0] == date(2026, 9, 14).toordinal()


def test_moved_answers_keep_the_version_and_the_week_in_which_they_were_given() -> None:
    corpus = judged({"a": "+", "b": "+"})
    annotation, old = Annotation.objects.get(rater__slug="a"), corpus.codebook
    assert old is not None
    given(annotation, created_at=datetime(2026, 9, 14, tzinfo=UTC))
    new = put_in_use(corpus, "name: small", "name: other")
    move = AnswerMove.objects.create(corpus=corpus, old=old, new=new, mapping={})
    moved = {"cause": "migration", "move": move, "codebook": new, "created_at": datetime(2026, 11, 2, tzinfo=UTC)}
    given(annotation, 2, moved_from=1, **moved)
    given(annotation, 3, moved_from=2, **moved)
    Annotation.objects.filter(pk=annotation.pk).update(number=3, codebook=new)
    read = found(corpus)
    assert (read.codebook[0, 0], read.week[0, 0]) == (old.pk, date(2026, 9, 14).toordinal())


def test_series_and_speakers_are_those_of_the_utterances() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    quiet = utterances(corpus)[1]
    Utterance.objects.filter(pk=quiet.pk).update(speaker=None)
    read = found(corpus)
    first = utterances(corpus)[0]
    assert read.series.tolist() == [first.dialogue.series_id, quiet.dialogue.series_id]
    assert read.speaker.tolist() == [first.speaker_id, NONE]


def test_sources_have_no_circumstances_and_other_raters_do_not_matter() -> None:
    corpus = judged({"a": "+0"})
    published = source(corpus)
    judge(published, utterances(corpus)[0])
    given(Annotation.objects.filter(rater__slug="a").order_by("utterance__dialogue__order")[0])
    read = found(corpus, "published")
    assert (read.week.tolist(), read.batch.tolist(), read.codebook.tolist()) == ([[NONE]], [[NONE]], [[NONE]])


def test_without_answers_there_are_no_rows() -> None:
    corpus = judged({"a": " "})
    assert found(corpus).week.shape == (0, 0)
