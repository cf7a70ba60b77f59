"""Importer of MELD (Poria et al. 2019): three CSV files with emotion and sentiment of each utterance of Friends.

Ids of dialogues count from 0 in each split, so their codes carry the split. Times are those of the episode. Of the 190
episodes, 156 occur in several splits; a release reports it, since dialogues belong to their episode. The clips of MELD
(`dia0_utt0.mp4`) are joined to one film per episode if their folders are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import EKMAN, codebook
from corpus.importers.files import Row, clock_ms, rows_of, span
from corpus.importers.remarks import RemarkLog
from corpus.importers.source import (
    Source,
    SourceAnswers,
    SourceDialogue,
    SourceEpisode,
    SourceRater,
    SourceSeries,
    SourceUtterance,
)

FILES = {"train": "train_sent_emo.csv", "dev": "dev_sent_emo.csv", "test": "test_sent_emo.csv"}
CLIPS = {  # as the published archives are unpacked
    "train": ("train_splits", "train"),
    "dev": ("dev_splits_complete", "dev"),
    "test": ("output_repeated_splits_test", "test"),
}
HEADER = (
    *("Sr No.", "Utterance", "Speaker", "Emotion", "Sentiment", "Dialogue_ID", "Utterance_ID", "Season", "Episode"),
    *("StartTime", "EndTime"),
)
SENTIMENTS = ("negative", "neutral", "positive")
SERIES = "Friends"
RATER = SourceRater("meld", "MELD")
RAW = ("Sr No.", "Emotion", "Sentiment", "Season", "Episode", "StartTime", "EndTime")
CODEBOOK = codebook("meld", {"sentiment": {"choices": SENTIMENTS, "scale": "ordinal"}, "emotion": {"choices": EKMAN}})


class MeldImporter(Importer):
    """Reads the CSV files of MELD; a split whose file is missing is left out."""

    name = "meld"
    summary = "MELD, emotion and sentiment in Friends (train/dev/test_sent_emo.csv)"
    columns = {"": "Dialogue_ID", "emotion": "Emotion", "sentiment": "Sentiment"}

    def recognises(self, folder: Path) -> bool:
        """Return whether one of the files is there."""
        return any((folder / name).is_file() for name in FILES.values())

    def has_clips(self, folder: Path) -> bool:
        """Return whether one of the folders of clips is there."""
        return any((folder / name).is_dir() for names in CLIPS.values() for name in names)

    def clip_of(self, folder: Path, utterance: str) -> Path | None:
        """Return the clip of an utterance such as train-0-3."""
        split, dialogue, number = utterance.split("-")
        places = (folder / name / f"dia{dialogue}_utt{number}.mp4" for name in CLIPS[split])
        return next((place for place in places if place.is_file()), None)

    def read(self, folder: Path) -> Source:
        """Read the files.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.header`, `import.columns`,
                `import.unknown_label`, `import.id_unreadable`, `import.id_twice`.
        """
        if not self.recognises(folder):
            raise Refused("import.file_missing", file=FILES["train"])
        remarks = RemarkLog()
        return Source(
            series=[SourceSeries(SERIES, episodes=[SourceEpisode(title) for title in _episodes(folder)])],
            dialogues=_dialogues(folder, remarks),
            raters=[RATER],
            codebook_yaml=CODEBOOK,
            remarks=remarks,
        )


def _episodes(folder: Path) -> list[str]:
    """Return the titles of the episodes in their order."""
    files = [folder / name for name in FILES.values() if (folder / name).is_file()]
    return sorted({_episode(row) for file in files for row in rows_of(file, HEADER)})


def _episode(row: Row) -> str:
    """Return the title of a row's episode, such as S08E21."""
    season, number = (row.cells[column].strip().zfill(2) for column in ("Season", "Episode"))
    return f"S{season}E{number}"


def _dialogues(folder: Path, remarks: RemarkLog) -> Iterator[SourceDialogue]:
    for split, file in FILES.items():
        if not (folder / file).is_file():
            continue
        seen: set[str] = set()
        for key, group in groupby(rows_of(folder / file, HEADER), key=lambda row: row.cells["Dialogue_ID"].strip()):
            rows = list(group)
            first = rows[0]
            if not key.isdecimal():
                raise Refused("import.id_unreadable", file=file, row=first.number, id=key)
            if key in seen:
                raise Refused("import.id_twice", file=file, row=first.number, id=key)
            seen.add(key)
            utterances = list(_utterances(split, key, rows, remarks))
            yield SourceDialogue(
                code=f"{split}-{key}",
                series=SERIES,
                utterances=utterances,
                split=split,
                episode=_episode(first),
                file=file,
            )


def _utterances(split: str, key: str, rows: list[Row], remarks: RemarkLog) -> Iterator[SourceUtterance]:
    seen: set[str] = set()
    before: int | None = None
    for row in rows:
        cells = row.cells
        number = cells["Utterance_ID"].strip()
        if not number.isdecimal():
            raise Refused("import.id_unreadable", file=row.file, row=row.number, id=number)
        if number in seen:
            raise Refused("import.id_twice", file=row.file, row=row.number, id=number)
        seen.add(number)
        answers = {"sentiment": cells["Sentiment"].strip(), "emotion": cells["Emotion"].strip()}
        for task, choices in (("sentiment", SENTIMENTS), ("emotion", EKMAN)):
            if answers[task] not in choices:
                column = task.capitalize()
                raise Refused("import.unknown_label", file=row.file, row=row.number, column=column, value=answers[task])
        times = span(clock_ms(cells["StartTime"]), clock_ms(cells["EndTime"]))
        if times.problem:
            remarks.append(row.remark("EndTime", times.problem, "times left empty"))
        elif before is not None and times.start_ms is not None and times.start_ms < before:
            remarks.append(row.remark("StartTime", "overlaps_previous", "kept"))
        before = times.end_ms
        yield SourceUtterance(
            code=f"{split}-{key}-{number}",
            speaker=cells["Speaker"].strip()[:120],
            text=cells["Utterance"].strip(),
            start_ms=times.start_ms,
            end_ms=times.end_ms,
            answers={RATER.slug: SourceAnswers(answers, {column: cells[column] for column in RAW})},
            row=row.number,
        )
