"""Files of label scores, which `python -m baseline errors` writes, checked against the split of their release."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from agreement.domain.label_scores import ImportedScores, JudgedLabel, import_scores
from common.errors import Refused
from corpus.models import Corpus
from export.domain.split_memory import splits_of

FORMAT = "concord-label-scores/1"
TRAIN = "train"


class Head(msgspec.Struct):
    """The first line of a file of scores."""

    format: str
    corpus: str
    model: str


class Line(msgspec.Struct):
    """The score of one label."""

    dialogue: str
    id: str
    question: str
    label: str | int | list[str]
    score: float
    suspected: bool
    ambiguous: bool


def import_score_file(*, corpus: Corpus, file: Path, release: str, most: int | None = None) -> ImportedScores:
    """Bring the suspected labels of a file into the queue.

    Args:
        corpus: the corpus.
        file: as `python -m baseline errors` writes it.
        release: name of a stored release, or an unpacked one, whose training split the labels belong to.
        most: see `import_scores`.

    Raises:
        Refused: `scores.unreadable`; `scores.other_corpus`; `scores.not_training`, a label belongs to another split;
            the codes of `import_scores` and `splits_of`.
    """
    head, labels = _read(file)
    if head.corpus != corpus.slug:
        raise Refused("scores.other_corpus", file=file.name, found=head.corpus, corpus=corpus.slug)
    _require_training(labels, splits_of(corpus, release))
    return import_scores(corpus=corpus, source=f"baseline {head.model}", labels=labels, most=most)


def _read(file: Path) -> tuple[Head, list[JudgedLabel]]:
    decoders: dict[bool, Any] = {True: msgspec.json.Decoder(Head), False: msgspec.json.Decoder(Line)}
    head, labels, number = None, list[JudgedLabel](), 1
    try:
        with file.open("rb") as stream:
            for number, text in enumerate(stream, start=1):  # noqa: B007 -- for the message
                found = decoders[head is None].decode(text)
                if isinstance(found, Line):
                    labels.append(
                        JudgedLabel(
                            dialogue=found.dialogue,
                            utterance=found.id,
                            question=found.question,
                            label=found.label,
                            score=found.score,
                            suspected=found.suspected,
                            ambiguous=found.ambiguous,
                        )
                    )
                else:
                    head = found
    except (OSError, ValueError) as error:
        raise Refused("scores.unreadable", file=file.name, line=number) from error
    if head is None or head.format != FORMAT:
        raise Refused("scores.unreadable", file=file.name, line=1)
    return head, labels


def _require_training(labels: list[JudgedLabel], splits: Mapping[str, str]) -> None:
    for label in labels:
        if splits.get(label.dialogue) != TRAIN:
            raise Refused("scores.not_training", dialogue=label.dialogue)
