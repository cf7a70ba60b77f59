from typing import Any

import pytest

from agreement.presentation.cards import Card, cards
from corpus.rules.codebook import parse

CODEBOOK = """
name: small
tasks:
  irony: {scale: binary, choices: ["no", "yes"], default: "no", perspective: speaker}
texts:
  en: {irony: {name: Irony}, irony.yes: {name: ironic}}
  zh: {irony: {name: 反讽}}
"""
RELIED_ON, TENTATIVE = "rely on these answers", "tentative conclusions only"
NOT_YET = "not shown to be high enough for conclusions"


def figure(value: float | None, low: float | None = None, reason: str = "", **more: Any) -> dict[str, Any]:
    counts = {"n_units": 400, "n_dialogues": 60, "n_raters": 3}
    return {"value": value, "low": low, "high": None, "reason": reason, **counts, **more}


def irony(**more: Any) -> dict[str, Any]:
    labels = [
        {"label": "no", "given": 700, "share": 0.5, "alpha": figure(0.5), "specific": figure(0.9)},
        {"label": "yes", "given": 100, "share": 0.5, "alpha": figure(0.5), "specific": figure(0.4)},
    ]
    coverage = {"labels": 800, "cannot_judge": 3, "not_applicable": 0, "unanswered": 0, "incomparable": 2}
    usual = {"slug": "irony", "kind": "task", "level": "nominal", "pairs": [], "labels": labels, "coverage": coverage}
    return usual | {name: figure(0.7) for name in ("alpha", "percent", "fleiss", "ac1")} | more


def card(language: str = "en", raters: tuple[str, ...] = ("a", "b", "c"), **more: Any) -> Card:
    (shown,) = cards({"raters": list(raters), "questions": [irony(**more)]}, parse(CODEBOOK), language)
    return shown


@pytest.mark.parametrize(
    ("low", "verdict"), [(0.8, RELIED_ON), (0.79, TENTATIVE), (0.667, TENTATIVE), (0.66, NOT_YET), (-0.1, NOT_YET)]
)
def test_the_lower_end_of_the_interval_decides(low: float, verdict: str) -> None:
    (sentence,) = card(alpha=figure(0.95, low)).sentences
    assert sentence.endswith(verdict + ".")


def test_high_agreement_on_a_common_answer_is_explained() -> None:
    skewed = irony()["labels"]
    skewed[0]["share"], skewed[1]["share"] = 0.95, 0.05
    said = card(alpha=figure(0.42, 0.3), percent=figure(0.945), labels=skewed).sentences
    assert len(said) == 2
    assert said[1].startswith("Raters agree on 94 % of pairs, but “no” makes up 95 % of all answers")
    assert len(card(alpha=figure(0.7, 0.68), percent=figure(0.945), labels=skewed).sentences) == 1
    assert len(card(alpha=figure(0.42, 0.3), percent=figure(0.945)).sentences) == 1


def test_too_few_dialogues_are_mentioned() -> None:
    shown = card(alpha=figure(0.9, 0.85, n_carriers=24, note="few_dialogues"))
    assert (shown.few, len(shown.sentences)) == (True, 2)
    assert shown.sentences[1].startswith("Only 24 dialogues contain the rarer answers. Below 25")
    assert card(alpha=figure(0.9, 0.85, n_carriers=25, note="")).few is False


def test_a_number_of_further_dialogues_is_never_extrapolated_from_a_grey_interval() -> None:
    grey = card(alpha=figure(0.9, 0.85, n_carriers=24, note="few_dialogues"), more_dialogues=1242)
    assert grey.more_dialogues == "not known before 25 dialogues contain the rarer answers; now 24 do"
    known = card(alpha=figure(0.9, 0.85, n_carriers=25, note=""), more_dialogues=1242)
    assert known.more_dialogues == "about 1,242 more dialogues labelled by at least two"


def test_reports_of_earlier_versions_keep_their_rule() -> None:
    assert card(alpha=figure(0.9, 0.85, n_dialogues=49)).few is True
    assert card(alpha=figure(0.9, 0.85, n_dialogues=50)).few is False


@pytest.mark.parametrize(
    ("note", "begins"),
    [("single_event", "There is no interval: only one"), ("perfect", "Nobody disagreed"), ("alike", "There is no int")],
)
def test_other_intervals_have_a_note(note: str, begins: str) -> None:
    assert card(alpha=figure(1.0, None, note=note, n_carriers=30)).sentences[0].startswith(begins)


@pytest.mark.parametrize(
    ("reason", "kind", "units", "begins"),
    [
        ("no_variation", "task", 400, "All raters always gave the same answer"),
        ("one_rater", "task", 0, "No utterance has answers from two raters"),
        ("nothing_to_compare", "task", 0, "No utterance has answers from two raters"),
        ("nothing_to_compare", "link", 0, "No utterance has answers to this link from two raters"),
    ],
)
def test_an_undefined_figure_has_its_reason_in_words(reason: str, kind: str, units: int, begins: str) -> None:
    undefined = figure(None, reason=reason, n_units=units, n_dialogues=min(units, 9))
    shown = card(alpha=undefined, kind=kind)
    assert [sentence.startswith(begins) for sentence in shown.sentences] == [True]
    assert (shown.compared, shown.few) == (units > 0, False)


def test_names_come_from_the_codebook_in_the_readers_language() -> None:
    assert [(label["name"], label["bar"]) for label in card().labels] == [("no", 50.0), ("ironic", 50.0)]
    assert (card().name, card("zh-hans").name, card("fr").name) == ("Irony", "反讽", "irony")


def test_without_comparison_the_bars_show_all_answers() -> None:
    alone = figure(None, reason="one_rater", n_units=0, n_dialogues=0, n_raters=1)
    assert [label["bar"] for label in card(alpha=alone).labels] == [87.5, 12.5]


def test_coverage_lists_the_cases_that_occurred() -> None:
    assert card().coverage == [
        ("800 answers", ""),
        ("cannot judge: 3", "cannot_judge"),
        ("from incomparable codebook versions: 2", "incomparable"),
    ]


def test_pairs_are_below_the_diagonal_and_shaded_by_kappa() -> None:
    pairs = [
        {"first": "a", "second": "b", "kappa": figure(0.99)},
        {"first": "a", "second": "c", "kappa": figure(-0.2, n_units=49)},
        {"first": "b", "second": "c", "kappa": figure(None, reason="no_variation")},
    ]
    (second, of_b), (third, of_c) = card(pairs=pairs).pairs
    assert (second, [cell.figure is not None for cell in of_b]) == ("b", [True, False])
    assert (third, [cell.figure is not None for cell in of_c]) == ("c", [True, True])
    assert (of_b[0].shade, of_b[0].few, of_c[0].shade, of_c[0].few, of_c[1].shade) == (5, False, 0, True, 0)
