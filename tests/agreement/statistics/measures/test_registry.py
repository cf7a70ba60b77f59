"""The contract of every measure, and a measure added from outside."""

import csv
import re
from itertools import combinations

import numpy as np
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.test import Client
from django.urls import reverse

from agreement.domain.reports import request_report
from agreement.statistics.answers.distances import LEVELS
from agreement.statistics.answers.ratings import Ratings, ratings
from agreement.statistics.intervals.estimates import Estimate, counts_of
from agreement.statistics.intervals.figures import NOTHING_TO_COMPARE, ONE_RATER
from agreement.statistics.measures.measure import Measure, Scope
from agreement.statistics.measures.registry import MEASURES, measures
from common.jobs.queue import execute
from tests.agreement.material import judged
from tests.conftest import ROOT
from tests.factories import MembershipFactory

CATEGORIES, RATERS = 4, 3
FIGURES: dict[Scope, int] = {"question": 1, "category": CATEGORIES, "pair": 3}
CASES = [
    pytest.param(measure, level, id=f"{measure.name}-{level}")
    for measure in MEASURES.values()
    for level in LEVELS
    if level in measure.levels
]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


def sample(level: str, raters: int = RATERS, *, complete: bool = False) -> Ratings:
    rng = np.random.default_rng(4)
    codes = rng.integers(-1, CATEGORIES, (60, raters))
    if complete:
        codes = np.abs(codes)
    sets = [frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset("d")]
    values = sets if level == "sets" else None
    distances = (np.arange(CATEGORIES)[:, None] != np.arange(CATEGORIES)) / 2
    return ratings(codes, CATEGORIES, np.arange(60) // 4, level=level, values=values, distances=distances)  # type: ignore[arg-type]


@pytest.mark.parametrize(("measure", "level"), CASES)
def test_a_measure_returns_a_figure_per_question_category_or_pair(measure: Measure, level: str) -> None:
    found = measure.compute(sample(level, complete=measure.name == "hubert"))
    assert len(found) == FIGURES[measure.scope]
    for figure in found:
        assert figure.value is not None
        assert (0 if measure.is_share else -1) <= figure.value <= 1
        assert (figure.low is None) == (figure.high is None)
        assert figure.low is None or figure.high is None or figure.low <= figure.value <= figure.high
        assert (figure.n_dialogues, figure.reason) == (15, "")


@pytest.mark.parametrize(("measure", "level"), CASES)
def test_a_measure_of_one_rater_is_undefined(measure: Measure, level: str) -> None:
    found = measure.compute(sample(level, raters=1))
    assert len(found) == (0 if measure.scope == "pair" else FIGURES[measure.scope])
    assert {(figure.value, figure.reason) for figure in found} <= {(None, ONE_RATER)}


@pytest.mark.parametrize("shape", [(0, 0), (0, 2), (3, 1), (3, 2)])
@pytest.mark.parametrize(("measure", "level"), CASES)
def test_a_measure_of_no_answers_is_undefined(measure: Measure, level: str, shape: tuple[int, int]) -> None:
    categories = 0 if level == "sets" and measure.scope != "category" else CATEGORIES
    values = {"sets": (), "interval": range(CATEGORIES)}.get(level)
    found = measure.compute(ratings(np.full(shape, -1), categories, level=level, values=values))  # type: ignore[arg-type]
    pairs = shape[1] * (shape[1] - 1) // 2
    assert len(found) == (pairs if measure.scope == "pair" else FIGURES[measure.scope])
    assert {figure.value for figure in found} <= {None}
    assert {figure.reason for figure in found} <= {ONE_RATER, NOTHING_TO_COMPARE}


def test_every_measure_has_a_translated_label_a_formula_and_a_source(catalogue: Catalog) -> None:
    for name, measure in MEASURES.items():
        assert measure.name == name
        assert measure.label in catalogue, name
        assert measure.formula, name
        assert re.search(r"\d{4}|DKPro", measure.source), name


def test_keys_are_unique_within_their_scope() -> None:
    for scope in FIGURES:
        keys = [measure.json_key for measure in measures(scope)]
        assert len(keys) == len(set(keys))


def fixed(given: Ratings, value: float) -> Estimate:
    return Estimate(value, "", given.patterns, None, counts_of(given.patterns))


def first_code(given: Ratings) -> list[Estimate]:
    return [fixed(given, float(given.profiles.codes[given.profiles.of_unit[0], 0]))]


def pair_numbers(given: Ratings) -> list[Estimate]:
    return [fixed(given, first + second / 10) for first, second in combinations(range(given.n_columns), 2)]


@pytest.mark.django_db
def test_a_measure_from_elsewhere_is_in_reports_and_downloads(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    ordinal = frozenset({"ordinal"})
    monkeypatch.setitem(MEASURES, "first_code", Measure("first_code", "First code", first_code, "", "", levels=ordinal))  # type: ignore[arg-type]
    monkeypatch.setitem(
        MEASURES, "numbers", Measure("numbers", "Numbers", pair_numbers, "", "", scope="pair", key="both")
    )
    corpus = judged({"a": "+0-+", "b": "+0-0"})
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    report = request_report(corpus=corpus)
    assert report.job is not None
    execute(str(report.job.public_id))
    report.refresh_from_db()
    assert report.figures is not None
    sentiment, emotion, _ = report.figures["questions"]
    assert {"alpha", "fleiss", "ac1", "percent", "percent_pooled", "conger_bipolar", "first_code"} <= set(sentiment)
    assert (sentiment["first_code"]["value"], "first_code" in emotion) == (2.0, False)
    kappas = {"kappa", "cohen_linear", "cohen_quadratic", "scott", "both"}
    assert set(sentiment["pairs"][0]) == {"first", "second", *kappas}
    address = reverse("agreement:download_csv", args=[corpus.slug, report.public_id])
    rows = list(csv.DictReader(client.get(address).content.decode().splitlines()))
    added = [(row["question"], row["measure"], row["of"], row["value"]) for row in rows if row["measure"] in MEASURES]
    order = list(dict.fromkeys(measure for question, measure, of, _ in added if (question, of) == ("sentiment", "")))
    assert (order[:5], order[-1]) == (["alpha", "fleiss", "ac1", "percent", "percent_pooled"], "first_code")
    assert ("sentiment", "first_code", "", "2.0") in added
    assert ("sentiment", "numbers", "a b", "0.1") in added
