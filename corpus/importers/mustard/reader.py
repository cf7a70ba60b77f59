"""Importer of MUStARD (Castro et al. 2019) and MUStARD++ (Ray et al. 2022): sarcasm with context.

MUStARD is one JSON object: an item is an utterance with its context, here one dialogue whose last utterance has the
answer. `folds.json` has five folds and no split, so no split is stored; the fold in whose test part an item is stands
in its raw values. MUStARD++ is a CSV file with a row per utterance; rows of one `SCENE` are a dialogue, and only the
last row has answers (a context row has none).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import codebook
from corpus.importers.files import Row, entry, json_of, rows_of
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import Source, SourceAnswers, SourceDialogue, SourceRater, SourceSeries, SourceUtterance

JSON, FOLDS, PLUS = "sarcasm_data.json", "folds.json", "mustard++_text.csv"
PLUS_HEADER = ("SCENE", "KEY", "SENTENCE", "END_TIME", "SPEAKER", "SHOW", "Sarcasm", "Sarcasm_Type")
EMOTIONS = (
    *("anger", "disgust", "excitement", "fear", "frustration", "happiness", "neutral", "ridicule", "sadness"),
    "surprise",
)
MISSPELT = {
    "happines": "happiness",
    "frus": "frustration",
    "exc": "excitement",
    "sad": "sadness",
    "neu": "neutral",
    "ang": "anger",
    "hap": "happiness",
    "rid": "ridicule",
    "sur": "surprise",
    "dis": "disgust",
    "fea": "fear",
}
TYPES = {"": "none", "none": "none", "pro": "propositional", "ill": "illocutionary", "like": "like", "emb": "embedded"}
RATER = SourceRater("mustard", "MUStARD")
YES_NO = ("no", "yes")
LEVELS = tuple(map(str, range(1, 10)))


class MustardImporter(Importer):
    """Reads `sarcasm_data.json` of MUStARD, or the CSV file of MUStARD++."""

    name = "mustard"
    summary = "MUStARD (sarcasm_data.json) and MUStARD++ (mustard++_text.csv), sarcasm with context"
    columns = {"": "KEY", "sarcasm": "sarcasm", "implicit_emotion": "Implicit_Emotion"}

    def recognises(self, folder: Path) -> bool:
        """Return whether one of the files is there."""
        return (folder / JSON).is_file() or (folder / PLUS).is_file()

    def read(self, folder: Path) -> Source:
        """Read the files.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.json`, `import.json_entry`, `import.header`,
                `import.columns`, `import.unknown_label`.
        """
        remarks = RemarkLog()
        if (folder / PLUS).is_file():
            rows = list(rows_of(folder / PLUS, PLUS_HEADER))
            shows = dict.fromkeys(row.cells["SHOW"].strip() or "MUStARD++" for row in rows)
            tasks: dict[str, Any] = {"sarcasm": {"choices": YES_NO, "scale": "binary"}}
            tasks["sarcasm_type"] = {"choices": list(dict.fromkeys(TYPES.values()))}
            tasks |= {f"{kind}_emotion": {"choices": EMOTIONS} for kind in ("implicit", "explicit")}
            tasks |= {kind: {"choices": LEVELS, "scale": "interval"} for kind in ("valence", "arousal")}
            return Source(
                series=[SourceSeries(show) for show in shows],
                dialogues=_plus(rows, remarks),
                raters=[RATER],
                codebook_yaml=codebook("mustard-plus", tasks),
                remarks=remarks,
            )
        items = json_of(folder / JSON)
        if not isinstance(items, dict) or not items:
            raise Refused("import.json_entry", file=JSON, where="1", expected="{…}", found=type(items).__name__)
        folds = _folds(folder)
        shows = dict.fromkeys(entry(item, "show", str, file=JSON, where=key) for key, item in items.items())
        return Source(
            series=[SourceSeries(show) for show in shows],
            dialogues=(_item(key, item, number, folds, remarks) for number, (key, item) in enumerate(items.items())),
            raters=[RATER],
            codebook_yaml=codebook("mustard", {"sarcasm": {"choices": YES_NO, "scale": "binary"}}),
            remarks=remarks,
        )


def _folds(folder: Path) -> dict[int, int]:
    """Return number of an item -> fold in whose test part it is; empty without the file."""
    if not (folder / FOLDS).is_file():
        return {}
    folds = json_of(folder / FOLDS)
    if not isinstance(folds, list):
        raise Refused("import.json_entry", file=FOLDS, where="1", expected="[…]", found=type(folds).__name__)
    return {
        number: fold
        for fold, parts in enumerate(folds, start=1)
        for number in entry(parts, "test", list, file=FOLDS, where=fold)
    }


def _item(key: str, item: Any, number: int, folds: dict[int, int], remarks: RemarkLog) -> SourceDialogue:
    text, show = (entry(item, name, str, file=JSON, where=key) for name in ("utterance", "show"))
    speaker = entry(item, "speaker", str, file=JSON, where=key)
    context = entry(item, "context", list, file=JSON, where=key)
    speakers = entry(item, "context_speakers", list, file=JSON, where=key)
    sarcasm = entry(item, "sarcasm", bool, file=JSON, where=key)
    if len(speakers) != len(context):
        action = f"{len(speakers)} speakers for {len(context)} utterances; speakers left empty"
        remarks.append(ImportRemark(JSON, number + 1, "context_speakers", key, "speakers_missing", action))
        speakers = [""] * len(context)
    lines = [
        SourceUtterance(f"{key}-c{turn}", str(who).strip()[:120], str(said).strip() or "…", None, None, row=number + 1)
        for turn, (who, said) in enumerate(zip(speakers, context, strict=True), start=1)
    ]
    raw = {"sarcasm": str(sarcasm).lower()} | ({"fold": str(folds[number])} if number in folds else {})
    answers = {RATER.slug: SourceAnswers({"sarcasm": YES_NO[sarcasm]}, raw)}
    lines.append(SourceUtterance(key, speaker.strip()[:120], text.strip(), None, None, answers, number + 1))
    return SourceDialogue(key, show, lines, file=JSON)


def _plus(rows: list[Row], remarks: RemarkLog) -> Iterator[SourceDialogue]:
    seen: dict[str, int] = {}
    for scene, group in groupby(rows, key=lambda row: row.cells["SCENE"].strip()):
        lines = list(group)
        seen[scene] = seen.get(scene, 0) + 1
        code = scene if seen[scene] == 1 else f"{scene}-{seen[scene]}"
        utterances = [_plus_line(row, code, turn, remarks) for turn, row in enumerate(lines, start=1)]
        yield SourceDialogue(code, lines[0].cells["SHOW"].strip() or "MUStARD++", utterances, file=PLUS)


def _plus_line(row: Row, scene: str, turn: int, remarks: RemarkLog) -> SourceUtterance:
    cells = row.cells
    answers: dict[str, Any] = {}
    raw: dict[str, str] = {}
    sarcasm = cells["Sarcasm"].strip()
    if sarcasm:
        if sarcasm not in {"0", "1", "0.0", "1.0"}:
            raise Refused("import.unknown_label", file=row.file, row=row.number, column="Sarcasm", value=sarcasm)
        answers["sarcasm"] = YES_NO[sarcasm.startswith("1")]
        _answer(row, "Sarcasm_Type", TYPES, answers=answers, remarks=remarks)
        for kind in ("Implicit", "Explicit"):
            choices = {name: name for name in EMOTIONS} | MISSPELT
            _answer(row, f"{kind}_Emotion", choices, answers=answers, remarks=remarks)
        for kind in ("Valence", "Arousal"):
            _answer(row, kind, {level: level for level in LEVELS}, answers=answers, remarks=remarks)
        raw = {name: cell for name, cell in cells.items() if name not in {"SENTENCE", "SPEAKER"} and cell}
    return SourceUtterance(
        code=f"{scene}-{turn}",
        speaker=cells["SPEAKER"].strip()[:120],
        text=cells["SENTENCE"].strip() or "…",
        start_ms=None,  # END_TIME alone, of different zeros and with digits cut off ("0:1" for 0:10): kept as raw value
        end_ms=None,
        answers={RATER.slug: SourceAnswers(answers, raw)} if answers else {},
        row=row.number,
    )


def _answer(row: Row, column: str, choices: dict[str, str], *, answers: dict[str, Any], remarks: RemarkLog) -> None:
    value = row.cells.get(column, "").strip()
    found = choices.get(value.casefold())
    if found is None:
        if value:
            remarks.append(row.remark(column, "answer_unknown", "utterance kept without this answer"))
        return
    if value and found != value.casefold() and column != "Sarcasm_Type":
        remarks.append(row.remark(column, "label_misspelt", f"read as {found}"))
    answers[column.lower()] = found
