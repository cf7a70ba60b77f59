"""Material for detectors without a database."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from agreement.detectors.lines import Lines, Row
from agreement.detectors.material import Material, MaterialRater
from corpus.importers.source import Source
from corpus.rules.codebook import Choice, Codebook, CodeLayout, Task


def codebook_of(columns: Mapping[str, Sequence[Any]]) -> Codebook:
    """A codebook whose tasks offer the answers of these columns."""
    tasks = []
    for slug, answers in columns.items():
        flat = [each for answer in answers for each in (answer if isinstance(answer, list) else [answer])]
        choices = tuple(Choice(str(each)) for each in dict.fromkeys(flat))
        many = any(isinstance(answer, list) for answer in answers)
        tasks.append(Task(slug, "nominal", "speaker", choices, choices[0].slug, many))
    return Codebook("test", tuple(tasks))


def answered(columns: Mapping[str, Sequence[Any]], *, file: str = "all.csv", dialogue_length: int = 10) -> Material:
    """Material of one source rater with these answers per question; texts differ from row to row."""
    codebook = codebook_of(columns)
    layout = CodeLayout(codebook)
    rows = list(zip(*columns.values(), strict=True))
    lines = [
        Row(
            dialogue=f"id-{number // dialogue_length}",
            dialogue_code=f"D_{number // dialogue_length}",
            utterance=f"utterance-{number}",
            file=file,
            row=number + 2 if file else None,
            speaker="A" if number % 2 else "B",
            text=f"line {number}",
        )
        for number in range(len(rows))
    ]
    packed = b"".join(layout.encode(dict(zip(columns, answers, strict=True))) for answers in rows)
    codes = np.frombuffer(packed, "<i2").reshape(1, len(rows), layout.width).astype(np.int16)
    return of_raters(codebook, lines, ["source"], codes, kind="source")


def of_raters(codebook: Codebook, lines: Sequence[Row], slugs: Sequence[str], codes: Any, *, kind: str) -> Material:
    """Material of raters with these codes (R, N, W) and no times."""
    none = np.zeros(codes.shape[:2], dtype=np.int64)
    return Material(
        codebook=codebook,
        lines=Lines(lines),
        raters=[MaterialRater(slug, kind) for slug in slugs],
        codes=codes,
        clip_ms=np.zeros(len(lines), dtype=np.int64),
        moment=none,
        active_ms=none,
        played_ms=none,
    )


def joined(*materials: Material) -> Material:
    """The rows of materials of one codebook, one after the other."""
    first = materials[0]
    assert first.codebook is not None
    lines = [line for each in materials for line in each.lines]
    codes = np.concatenate([each.codes for each in materials], axis=1)
    return of_raters(first.codebook, lines, [each.slug for each in first.raters], codes, kind=first.raters[0].kind)


def source_material(source: Source, rater: str, codebook: Codebook) -> Material:
    """Material from an importer's result, with one rater's answers."""
    layout = CodeLayout(codebook)
    pairs = [
        (
            Row(dialogue.code, dialogue.code, each.code, dialogue.file, each.row, each.speaker, each.text),
            layout.encode(each.answers[rater].answers),
        )
        for dialogue in source.dialogues
        for each in dialogue.utterances
    ]
    codes = np.frombuffer(b"".join(packed for _, packed in pairs), "<i2").reshape(1, -1, layout.width)
    return of_raters(codebook, [row for row, _ in pairs], [rater], codes.astype(np.int16), kind="source")
