import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agreement.domain import slices as module
from agreement.domain.report_figures import figures
from agreement.domain.slices import SLICINGS, rows_of, slices
from agreement.judgements.circumstances import read_circumstances
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import read_tables
from agreement.statistics.intervals.figures import ALIKE, NO_VARIATION, NOTHING_TO_COMPARE
from annotator.models import Slot
from corpus.models import Annotation, Corpus, GuidelineVersion, Revision, Utterance
from tests.agreement.material import judge, judged, put_in_use, utterances
from tests.annotator.material import corpus_with_work
from tests.factories import BatchFactory, RaterFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)


def varied() -> Corpus:
    """A corpus with two slices or more of every kind."""
    corpus = judged({"a": "+0-+0-+0", "b": "+0-00-++", "c": "00-+0+0 "}, utterances_per_dialogue=2)
    for place, annotation in enumerate(Annotation.objects.order_by("utterance__dialogue__order", "utterance", "rater")):
        guideline, _ = GuidelineVersion.objects.get_or_create(corpus=corpus, version=1 + place % 2, texts={})
        Revision.objects.create(
            annotation=annotation,
            number=1,
            cause="commit",
            codebook=annotation.codebook,
            guideline=guideline,
            created_at=MONDAY + timedelta(days=place),
        )
    last = utterances(corpus)[-1]
    Slot.objects.filter(dialogue=last.dialogue).update(
        batch=BatchFactory(corpus=corpus, is_automatic=False, name="second")
    )
    Utterance.objects.filter(pk=last.pk).update(speaker=None)
    return corpus


def found(corpus: Corpus) -> tuple[dict[str, Any], dict[str, Any]]:
    assert corpus.codebook is not None
    raters = chosen_raters(corpus, ())
    answers = read_tables(codebook=corpus.codebook, raters=raters)
    return slices(answers, read_circumstances(answers, raters), corpus), figures(answers)


def test_the_parts_of_every_slicing_add_up_to_alpha_of_the_report() -> None:
    by, report = found(varied())
    assert set(by) == set(SLICINGS) - {"codebook"}
    assert json.loads(json.dumps(by)) == by
    sentiment = report["questions"][0]["alpha"]["value"]
    for document in by.values():
        rows = [row for _, row in rows_of(document, "sentiment")]
        assert sum(row["share"] * (row["value"] or 0) for row in rows) == pytest.approx(sentiment, abs=1e-9)
        assert sum(row["disagreement"] for row in rows) == pytest.approx(1, abs=1e-9)


def test_slices_are_named_in_their_order() -> None:
    by, _ = found(varied())

    def names(slicing: str) -> list[tuple[str, str]]:
        return [(each["kind"], each["name"]) for each in by[slicing]["slices"]]

    assert names("annotator") == [("", "a"), ("", "b"), ("", "c")]
    assert names("guideline") == [("", "v1"), ("", "v2"), ("mixed", "")]
    assert names("batch") == [("", ""), ("", "second")]
    assert names("week")[0] == ("", "2026-09-14")
    assert names("week")[-1] == ("mixed", "")
    assert names("speaker")[-1] == ("none", "")
    assert len(names("series")) == len(names("dialogue")) == 4
    assert all(each["series"] for each in by["speaker"]["slices"] if not each["kind"])


def test_a_dialogue_has_a_value_without_an_interval() -> None:
    by, _ = found(varied())
    rows = [row for _, row in rows_of(by["dialogue"], "sentiment")]
    assert {(row["note"], row["low"], row["n_dialogues"]) for row in rows} == {(ALIKE, None, 1)}
    assert all(row["value"] is not None for row in rows)
    assert {row["reason"] for _, row in rows_of(by["dialogue"], "emotion")} == {NO_VARIATION}
    assert {row["reason"] for _, row in rows_of(by["dialogue"], "emotion_sentiment")} == {NOTHING_TO_COMPARE}


def test_slices_beyond_the_most_are_summed_up_and_still_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = varied()
    whole, report = found(corpus)
    monkeypatch.setattr(module, "MOST", 2)
    by, _ = found(corpus)
    assert [each["kind"] for each in by["dialogue"]["slices"]] == ["", "", "others"]
    rows = [row for _, row in rows_of(by["dialogue"], "sentiment")]
    lost = sorted(row["disagreement"] for _, row in rows_of(whole["dialogue"], "sentiment"))
    assert sorted(row["disagreement"] for row in rows[:2]) == pytest.approx(lost[-2:])
    added = sum(row["share"] * row["value"] for row in rows)
    assert added == pytest.approx(report["questions"][0]["alpha"]["value"], abs=1e-9)


def test_a_question_with_too_many_sets_has_no_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SETS", 0)
    monkeypatch.setattr(module, "MOST", 2)
    corpus = corpus_with_work(dialogues=4)
    put_in_use(corpus, ', keys: "qwe"}', ", many: true}")
    for slug in "ab":
        rater = RaterFactory(corpus=corpus, slug=slug)
        for utterance in utterances(corpus):
            judge(rater, utterance, emotion=["joy"])
    by, _ = found(corpus)
    assert list(rows_of(by["dialogue"], "emotion")) == []


def test_one_part_alone_is_no_slicing() -> None:
    by, _ = found(judged({"a": "+0", "b": "+-"}, utterances_per_dialogue=2))
    assert set(by) == {"annotator"}
