"""Scores of a training split, from its cross-validated predictions to their file."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.cli import main
from baseline.data.release import read
from baseline.label_errors.scores import cross_validated, is_ambiguous, label_scores
from baseline.models.registry import MODELS
from baseline.options import Options
from tests.baseline.material import SENTIMENT, release_rows, utterance

__all__ = ["torch"]
pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    ("votes", "ambiguous"),
    [
        (["joy", "joy", "anger"], False),
        (["joy", "joy", "anger", "fear"], True),
        (["joy", "anger"], True),
        (["joy"], False),
        ([], False),
        ([["joy", "fear"], ["joy", "fear"], ["joy"]], False),
    ],
    ids=["majority", "half", "split", "one vote", "no votes", "sets"],
)
def test_an_utterance_is_ambiguous_if_no_answer_has_more_than_half_of_the_votes(
    votes: list[str], ambiguous: bool
) -> None:
    row = replace(utterance(), votes={"sentiment": {str(number): each for number, each in enumerate(votes)}})
    assert is_ambiguous(row, SENTIMENT) is ambiguous


def test_ambiguous_labels_keep_their_score_and_are_not_suspected() -> None:
    rows = [utterance(dialogue=str(n), sentiment="negative" if n < 5 else "positive") for n in range(10)]
    rows[0] = replace(rows[0], votes={"sentiment": {"a": "negative", "b": "positive"}})
    rows[1] = replace(rows[1], votes={"sentiment": {"a": "negative", "b": "negative"}})
    rows.append(utterance(dialogue="unlabelled"))
    probabilities = np.array([[0, 0, 1]] * 2 + [[1, 0, 0]] * 3 + [[0, 0, 1]] * 6, np.float32)
    found = label_scores(rows, SENTIMENT, probabilities)
    assert [each.id for each in found] == [row.id for row in rows[:10]]
    assert [(each.suspected, each.ambiguous) for each in found[:3]] == [(False, True), (True, False), (False, False)]
    assert found[0].score == found[1].score > found[2].score


def test_each_row_of_train_is_predicted_by_a_model_that_did_not_see_it(
    write_release: Callable[..., Path], tmp_path: Path
) -> None:
    rows = release_rows()
    for number, row in enumerate(rows["train"]):
        row["text"] = f"word{number // 4}"  # says nothing about other dialogues
    release = read(write_release(rows))
    found = cross_validated(release, MODELS.get("linear"), Options(features=()), cache=tmp_path, workspace=tmp_path)
    labels = [SENTIMENT.classes.index(row.labels["sentiment"]) for row in release.rows["train"]]
    right = (found["sentiment"].argmax(axis=1) == labels).mean()
    assert right < 0.5  # a model that had seen the dialogue would know its word
    assert found["sentiment"].sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_the_command_writes_scores_in_which_planted_errors_come_first(
    write_release: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = release_rows()
    planted = [row for row in rows["train"] if row["labels"]["sentiment"]["label"] == "negative"][:6]
    for row in planted:
        row["labels"]["sentiment"] = {"label": "positive", "votes": {}}
    file = tmp_path / "scores.jsonl"
    assert main(["errors", str(write_release(rows)), "--out", str(file)]) == 0
    head, *scores = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [head[name] for name in ("format", "corpus", "model", "group")] == [
        *("concord-label-scores/1", "small", "linear", "dialogue")
    ]
    own = sorted((each for each in scores if each["question"] == "sentiment"), key=lambda each: -each["score"])
    assert {each["id"] for each in own[:6]} == {row["id"] for row in planted}
    assert all(each["suspected"] for each in own[:6])
    assert len(own) == len(rows["train"])
    assert not {row["id"] for row in rows["test"]} & {each["id"] for each in scores}
    assert "240 labels" in capsys.readouterr().out
