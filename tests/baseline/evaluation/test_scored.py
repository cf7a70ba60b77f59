import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.cli import main
from tests.baseline.material import release_rows

pytestmark = pytest.mark.torch

Write = Callable[..., Path]


def records() -> list[dict[str, object]]:
    rows = release_rows()["test"]
    return [{"id": row["id"], "labels": {slug: cell["label"] for slug, cell in row["labels"].items()}} for row in rows]


def scored(release: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, float]]:
    assert main(["score", str(file), "--release", str(release), "--json"]) == 0
    test = json.loads(capsys.readouterr().out)["test"]
    models = {slug: question["models"] for slug, question in test.items()}
    return {
        slug: {name: each["measures"]["macro-f1"]["mean"] for name, each in found.items()}
        for slug, found in models.items()
    }


def test_the_labels_themselves_score_one(
    write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for record in (found := records()):
        labels = record["labels"]
        assert isinstance(labels, dict)
        labels["moods_sentiment"] = 0 if labels["moods_sentiment"] == "not_applicable" else labels["moods_sentiment"]
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, found)), encoding="utf-8")
    figures = scored(write_release(), file, capsys)
    assert {slug: each["mine"] for slug, each in figures.items()} == dict.fromkeys(figures, 1.0)
    assert all(each["majority"] < 0.7 for each in figures.values())


def test_a_csv_with_one_question_is_scored(
    write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("id,sentiment\n" + "".join(f"{each['id']},neutral\n" for each in records()), encoding="utf-8")
    assert set(scored(write_release(), file, capsys)["sentiment"]) == {"majority", "mine"}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", "no prediction for 60 of 60 utterances of test"),
        ('{"id": "u75-1", "labels": {}}', "no prediction for 59 of 60"),
        ("{", "cannot be read"),
    ],
)
def test_incomplete_predictions_are_refused(
    write_release: Write, tmp_path: Path, content: str, error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(content, encoding="utf-8")
    assert main(["score", str(file), "--release", str(write_release())]) == 1
    assert error in capsys.readouterr().err


def test_a_prediction_that_is_no_class_is_refused(
    write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("id,sentiment\n" + "".join(f"{each['id']},happy\n" for each in records()), encoding="utf-8")
    assert main(["score", str(file), "--release", str(write_release())]) == 1
    assert "predicts 'happy' for sentiment" in capsys.readouterr().err
