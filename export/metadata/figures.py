"""Figures and tables of a release for its data paper: SVG, CSV and LaTeX, counted from the released rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from django.utils import translation

from agreement.domain.corpus_figures.described import Described, Group, Labels
from agreement.presentation.corpus_figures.page import corpus_pictures
from agreement.presentation.drawing.files import files_of
from agreement.statistics.answers.dialogues import dialogues_of
from corpus.rules.codebook import Codebook, answer_slugs
from export.formats.release_files import ReleaseFiles

SPLITS = ("train", "dev", "test")


class _Label(msgspec.Struct):
    label: Any


class _Row(msgspec.Struct):
    """The parts of a row that are counted; the votes are skipped."""

    dialogue: str
    series: str
    speaker: str
    text: str
    start_ms: int | None
    end_ms: int | None
    labels: dict[str, _Label]


_decoder = msgspec.json.Decoder(_Row)


def put_figures(
    files: ReleaseFiles, folder: Path, *, splits: Sequence[str], rules: Codebook, manifest: dict[str, Any]
) -> None:
    """Write `figures/` and `tables/` of a release.

    Args:
        files: of the release, where they are added.
        folder: of the release, with the native files of all splits.
        splits: their names.
        rules: the codebook.
        manifest: with `agreement` and `speakers`.
    """
    with translation.override("en"):
        described = describe(list(_rows(folder, splits)), rules, manifest["speakers"])
        for name, content in files_of(corpus_pictures(described, "en", manifest["agreement"])):
            files.put(name, content.encode())


def _rows(folder: Path, splits: Sequence[str]) -> Iterator[tuple[str, _Row]]:
    for split in splits:
        with (folder / f"{split}.jsonl").open("rb") as file:
            for line in file:
                yield split, _decoder.decode(line)


def describe(rows: Sequence[tuple[str, _Row]], rules: Codebook, speakers: Sequence[dict[str, Any]]) -> Described:
    """Return the rows of a release as a described corpus.

    Args:
        rows: with their splits, dialogue by dialogue.
        rules: the codebook.
        speakers: as the manifest describes them.
    """
    about = {(each["series"], each["name"]): each for each in speakers}
    people = [about.get((row.series, row.speaker), {}) for _split, row in rows]
    numbers: dict[tuple[str, str], int] = {}
    spoken = [
        numbers.setdefault((row.series, row.speaker), len(numbers)) if row.speaker else -1 for _split, row in rows
    ]
    codes: dict[str, int] = {}
    dialogue = np.array([codes.setdefault(row.dialogue, len(codes)) for _split, row in rows], dtype=np.int64)
    return Described(
        rules=rules,
        dialogues=dialogues_of(dialogue, len(rows)),
        groups={
            "split": Group.of([split for split, _row in rows], SPLITS),
            "series": Group.of([row.series for _split, row in rows]),
            "gender": Group.of([each.get("gender", "") for each in people]),
            "age": Group.of([each.get("age_group", "") for each in people]),
            "speaker": Group.of([row.speaker for _split, row in rows]),
        },
        labels={question.slug: _labels(rows, question.slug, answer_slugs(question)) for question in rules.questions},
        characters=np.array([len(row.text) for _split, row in rows], dtype=np.int64),
        seconds=np.array([_seconds(row) for _split, row in rows], dtype=float),
        speaker=np.array(spoken, dtype=np.int64),
    )


def _labels(rows: Sequence[tuple[str, _Row]], slug: str, answers: Sequence[str]) -> Labels:
    place = {answer: number for number, answer in enumerate(answers)}
    given = [row.labels[slug].label for _split, row in rows]
    if any(isinstance(each, list) for each in given):
        sets = [{place[choice] for choice in each or ()} for each in given]
        return Labels(np.array([[number in each for each in sets] for number in range(len(answers))]), None)
    code = np.array([-1 if each is None else place[str(each)] for each in given], dtype=np.int64)
    return Labels(np.stack([code == number for number in range(len(answers))]), code)


def _seconds(row: _Row) -> float:
    if row.start_ms is None or row.end_ms is None or row.end_ms <= row.start_ms:
        return float("nan")
    return (row.end_ms - row.start_ms) / 1000
