import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agreement.statistics.answers.patterns import Patterns, from_codes, from_counts
from agreement.statistics.answers.ratings import Ratings, ratings
from agreement.statistics.gwet_errors import gwet_errors
from agreement.statistics.intervals.by_dialogues import figure_of
from agreement.statistics.intervals.figures import NO_VARIATION, NOTHING_TO_COMPARE, Figure
from agreement.statistics.measures.alpha import alpha
from agreement.statistics.measures.fleiss import fleiss
from agreement.statistics.measures.registry import MEASURES

Case = dict[str, Any]
FAMILIES = {
    "fleiss_gwet": "fleiss",
    "gwet_ac1": "ac1",
    "gwet_ac2": "ac2",
    "bp_weighted": "brennan_prediger",
    "conger": "conger",
    "alpha_weighted": "alpha",
    "alpha_per_label": "alpha_of_label",
    "scott_pi": "scott",
}


def codes_of(case: Case) -> np.ndarray:
    """(N, R) label codes of a case that comes as ratings, as a cross table of two raters, or as counts."""
    position = {label: code for code, label in enumerate(case["categories"])}
    data = case["data"]
    if case["data_format"] == "ratings":
        return np.array([[-1 if rating is None else position[rating] for rating in unit] for unit in data])
    if case["data_format"] == "counts":
        most = max(map(sum, data))
        rows = [[code for code, times in enumerate(row) for _ in range(times)] for row in data]
        return np.array([row + [-1] * (most - len(row)) for row in rows])
    table = np.array(data)
    return np.array([(row, column) for row, column in np.ndindex(table.shape) for _ in range(table[row, column])])


def patterns_of(case: Case) -> Patterns:
    if case["data_format"] == "counts":
        return from_counts(case["data"])
    return from_codes(codes_of(case), len(case["categories"]))


def ratings_of(case: Case, level: str) -> Ratings:
    numbers = all(isinstance(each, int | float) for each in case["categories"])
    values = case["categories"] if level == "interval" and numbers else None
    return ratings(codes_of(case), len(case["categories"]), level=level, values=values)  # type: ignore[arg-type]


def computed(case: Case, name: str, level: str) -> list[Figure]:
    """The figures of a registry entry; weights need a level of measurement with an order."""
    return MEASURES[name].compute(ratings_of(case, level))


def entry_of(case: Case) -> tuple[str, str]:
    """The registry's entry for the case's metric, and the level of measurement that admits its weights."""
    metric, weights = case["metric"], case["params"].get("weights", "identity")
    if metric == "alpha":
        return ("alpha_ratio", "interval") if case["level"] == "ratio" else ("alpha", str(case["level"]))
    family = str(FAMILIES.get(metric, metric))
    return (family, "nominal") if weights == "identity" else (f"{family}_{weights}", "interval")


def computed_of(case: Case) -> Any:
    metric = case["metric"]
    if metric.endswith(("_se", "_se_gwet")):
        return gwet_errors(patterns_of(case))[metric.removeprefix("gwet_").split("_")[0]]
    if metric in ("fleiss_per_category", "one_vs_rest_pi"):
        patterns = patterns_of(case)
        columns = range(patterns.counts.shape[1])
        return [figure_of(fleiss(patterns.one_vs_rest(label))).value for label in columns]
    found = [figure.value for figure in computed(case, *entry_of(case))]
    return found if metric in ("specific_agreement", "alpha_per_label") else found[0]


@pytest.fixture(scope="module")
def oracles(shared: Path) -> dict[str, list[Case]]:
    loaded: dict[str, list[Case]] = json.loads((shared / "oracles" / "agreement.json").read_text(encoding="utf-8"))
    return loaded


def test_every_oracle(oracles: dict[str, list[Case]]) -> None:
    assert len(oracles["cases"]) == 164
    for case in oracles["cases"]:
        found = computed_of(case)
        assert found == pytest.approx(case["expected"], abs=case["tolerance"]), case["name"]
        if case["expected_full_precision"] is not None:
            assert found == pytest.approx(case["expected_full_precision"], abs=1e-9), case["name"]


def test_degenerate_oracles(oracles: dict[str, list[Case]]) -> None:
    found = {
        case["name"].removeprefix("degenerate/"): figure_of(alpha(patterns_of(case), case["level"]))
        for case in oracles["degenerate"]
    }
    assert {name: figure.reason for name, figure in found.items()} == {
        "one_label_everywhere": NO_VARIATION,
        "no_pairable_unit": NOTHING_TO_COMPARE,
        "one_disagreement_only": "",
        "systematic_disagreement": "",
    }
    assert found["one_label_everywhere"].value is found["no_pairable_unit"].value is None
    assert found["one_disagreement_only"].value == pytest.approx(0.0, abs=1e-9)
    assert found["systematic_disagreement"].value == pytest.approx(-0.5, abs=1e-9)


@pytest.mark.parametrize(("dataset", "equal"), [("gwet_raw5observers", True), ("gwet_raw4raters", False)])
def test_our_standard_error_is_gwets_where_no_utterance_is_singly_rated(
    oracles: dict[str, list[Case]], dataset: str, equal: bool
) -> None:
    (case,) = (each for each in oracles["cases"] if (each["dataset"], each["metric"]) == (dataset, "gwet_ac1_se"))
    figure = computed(case, "ac1", "nominal")[0]
    assert (figure.error == pytest.approx(case["expected"], abs=case["tolerance"])) == equal
    if not equal:
        assert figure.error == pytest.approx(0.1253, abs=5e-5)
