import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from agreement.domain.report_figures import figures
from agreement.domain.report_pictures import pictures
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import read_tables
from agreement.presentation.without_raters import without_raters
from annotator.models import Assignment
from corpus.models import Corpus, GuidelineVersion
from tests.agreement.label_index.material import random_corpus
from tests.agreement.material import judged

pytestmark = pytest.mark.django_db


def found(corpus: Corpus) -> dict[str, Any]:
    assert corpus.codebook is not None
    raters = chosen_raters(corpus, ())
    return pictures(read_tables(codebook=corpus.codebook, raters=raters), corpus=corpus, raters=raters)


def test_the_tables_are_those_of_the_answers() -> None:
    corpus = judged({"a": "++-0", "b": "+0-0", "c": "+0  "}, utterances_per_dialogue=2)
    tables = found(corpus)
    sentiment = tables["questions"][0]
    assert json.loads(json.dumps(tables)) == tables
    assert tables["overlap"] == [[4, 4, 2], [4, 4, 2], [2, 2, 2]]
    assert (sentiment["slug"], sentiment["answers"]) == ("sentiment", ["negative", "neutral", "positive"])
    assert sentiment["pairs"][0] == {
        "first": "a",
        "second": "b",
        "utterances": 4,
        "counts": [[1, 0, 0], [0, 1, 0], [0, 1, 1]],
    }
    assert sentiment["pooled"] == [[2, 0, 0], [0, 4, 2], [0, 2, 6]]
    use = {each["rater"]: each for each in sentiment["usage"]}
    assert [label["own"] for label in use["a"]["labels"]] == [0.25, 0.25, 0.5]
    assert [each["rater"] for each in sentiment["without"]] == ["a", "b", "c"]
    codes = [dialogue.code for dialogue in corpus.dialogues.order_by("order")]
    assert sentiment["dialogues"]["worst"] == [{"code": codes[0], "pairs": 6, "differing": 2}]
    assert (sentiment["dialogues"]["shares"][0], sum(sentiment["dialogues"]["shares"])) == (1, 2)
    assert tables["dialogues"]["worst"] == [{"code": codes[0], "pairs": 12, "differing": 2}]


def test_weeks_begin_on_monday_and_belong_to_the_last_rater() -> None:
    corpus = judged({"a": "+0-+", "b": "+--0", "c": "000+"})
    first, second, third, fourth = corpus.dialogues.order_by("order")
    Assignment.objects.update(ended_at=datetime(2026, 3, 4, 12, tzinfo=UTC))
    Assignment.objects.filter(dialogue=second, rater__slug="b").update(ended_at=datetime(2026, 3, 9, 12, tzinfo=UTC))
    Assignment.objects.filter(dialogue__in=[third, fourth]).update(ended_at=datetime(2026, 3, 20, 12, tzinfo=UTC))
    GuidelineVersion.objects.create(corpus=corpus, version=1, texts={"en": "# Rules"})
    tables = found(corpus)
    weeks = tables["questions"][0]["weeks"]
    assert [(each["week"], each["alpha"]["n_units"]) for each in weeks] == [
        ("2026-03-02", 1),
        ("2026-03-09", 1),
        ("2026-03-16", 2),
    ]
    assert [each["version"] for each in tables["guidelines"]] == [1]
    assert corpus.codebook is not None
    whole = figures(read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, ())))["questions"][0]["alpha"]
    mean = sum(each["alpha"]["value"] * each["alpha"]["n_units"] for each in weeks) / 4
    assert mean == pytest.approx(whole["value"], abs=1e-8)
    assert first.code not in [each["code"] for each in tables["questions"][1]["dialogues"]["worst"]]


def test_two_raters_have_no_alpha_without_each() -> None:
    assert found(judged({"a": "+0", "b": "+-"}))["questions"][0]["without"] == []


def test_nothing_to_compare_gives_empty_tables() -> None:
    tables = found(judged({"a": "+0"}))
    sentiment = tables["questions"][0]
    assert (sentiment["pairs"], sentiment["usage"], sentiment["weeks"]) == ([], [], [])
    assert sum(sentiment["dialogues"]["shares"]) == 0


def test_sets_of_choices_are_compared_choice_by_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = random_corpus(random.Random(3))
    channels = found(corpus)["questions"][2]
    assert (channels["slug"], len(channels["answers"]), len(channels["pooled"])) == ("channels", 17, 17)
    assert len(channels["usage"][0]["labels"]) == 17
    assert channels["without"]
    monkeypatch.setattr("agreement.domain.report_pictures.MOST_SETS", 1)
    many = found(corpus)["questions"][2]
    assert (many["without"], many["weeks"]) == ([], [])


def test_a_member_who_labels_gets_no_tables_of_raters_or_dialogues() -> None:
    corpus = judged({"a": "++-0", "b": "+0-0", "c": "+00-"})
    assert corpus.codebook is not None
    raters = chosen_raters(corpus, ())
    tables = read_tables(codebook=corpus.codebook, raters=raters)
    shown = without_raters(figures(tables) | {"pictures": pictures(tables, corpus=corpus, raters=raters)})["pictures"]
    for question in shown["questions"]:
        assert (question["pairs"], question["usage"], question["without"]) == ([], [], [])
        assert question["dialogues"]["worst"] == []
    assert (shown["overlap"], shown["dialogues"]["worst"]) == ([], [])
    assert shown["questions"][0]["pooled"] != []
