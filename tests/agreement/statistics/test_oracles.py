import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agreement.statistics.figures import NO_VARIATION, NOTHING_TO_COMPARE, Figure
from agreement.statistics.measures.ac1 import ac1
from agreement.statistics.measures.alpha import alpha, alpha_per_category
from agreement.statistics.measures.cohen import cohen, pairs
from agreement.statistics.measures.fleiss import fleiss
from agreement.statistics.measures.percent import percent, percent_pooled
from agreement.statistics.measures.specific_agreement import specific_agreement
from agreement.statistics.patterns import Patterns, from_codes, from_counts
from agreement.statistics.student import t_quantile

Case = dict[str, Any]
LEVEL_OF_WEIGHTS = {"identity": "nominal", "quadratic": "interval"}


def codes_of(case: Case) -> np.ndarray:
    """(N, R) label codes of a case that comes as ratings or as a cross table of two raters."""
    position = {label: code for code, label in enumerate(case["categories"])}
    if case["data_format"] == "ratings":
        return np.array([[-1 if rating is None else position[rating] for rating in unit] for unit in case["data"]])
    table = np.array(case["data"])
    return np.array([(row, column) for row, column in np.ndindex(table.shape) for _ in range(table[row, column])])


def patterns_of(case: Case) -> Patterns:
    if case["data_format"] == "counts":
        return from_counts(case["data"])
    return from_codes(codes_of(case), len(case["categories"]))


def level_of(case: Case) -> str | None:
    weights = case.get("params", {}).get("weights")
    return LEVEL_OF_WEIGHTS.get(weights) if weights else case["level"]


def alpha_of(case: Case) -> Figure:
    level = level_of(case)
    values = case["categories"] if level == "interval" else None
    return alpha(patterns_of(case), level, values)  # type: ignore[arg-type]


def cohens(case: Case) -> list[float | None]:
    codes = codes_of(case)
    return [pair.kappa.value for pair in pairs(codes, len(case["categories"]), np.arange(len(codes)))]


def one_figure(measure: Callable[[Patterns], Figure]) -> Callable[[Case], float | None]:
    return lambda case: measure(patterns_of(case)).value


def per_label(measure: Callable[[Patterns], list[Figure]]) -> Callable[[Case], list[float | None]]:
    return lambda case: [figure.value for figure in measure(patterns_of(case))]


def one_vs_rest_fleiss(patterns: Patterns) -> list[Figure]:
    return [fleiss(patterns.one_vs_rest(label)) for label in range(patterns.counts.shape[1])]


MEASURES: dict[str, Callable[[Case], Any]] = {
    "alpha": lambda case: alpha_of(case).value,
    "alpha_weighted": lambda case: alpha_of(case).value,
    "percent": one_figure(percent),
    "percent_pooled": one_figure(percent_pooled),
    "fleiss": one_figure(fleiss),
    "fleiss_gwet": one_figure(fleiss),
    "scott_pi": one_figure(fleiss),
    "gwet_ac1": one_figure(ac1),
    "cohen": lambda case: cohen(case["data"]) if case["data_format"] == "table" else cohens(case)[0],
    "light": lambda case: np.mean(cohens(case)),  # type: ignore[arg-type]
    "alpha_per_label": per_label(alpha_per_category),
    "fleiss_per_category": per_label(one_vs_rest_fleiss),
    "one_vs_rest_pi": per_label(one_vs_rest_fleiss),
    "specific_agreement": per_label(specific_agreement),
}


def expressible(case: Case) -> bool:
    if case["metric"] not in MEASURES or case["level"] == "ratio":
        return False
    weights = case["params"].get("weights")
    if weights is None:
        return True
    return level_of(case) is not None if case["metric"] == "alpha_weighted" else weights == "identity"


@pytest.fixture(scope="module")
def oracles(shared: Path) -> dict[str, list[Case]]:
    loaded: dict[str, list[Case]] = json.loads((shared / "oracles" / "agreement.json").read_text(encoding="utf-8"))
    return loaded


def test_every_oracle_that_the_measures_can_express(oracles: dict[str, list[Case]]) -> None:
    checked: dict[str, int] = {}
    for case in filter(expressible, oracles["cases"]):
        found = MEASURES[case["metric"]](case)
        assert found == pytest.approx(case["expected"], abs=case["tolerance"]), case["name"]
        assert found == pytest.approx(case["expected_full_precision"], abs=1e-9), case["name"]
        checked[case["metric"]] = checked.get(case["metric"], 0) + 1
    assert checked == {
        "alpha": 11,
        "alpha_weighted": 5,
        "percent": 17,
        "percent_pooled": 1,
        "fleiss": 6,
        "fleiss_gwet": 3,
        "scott_pi": 8,
        "gwet_ac1": 10,
        "cohen": 16,
        "light": 1,
        "alpha_per_label": 1,
        "fleiss_per_category": 1,
        "one_vs_rest_pi": 1,
        "specific_agreement": 2,
    }


def test_degenerate_oracles(oracles: dict[str, list[Case]]) -> None:
    found = {case["name"].removeprefix("degenerate/"): alpha_of(case) for case in oracles["degenerate"]}
    assert {name: figure.reason for name, figure in found.items()} == {
        "one_label_everywhere": NO_VARIATION,
        "no_pairable_unit": NOTHING_TO_COMPARE,
        "one_disagreement_only": "",
        "systematic_disagreement": "",
    }
    assert found["one_label_everywhere"].value is found["no_pairable_unit"].value is None
    assert found["one_disagreement_only"].value == pytest.approx(0.0, abs=1e-9)
    assert found["systematic_disagreement"].value == pytest.approx(-0.5, abs=1e-9)


def test_standard_error_is_gwets_where_no_utterance_is_singly_rated(oracles: dict[str, list[Case]]) -> None:
    measure_of = {"fleiss_se_gwet": fleiss, "gwet_ac1_se": ac1}
    cases = [
        case for case in oracles["cases"] if case["metric"] in measure_of and case["dataset"].endswith("observers")
    ]
    for case in cases:
        figure = measure_of[case["metric"]](patterns_of(case))
        assert figure.value is not None
        assert figure.low is not None
        error = (figure.value - figure.low) / t_quantile(0.95, figure.n_dialogues - 1)
        assert error == pytest.approx(case["expected"], abs=case["tolerance"])
        assert error == pytest.approx(case["expected_full_precision"], abs=1e-9)
    assert len(cases) == 2
