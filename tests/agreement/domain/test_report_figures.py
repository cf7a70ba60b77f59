import json
from typing import Any

import numpy as np
import pytest

from agreement.domain import report_figures
from agreement.domain.report_figures import figures, question_figures
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import Table, read_tables
from agreement.judgements.variables import Variable
from agreement.statistics.answers.dialogues import dialogues_of
from agreement.statistics.answers.patterns import from_codes
from agreement.statistics.intervals.figures import TOO_MANY_SETS
from corpus.models import Corpus
from tests.agreement.material import judge, judged, put_in_use, source, utterances
from tests.agreement.statistics.figured import ac1, alpha, fleiss, percent, percent_pooled
from tests.annotator.material import corpus_with_work

pytestmark = pytest.mark.django_db


def found(corpus: Corpus, *raters: str) -> dict[str, Any]:
    assert corpus.codebook is not None
    return figures(read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, raters)))


def test_every_question_has_its_figures_in_the_codebooks_order() -> None:
    report = found(judged({"a": "+0-+", "b": "+0-0", "c": "+0+0"}))
    assert (report["format"], report["raters"]) == ("concord-agreement/1", ["a", "b", "c"])
    assert [(q["slug"], q["kind"], q["level"]) for q in report["questions"]] == [
        ("sentiment", "task", "ordinal"),
        ("emotion", "task", "nominal"),
        ("emotion_sentiment", "link", "ordinal"),
    ]
    assert json.loads(json.dumps(report)) == report


def test_the_figures_are_those_of_the_answers() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0", "c": "+0+0"}, utterances_per_dialogue=2)
    sentiment = found(corpus)["questions"][0]
    patterns = from_codes([[2, 2, 2], [1, 1, 1], [0, 0, 2], [2, 1, 1]], 3, dialogue=[0, 0, 1, 1])
    for name, expected in {
        "alpha": alpha(patterns, "ordinal"),
        "fleiss": fleiss(patterns),
        "ac1": ac1(patterns),
        "percent": percent(patterns),
        "percent_pooled": percent_pooled(patterns),
    }.items():
        assert sentiment[name]["value"] == pytest.approx(expected.value, abs=1e-11)
        assert sentiment[name]["low"] == pytest.approx(expected.low, abs=1e-11)
        counted = ("n_units", "n_dialogues", "n_raters")
        assert [sentiment[name][count] for count in counted] == [4, 2, 3]
    assert [(row["label"], row["given"], row["share"]) for row in sentiment["labels"]] == [
        ("negative", 2, pytest.approx(2 / 12)),
        ("neutral", 5, pytest.approx(5 / 12)),
        ("positive", 5, pytest.approx(5 / 12)),
    ]
    assert [(pair["first"], pair["second"], pair["kappa"]["n_units"]) for pair in sentiment["pairs"]] == [
        ("a", "b", 4),
        ("a", "c", 4),
        ("b", "c", 4),
    ]
    assert sentiment["pairs"][0]["kappa"]["value"] == pytest.approx(7 / 11)
    assert sentiment["coverage"] == {
        "labels": 12,
        "cannot_judge": 0,
        "not_applicable": 0,
        "unanswered": 0,
        "incomparable": 0,
    }


def test_the_distances_of_the_codebook_have_an_alpha_of_their_own() -> None:
    corpus = judged({"a": "+0-+0", "b": "+0-0-", "c": "+0+0-"})
    plain, _, _ = found(corpus)["questions"]
    assert "alpha_custom" not in plain
    # Distances of an interval scale: the alpha of this scale. The answers are compared under the version in use.
    rows = "distances: [[0, 0.25, 1], [0.25, 0, 0.25], [1, 0.25, 0]]"
    put_in_use(corpus, "{scale: ordinal", f"{{{rows}, scale: ordinal")
    stated, emotion, _ = found(corpus)["questions"]
    patterns = from_codes([[2, 2, 2], [1, 1, 1], [0, 0, 2], [2, 1, 1], [1, 0, 0]], 3)
    assert stated["alpha_custom"]["value"] == pytest.approx(alpha(patterns, "interval").value, abs=1e-11)
    assert stated["alpha"] == plain["alpha"]
    assert "alpha_custom" not in emotion


def test_figures_without_variation_or_answers_are_undefined() -> None:
    _, emotion, link = found(judged({"a": "+0-", "b": "+0-"}))["questions"]
    assert (emotion["alpha"]["value"], emotion["alpha"]["reason"]) == (None, "no_variation")
    assert (link["alpha"]["value"], link["alpha"]["reason"]) == (None, "one_rater")
    assert link["coverage"]["not_applicable"] == 6


def test_a_single_rater_has_answers_but_nothing_to_compare() -> None:
    corpus = corpus_with_work(dialogues=2)
    published = source(corpus)
    for utterance in utterances(corpus):
        judge(published, utterance, sentiment="positive")
    sentiment = found(corpus)["questions"][0]
    assert (sentiment["alpha"]["reason"], sentiment["percent"]["reason"]) == ("one_rater", "one_rater")
    assert [(row["given"], row["share"]) for row in sentiment["labels"]] == [(0, 0.0), (0, 0.0), (2, 0.0)]
    assert sentiment["pairs"] == []


def test_a_corpus_without_answers_has_a_report() -> None:
    report = found(corpus_with_work())
    assert report["raters"] == []
    assert {question["alpha"]["reason"] for question in report["questions"]} == {"one_rater"}


def test_too_many_sets_of_choices_are_not_compared_as_wholes(monkeypatch: pytest.MonkeyPatch) -> None:
    choices = ("x", "y", "z")
    task = Variable("mood", "task", "sets", choices)
    sets = tuple(map(frozenset, (["x"], ["y"], ["x", "y"], ["z"])))
    codes = np.array([[0, 1], [2, 2], [3, -1], [0, 3]])
    whole = question_figures(Table(task, codes, sets, {}), dialogues_of(None, 4), ("a", "b"))
    monkeypatch.setattr(report_figures, "MOST_SETS", 3)
    parts = question_figures(Table(task, codes, sets, {}), dialogues_of(None, 4), ("a", "b"))
    for figure in (parts["alpha"], parts["fleiss"], parts["percent"], parts["pairs"][0]["kappa"]):
        assert (figure["value"], figure["low"], figure["reason"]) == (None, None, TOO_MANY_SETS)
    assert [parts["alpha"][count] for count in ("n_units", "n_dialogues", "n_raters")] == [3, 3, 2]
    assert parts["labels"] == whole["labels"]
    assert whole["alpha"]["value"] is not None
