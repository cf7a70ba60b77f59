"""Importer of M3ED (Zhao et al. 2022): `annotation.json`, Chinese TV series with three raters per utterance.

A series holds dialogues; a dialogue has `SpeakerInfo` (A and B) and `Dialog`, utterance id -> utterance. Times are
HH:MM:SS:FF at 25 frames per second. A rater may choose several emotions ("Sad,Disgust"). The splits are lists of series
in `splitInfo/movie_list_train.txt`, `…_val.txt` and `…_test.txt`, or beside the JSON file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import EKMAN, codebook
from corpus.importers.files import entry, json_of, span, text_of
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import (
    Source,
    SourceAnswers,
    SourceDialogue,
    SourceRater,
    SourceSeries,
    SourceSpeaker,
    SourceUtterance,
)

FILES = ("annotation.json", "M3ED.json")
SPLITS = {"train": "train", "val": "dev", "test": "test"}
FPS = 25
EMOTIONS = {
    "neutral": "neutral",
    "happy": "joy",
    "sad": "sadness",
    "anger": "anger",
    "fear": "fear",
    "surprise": "surprise",
    "disgust": "disgust",
}
AGES = {"child": "child", "young": "young", "mid": "middle-aged", "old": "old"}
RATERS = [SourceRater(f"m3ed-{number}", f"EmoAnnotator{number}") for number in (1, 2, 3)]
FRAMES = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2}):(\d{1,3})")


class M3edImporter(Importer):
    """Reads the JSON file of M3ED with the lists of its splits."""

    name = "m3ed"
    summary = "M3ED, emotions of three raters in Chinese TV series (annotation.json)"
    columns = {"emotion": "EmoAnnotation"}

    def recognises(self, folder: Path) -> bool:
        """Return whether the file is there."""
        return _file(folder) is not None

    def read(self, folder: Path) -> Source:
        """Read the file.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.json`, `import.json_entry`,
                `import.unknown_label`.
        """
        path = _file(folder)
        if path is None:
            raise Refused("import.file_missing", file=FILES[0])
        content = json_of(path)
        if not isinstance(content, dict) or not content:
            raise Refused("import.json_entry", file=path.name, where="1", expected="{…}", found=type(content).__name__)
        remarks = RemarkLog()
        return Source(
            series=[SourceSeries(name, _speakers(path.name, name, dialogues)) for name, dialogues in content.items()],
            dialogues=_dialogues(path.name, content, _splits(folder), remarks),
            raters=RATERS,
            codebook_yaml=codebook("m3ed", {"emotion": {"choices": EKMAN, "many": True}}),
            remarks=remarks,
        )


def _file(folder: Path) -> Path | None:
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


def _splits(folder: Path) -> dict[str, str]:
    """Return series -> split."""
    found = {}
    for name, split in SPLITS.items():
        for path in (folder / "splitInfo" / f"movie_list_{name}.txt", folder / f"movie_list_{name}.txt"):
            if path.is_file():
                found |= {line.strip(): split for line in text_of(path).splitlines() if line.strip()}
    return found


def _speakers(file: str, series: str, dialogues: Any) -> list[SourceSpeaker]:
    found: dict[str, SourceSpeaker] = {}
    for code, dialogue in dialogues.items() if isinstance(dialogues, Mapping) else ():
        for person in entry(dialogue, "SpeakerInfo", dict, file=file, where=f"{series}.{code}").values():
            name = str(person.get("Name", "")).strip()[:120]
            if name and name not in found:
                others = [str(each) for each in person.get("OtherName") or []]
                notes = {"other names": ", ".join(others)} if others else {}
                age = str(person.get("Age", ""))
                found[name] = SourceSpeaker(name, str(person.get("Gender", ""))[:20], AGES.get(age, age)[:20], notes)
    return list(found.values())


def _dialogues(
    file: str, content: Mapping[str, Any], splits: Mapping[str, str], remarks: RemarkLog
) -> Iterator[SourceDialogue]:
    row = 0
    for series, dialogues in content.items():
        if splits and series not in splits:
            remarks.append(ImportRemark(file, row + 1, "splitInfo", series, "split_unknown", "left empty"))
        for code, dialogue in dialogues.items():
            where = f"{series}.{code}"
            people = entry(dialogue, "SpeakerInfo", dict, file=file, where=where)
            lines = []
            before: int | None = None
            for key, line in entry(dialogue, "Dialog", dict, file=file, where=where).items():
                row += 1
                utterance = _utterance(file, row, key, line, people=people, remarks=remarks)
                if before is not None and utterance.start_ms is not None and utterance.start_ms < before:
                    remarks.append(
                        ImportRemark(file, row, "StartTime", str(line["StartTime"]), "overlaps_previous", "kept")
                    )
                before = utterance.end_ms
                lines.append(utterance)
            if lines:
                yield SourceDialogue(code, series, lines, splits.get(series, ""), file=file)


def _utterance(
    file: str, row: int, key: str, line: Any, *, people: Mapping[str, Any], remarks: RemarkLog
) -> SourceUtterance:
    text, speaker = (entry(line, name, str, file=file, where=key) for name in ("Text", "Speaker"))
    start, end = (entry(line, name, str, file=file, where=key) for name in ("StartTime", "EndTime"))
    given = entry(line, "EmoAnnotation", dict, file=file, where=key)
    times = span(_ms(start), _ms(end))
    if times.problem:
        remarks.append(ImportRemark(file, row, "EndTime", f"{start} {end}", times.problem, "times left empty"))
    final = {name: str(given[name]) for name in ("final_mul_emo", "final_main_emo") if given.get(name)}
    answers = {}
    for number, rater in enumerate(RATERS, start=1):
        column = f"EmoAnnotator{number}"
        raw = str(given.get(column) or "").strip()
        if not raw:
            continue
        names = [part.strip().casefold() for part in re.split(r"[,，、/]", raw) if part.strip()]
        unknown = [name for name in names if name not in EMOTIONS]
        if unknown:
            remarks.append(ImportRemark(file, row, column, raw, "answer_unknown", "utterance kept without this answer"))
            continue
        chosen = {EMOTIONS[name] for name in names}
        emotions = [emotion for emotion in EKMAN if emotion in chosen]
        answers[rater.slug] = SourceAnswers({"emotion": emotions}, {column: raw, **final})
    name = str(people.get(speaker, {}).get("Name", speaker)).strip()[:120]
    return SourceUtterance(key, name, text.strip() or "…", times.start_ms, times.end_ms, answers, row)


def _ms(text: str) -> int | None:
    match = FRAMES.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, frames = map(int, match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + round(frames * 1000 / FPS)
