import json
from pathlib import Path
from typing import Any

from baseline.evaluation import metrics, report


def pair(model: metrics.Figures, majority: metrics.Figures) -> dict[str, Any]:
    return {"model": model.as_document(), "majority": majority.as_document()}


LABELLED = pair(
    metrics.single(["no", "yes"], ["no", "yes"], ["no", "yes"]),
    metrics.single(["no", "yes"], ["no", "no"], ["no", "yes"]),
)
UNLABELLED = pair(metrics.single([], [], ["no", "yes"]), metrics.single([], [], ["no", "yes"]))
DOCUMENT: dict[str, Any] = {"corpus": "small", "dev": {"sarcasm": LABELLED}, "test": {"sarcasm": UNLABELLED}}


def test_table_has_the_model_and_the_majority_class_in_each_cell() -> None:
    lines = report.table(DOCUMENT).splitlines()
    assert lines[0] == "model (majority class)"
    assert " ".join(lines[1].split()) == "split question n accuracy macro F1 weighted F1 mean abs. error"
    assert " ".join(lines[2].split()) == "dev sarcasm 2 1.000 (0.500) 1.000 (0.333) 1.000 (0.333) –"


def test_table_has_a_dash_for_figures_without_labels() -> None:
    assert report.table(DOCUMENT).splitlines()[3].split() == ["test", "sarcasm", "0", *"––––"]


def test_columns_of_the_table_are_aligned() -> None:
    lines = report.table(DOCUMENT).splitlines()[1:]
    assert len({len(line) for line in lines}) == 1
    assert [line.index("sarcasm") for line in lines[1:]] == [lines[0].index("question")] * 2


def test_markdown_has_the_figures_of_each_class() -> None:
    lines = report.markdown(DOCUMENT).splitlines()
    assert lines[0] == "# Baseline on small"
    assert "## Classes, dev" in lines
    assert "| sarcasm | yes | 1 | 1.000 | 1.000 | 1.000 |" in lines


def test_results_are_written_as_json_and_markdown(tmp_path: Path) -> None:
    report.write(DOCUMENT, tmp_path)
    assert json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8")) == DOCUMENT
    assert (tmp_path / "metrics.md").read_text(encoding="utf-8") == report.markdown(DOCUMENT)
