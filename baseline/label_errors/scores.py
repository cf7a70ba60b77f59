"""The error scores of a training split: cross-validated predictions, judged, with ambiguous utterances apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from baseline.data.folds import grouped_folds, recomposed
from baseline.data.rows import Label, Question, Release, Row
from baseline.data.targets import LEAST_VOTES, Floats, codes, has_label
from baseline.features.base import Prepared, Setting
from baseline.features.registry import named
from baseline.label_errors.confident import judge
from baseline.models.base import Job, Model
from baseline.options import Options

FORMAT = "concord-label-scores/1"
FOLDS = 5
DIGITS = 4


@dataclass(frozen=True)
class LabelScore:
    """The score of one label.

    Attributes:
        dialogue: name of the dialogue.
        id: of the utterance.
        question: slug.
        label: the label that was judged.
        score: from 0 to 1; the higher, the more likely wrong.
        suspected: whether the predictions contradict it.
        ambiguous: whether its votes are split, so that no label is the right one; then it is not suspected.
    """

    dialogue: str
    id: str
    question: str
    label: Label
    score: float
    suspected: bool
    ambiguous: bool


def label_scores(rows: Sequence[Row], question: Question, probabilities: Floats) -> list[LabelScore]:
    """Return the scores of the rows that have a label of the question.

    Args:
        rows: of the training split.
        question: the question.
        probabilities: float (rows, classes), of models that did not see the rows.
    """
    labels = codes(rows, question)
    split_votes = np.array([is_ambiguous(row, question) for row in rows], bool)
    judged = judge(labels, probabilities, question, typical=~split_votes)
    return [
        LabelScore(
            rows[number].dialogue,
            rows[number].id,
            question.slug,
            rows[number].labels[question.slug],
            round(float(judged.scores[number]), DIGITS),
            bool(judged.suspected[number] and not split_votes[number]),
            bool(split_votes[number]),
        )
        for number in np.flatnonzero(has_label(labels)).tolist()
    ]


def is_ambiguous(row: Row, question: Question) -> bool:
    """Return whether an utterance has votes and no answer of more than half of them."""
    votes = [tuple(vote) if isinstance(vote, list) else vote for vote in row.votes.get(question.slug, {}).values()]
    return len(votes) >= LEAST_VOTES and 2 * max(Counter(votes).values()) <= len(votes)


def cross_validated(
    release: Release,
    model: Model,
    options: Options,
    *,
    cache: Path,
    workspace: Path,
    count: int = FOLDS,
    log: Callable[[str], None] = lambda _line: None,
) -> dict[str, Floats]:
    """Predict each row of train by a model of the other folds, whose options are chosen on dev.

    Args:
        release: the release.
        model: the model.
        options: of each run.
        cache: folder of computed features.
        workspace: folder for unfinished trainings.
        count: number of folds.
        log: is told one line per fold.

    Returns:
        question -> float32 (rows, classes); a question that the model leaves out is missing.

    Raises:
        BaselineError: train is one group, or a model cannot be trained.
    """
    train = release.rows["train"]
    fold = grouped_folds(train, unit=release.group, count=count)
    found: dict[str, Floats] = {}
    for number in range(int(fold.max()) + 1):
        inside = fold == number
        parts = [
            [row for row, is_in in zip(train, inside, strict=True) if bool(is_in) == wanted] for wanted in (False, True)
        ]
        one = recomposed(release, train=parts[0], dev=release.rows["dev"], test=parts[1])
        log(f"fold {number + 1} of {int(fold.max()) + 1}: {len(parts[1])} utterances")
        place = workspace / f"fold-{number}"
        place.mkdir(parents=True, exist_ok=True)
        outcome = model.run(Job(one, options, 0, place, _preparation(one, options, cache), one.checksum))
        for slug, predictions in outcome.predictions["test"].items():
            shape = (len(train), predictions.probabilities.shape[1])
            found.setdefault(slug, np.zeros(shape, np.float32))[inside] = predictions.probabilities
    return found


def write(file: Path, scores: Iterable[LabelScore], head: Mapping[str, Any]) -> None:
    """Write scores as a line of JSON each, after a first line with the format and what they come from."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    with unfinished.open("w", encoding="utf-8") as stream:
        for line in [{"format": FORMAT, **head}, *map(asdict, scores)]:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    unfinished.replace(file)


def _preparation(
    release: Release, options: Options, folder: Path
) -> Callable[[], list[tuple[str, dict[str, Prepared]]]]:
    def prepare() -> list[tuple[str, dict[str, Prepared]]]:
        setting = Setting(release, folder)
        return [(each.modality, each.prepare(setting)) for each in map(named, options.features)]

    return prepare
