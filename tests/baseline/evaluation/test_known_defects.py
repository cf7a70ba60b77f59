"""Known defects of a release stand below the tables of a baseline."""

from typing import Any

from baseline.evaluation.tables import MOST_DEFECTS, defect_lines


def defect(question: str) -> dict[str, Any]:
    return {"extent": "rows 2,491 to 13,789, 82 % of train.csv", "question": question, "text": "a block repeats"}


def test_each_known_defect_is_a_line_with_its_extent() -> None:
    document = {"known_defects": {"count": 2, "worst": [defect("pull"), defect("")]}}
    assert defect_lines(document) == [
        "known defect: rows 2,491 to 13,789, 82 % of train.csv: pull (a block repeats)",
        "known defect: rows 2,491 to 13,789, 82 % of train.csv (a block repeats)",
    ]


def test_further_defects_are_counted_and_a_release_without_any_has_no_line() -> None:
    worst = [defect("pull")] * MOST_DEFECTS
    lines = defect_lines({"known_defects": {"count": MOST_DEFECTS + 3, "worst": worst}})
    assert lines[-1] == "and 3 further known defects, see the manifest of the release"
    assert defect_lines({}) == []
