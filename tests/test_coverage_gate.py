import json
from pathlib import Path
from typing import Any

import pytest

from tests.coverage_gate import Limits, failures, main

GUARDED = frozenset({"/rules/", "/domain/", "/statistics/", "/splits"})
LIMITS = Limits(GUARDED, guarded_minimum=95, total_minimum=80)


def file(lines: int, covered: int, branches: int = 0, taken: int = 0) -> dict[str, Any]:
    counts = {
        "num_statements": lines,
        "covered_lines": covered,
        "num_branches": branches,
        "covered_branches": taken,
    }
    return {"summary": counts}


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param({"corpus/rules/turns.py": file(100, 95)}, [], id="at the limit"),
        pytest.param({}, [], id="nothing to cover"),
        pytest.param(
            {"corpus/rules/turns.py": file(100, 94), "corpus/views.py": file(100, 100)},
            ["corpus/rules: 94.0 % covered, 95 % required"],
            id="rules",
        ),
        pytest.param(
            {"export/splits.py": file(100, 90), "export/views.py": file(100, 100)},
            ["export/splits.py: 90.0 % covered, 95 % required"],
            id="a guarded module",
        ),
        pytest.param(
            {"export/splits/assign.py": file(100, 90), "export/views.py": file(100, 100)},
            ["export/splits: 90.0 % covered, 95 % required"],
            id="a guarded package",
        ),
        pytest.param(
            {"config/backup/domain.py": file(10, 5), "export/views.py": file(100, 100)}, [], id="a module named domain"
        ),
        pytest.param(
            {"agreement/statistics/measures/alpha.py": file(50, 50, 50, 44), "common/jobs.py": file(100, 100)},
            ["agreement/statistics/measures: 94.0 % covered, 95 % required"],
            id="branches count",
        ),
        pytest.param(
            {"annotator/domain/a.py": file(90, 90), "annotator/domain/b.py": file(10, 5)}, [], id="a package together"
        ),
        pytest.param(
            {"annotator/domain/a.py": file(900, 900), "annotator/domain/labelling/b.py": file(10, 5)},
            ["annotator/domain/labelling: 50.0 % covered, 95 % required"],
            id="each folder alone",
        ),
        pytest.param({"corpus/views.py": file(100, 80)}, [], id="total at the limit"),
        pytest.param({"corpus/views.py": file(100, 79)}, ["total: 79.0 % covered, 80 % required"], id="total"),
    ],
)
def test_each_limit_that_is_not_reached_is_named(files: dict[str, Any], found: list[str]) -> None:
    assert failures({"files": files}, LIMITS) == found


@pytest.mark.parametrize(("covered", "code"), [(100, 0), (94, 1)])
def test_the_exit_code_fails_a_run_below_a_limit(tmp_path: Path, capsys: Any, covered: int, code: int) -> None:
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": {"corpus/rules/turns.py": file(100, covered)}}), encoding="utf-8")
    assert main([str(report)]) == code
    assert capsys.readouterr().out.endswith(f"coverage: {covered}.0 % of lines and branches\n")


def test_a_missing_report_is_a_usage_error(tmp_path: Path, capsys: Any) -> None:
    assert main([str(tmp_path / "missing.json")]) == 2
    assert capsys.readouterr().err.startswith("usage:")


def test_the_configured_limits_guard_the_rules_of_the_project() -> None:
    limits = Limits.configured()
    assert limits.guarded == GUARDED
    assert limits.guarded_minimum >= 95
