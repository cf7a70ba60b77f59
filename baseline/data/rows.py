"""The content of a release, as models and measures see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SPLITS = ("train", "dev", "test")
HELD_OUT = ("dev", "test")

Value = str | int
Label = Value | list[str] | None


@dataclass(frozen=True)
class Question:
    """A task or link of the codebook.

    Attributes:
        slug: key in the labels of a row.
        kind: "task" or "link"; the classes of a link are integers on a scale.
        classes: the labels that a model may predict, in the order of the codebook.
        many: whether an utterance may have several of the classes at once.
        scale: of a task, or "ordinal" for a link.
        ends: slugs of the two tasks that a link connects; empty for a task.
    """

    slug: str
    kind: str
    classes: tuple[Value, ...]
    many: bool
    scale: str = "nominal"
    ends: tuple[str, ...] = ()

    @property
    def is_ordered(self) -> bool:
        """Whether the classes have an order: of a link, or of an ordinal or interval task."""
        return not self.many and (self.kind == "link" or self.scale in {"ordinal", "interval"})


@dataclass(frozen=True, slots=True)  # there are as many as utterances, so their size counts
class Row:
    """One utterance of a release.

    Attributes:
        id: its name, unique in the release.
        dialogue: name of its dialogue.
        order: position in the dialogue, from 1.
        speaker: name of its speaker, empty if unknown.
        text: the utterance itself.
        labels: question -> label, None where there is no label to learn from.
        series: name of its series, empty if unknown.
        episode: title of its episode, empty if unknown.
        clip: path of its clip inside the release, empty if there is none.
        votes: question -> rater -> answer, without reserved answers and questions without votes.
        distributions: question -> probability of each class, where the release has soft labels.
    """

    id: str
    dialogue: str
    order: int
    speaker: str
    text: str
    labels: dict[str, Label]
    series: str = ""
    episode: str = ""
    clip: str = ""
    votes: dict[str, dict[str, Label]] = field(default_factory=dict)
    distributions: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """A release whose files match its manifest.

    Attributes:
        path: its folder or zip file.
        corpus: slug of the corpus.
        checksum: sha256 of the manifest, in hexadecimal.
        questions: tasks and links, in the order of the manifest.
        rows: split -> rows, dialogue after dialogue, each in its order.
        group: the unit that its splits do not share: "dialogue", "episode", "series" or "speaker".
        laugh_tracks: series and episode (empty for all of a series) of the sources whose sound has recorded laughter.
        known_defects: `count` and the `worst` ones with `extent`, `question` and `text`; empty if there are none.
    """

    path: Path = field(compare=False)
    corpus: str
    checksum: str
    questions: tuple[Question, ...]
    rows: dict[str, list[Row]]
    group: str = "dialogue"
    laugh_tracks: frozenset[tuple[str, str]] = frozenset()
    known_defects: dict[str, Any] = field(default_factory=dict)

    def has_laugh_track(self, row: Row) -> bool:
        """Return whether the sound of a row's source has recorded laughter, which gives humor away."""
        return (row.series, row.episode) in self.laugh_tracks or (row.series, "") in self.laugh_tracks
