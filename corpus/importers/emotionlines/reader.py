"""Importer of EmotionLines and EmotionX (Chen et al. 2018): JSON files with five votes per utterance.

`annotation` counts the votes for neutral, joy, sadness, fear, anger, surprise and disgust, in this order. The votes of
an utterance are anonymous: the raters here are five places, filled in that order, so figures of a single rater mean
nothing, while those that do not distinguish raters (Fleiss' kappa, alpha, the majority) are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import EKMAN, codebook
from corpus.importers.files import entry, json_of
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import Source, SourceAnswers, SourceDialogue, SourceRater, SourceSeries, SourceUtterance

ORDER = ("neutral", "joy", "sadness", "fear", "anger", "surprise", "disgust")
VOTES = 5
RATERS = [SourceRater(f"vote-{number}", f"vote {number} of {VOTES}") for number in range(1, VOTES + 1)]
SPLITS = ("train", "dev", "test")
MAJORITY = {*ORDER, "non-neutral"}


class EmotionLinesImporter(Importer):
    """Reads `friends.json` or files such as `friends_train.json` and `emotionpush_dev.json`."""

    name = "emotionlines"
    summary = "EmotionLines and EmotionX, five votes on emotion (friends*.json, emotionpush*.json)"
    columns = {"": "dialogue", "emotion": "annotation"}

    def recognises(self, folder: Path) -> bool:
        """Return whether a file has one of the names."""
        return bool(_files(folder))

    def read(self, folder: Path) -> Source:
        """Read the files.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.json`, `import.json_entry`, `import.votes`.
        """
        files = _files(folder)
        if not files:
            raise Refused("import.file_missing", file="friends.json")
        remarks = RemarkLog()
        return Source(
            series=[SourceSeries(name) for name in dict.fromkeys(_series(path) for path in files)],
            dialogues=_dialogues(files, remarks),
            raters=RATERS,
            codebook_yaml=codebook("emotionlines", {"emotion": {"choices": EKMAN}}),
            remarks=remarks,
        )


def _files(folder: Path) -> list[Path]:
    found = [*folder.glob("friends*.json"), *folder.glob("emotionpush*.json")]
    # the whole and its parts are the same dialogues
    whole = {path.stem for path in found if "_" not in path.stem}
    return sorted(path for path in found if "_" not in path.stem or path.stem.partition("_")[0] not in whole)


def _series(path: Path) -> str:
    return path.stem.partition("_")[0].capitalize()


def _dialogues(files: list[Path], remarks: RemarkLog) -> Iterator[SourceDialogue]:
    for path in files:
        content = json_of(path)
        if not isinstance(content, list):
            raise Refused(
                "import.json_entry", file=path.name, where="1", expected="[[…]]", found=type(content).__name__
            )
        split = next((split for split in SPLITS if path.stem.endswith(split)), "")
        prefix = path.stem.replace("_", "-")
        number = 0
        for place, lines in enumerate(content, start=1):
            if not isinstance(lines, list) or not lines:
                remarks.append(ImportRemark(path.name, place, "dialogue", "", "empty_dialogue", "skipped"))
                continue
            utterances = []
            for turn, line in enumerate(lines, start=1):
                number += 1
                utterances.append(_utterance(line, f"{prefix}-{place}-{turn}", path.name, number, remarks))
            yield SourceDialogue(f"{prefix}-{place}", _series(path), utterances, split, file=path.name)


def _utterance(line: Any, code: str, file: str, number: int, remarks: RemarkLog) -> SourceUtterance:
    text = entry(line, "utterance", str, file=file, where=code)
    speaker = entry(line, "speaker", str, file=file, where=code)
    votes = entry(line, "annotation", str, file=file, where=code)
    majority = entry(line, "emotion", str, file=file, where=code)
    if len(votes) != len(ORDER) or not votes.isdecimal() or sum(map(int, votes)) != VOTES:
        raise Refused("import.votes", file=file, where=code, value=votes, expected=VOTES)
    cast = [choice for choice, count in zip(ORDER, votes, strict=True) for _vote in range(int(count))]
    highest = max(map(int, votes))
    winners = [choice for choice, count in zip(ORDER, votes, strict=True) if int(count) == highest]
    derived = winners[0] if highest > VOTES // 2 else "non-neutral"
    if majority != derived:
        action = f"kept; the votes say {derived}"
        remarks.append(ImportRemark(file, number, "emotion", majority, "majority_differs", action))
    raw = {"annotation": votes, "emotion": majority}
    return SourceUtterance(
        code=code,
        speaker=speaker.strip()[:120],
        text=text.strip() or "…",
        start_ms=None,
        end_ms=None,
        answers={
            rater.slug: SourceAnswers({"emotion": choice}, raw) for rater, choice in zip(RATERS, cast, strict=True)
        },
        row=number,
    )
