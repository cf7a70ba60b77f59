"""Importer of ELAN's EAF files: tiers without a parent are speakers, the tiers below them hold answers.

Each file is a dialogue. An annotation of a speaker's tier is an utterance with its times. A tier below it answers a
question. Its linguistic type names the question unless that is a default type of ELAN, else the part of its name before
`@` does; its annotator is the rater. The XML is read without a DTD and without entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.parsers import expat

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import LabelSets
from corpus.importers.files import MOST_BYTES, span
from corpus.importers.raters import rater_slugs
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import (
    Source,
    SourceAnswers,
    SourceDialogue,
    SourceRater,
    SourceSeries,
    SourceUtterance,
)

DEFAULT_TYPES = {"", "default-lt", "default", "utterance", "orthographic transcription"}
RATER = "eaf"
SEPARATOR = re.compile(r"[,;|]")


@dataclass
class _Utterance:
    speaker: str
    text: str
    start: int | None
    end: int | None
    row: int
    given: dict[str, dict[str, str]] = field(default_factory=dict)  # rater -> question -> text


class EafImporter(Importer):
    """Reads all EAF files of a folder."""

    name = "eaf"
    summary = "ELAN, EAF files: tiers as speakers, the tiers below them as answers"

    def recognises(self, folder: Path) -> bool:
        """Return whether all files are EAF files."""
        files = list(folder.iterdir())
        return bool(files) and all(path.suffix.lower() == ".eaf" for path in files)

    def read(self, folder: Path) -> Source:
        """Read the files.

        Raises:
            Refused: `import.file_missing`, `import.xml`, `import.file_too_large`.
        """
        files = sorted(path for path in folder.glob("*") if path.suffix.lower() == ".eaf")
        if not files:
            raise Refused("import.file_missing", file="*.eaf")
        labels, remarks = LabelSets(), RemarkLog()
        read = {path: _utterances(path, remarks) for path in files}
        names = dict.fromkeys(rater for lines in read.values() for line in lines for rater in line.given)
        slugs = {name: slug for slug, name in rater_slugs(names).items()}
        chosen = {
            id(line): {
                rater: {
                    (slug := labels.question(name)): labels.answer(slug, _parts(text))
                    for name, text in questions.items()
                    if _parts(text)
                }
                for rater, questions in line.given.items()
            }
            for lines in read.values()
            for line in lines
        }
        series = "ELAN"
        dialogues = [
            SourceDialogue(
                path.stem[:80],
                series,
                [
                    SourceUtterance(
                        f"{path.stem[:70]}-{number}",
                        line.speaker[:120],
                        line.text,
                        line.start,
                        line.end,
                        {
                            slugs[rater]: SourceAnswers(
                                {question: labels.settled(question, given) for question, given in answers.items()},
                                dict(line.given[rater]),
                            )
                            for rater, answers in chosen[id(line)].items()
                            if answers
                        },
                        line.row,
                    )
                    for number, line in enumerate(lines, start=1)
                ],
                file=path.name,
            )
            for path, lines in read.items()
            if lines
        ]
        return Source(
            series=[SourceSeries(series)],
            dialogues=dialogues,
            raters=[SourceRater(slug, name) for name, slug in slugs.items()],
            codebook_yaml=labels.codebook("elan"),
            remarks=remarks,
        )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in SEPARATOR.split(text) if part.strip()]


def _tree(path: Path) -> ET.Element:
    """Parse a file; a DTD, and so any entity of its own, is refused."""
    if path.stat().st_size > MOST_BYTES:
        raise Refused("import.file_too_large", file=path.name, most_mb=MOST_BYTES >> 20)
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()

    def refuse(*_arguments: object) -> None:
        raise Refused("import.xml", file=path.name, row=parser.CurrentLineNumber, error="DTD")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.buffer_text = True
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise Refused("import.xml", file=path.name, row=error.lineno, error=expat.errors.messages[error.code]) from None
    root = builder.close()
    if root.tag != "ANNOTATION_DOCUMENT":
        raise Refused("import.xml", file=path.name, row=1, error=f"{root.tag}, not ANNOTATION_DOCUMENT")
    return root


def _utterances(path: Path, remarks: RemarkLog) -> list[_Utterance]:
    root = _tree(path)
    slots = {
        slot.get("TIME_SLOT_ID", ""): int(value)
        for slot in root.iter("TIME_SLOT")
        if (value := slot.get("TIME_VALUE", "")).isdecimal()
    }
    tiers = list(root.iter("TIER"))
    found: dict[str, _Utterance] = {}
    row = 0
    for tier in (tier for tier in tiers if not tier.get("PARENT_REF")):
        speaker = tier.get("PARTICIPANT") or tier.get("TIER_ID") or ""
        for annotation in _annotations(tier):
            row += 1
            text = _value(annotation)
            if not text:
                remarks.append(ImportRemark(path.name, row, tier.get("TIER_ID", ""), "", "no_text", "rejected"))
                continue
            times = span(
                slots.get(annotation.get("TIME_SLOT_REF1", "")), slots.get(annotation.get("TIME_SLOT_REF2", ""))
            )
            if times.problem:
                remarks.append(
                    ImportRemark(path.name, row, tier.get("TIER_ID", ""), text[:60], times.problem, "times left empty")
                )
            found[annotation.get("ANNOTATION_ID", str(row))] = _Utterance(
                speaker, text, times.start_ms, times.end_ms, row
            )
    _answers(tiers, found, slots, path.name, remarks)
    placed = sorted(found.values(), key=lambda line: (line.start is None, line.start or 0, line.end or 0, line.row))
    for place, line in enumerate(placed, start=1):
        line.row = place
    return placed


def _answers(
    tiers: list[ET.Element], found: dict[str, _Utterance], slots: dict[str, int], file: str, remarks: RemarkLog
) -> None:
    """Give the annotations of the tiers below a speaker's to its utterances: by reference, or by their times."""
    parents = {tier.get("TIER_ID", ""): tier.get("PARENT_REF", "") for tier in tiers}
    speakers = {
        tier.get("TIER_ID", ""): tier.get("PARTICIPANT") or tier.get("TIER_ID") or ""
        for tier in tiers
        if not tier.get("PARENT_REF")
    }
    owners = {key: key for key in found}
    for tier in sorted((tier for tier in tiers if tier.get("PARENT_REF")), key=lambda tier: _depth(tier, parents)):
        question, rater = _question(tier), tier.get("ANNOTATOR") or RATER
        root = tier.get("TIER_ID", "")
        while parents.get(root):
            root = parents[root]
        for annotation in _annotations(tier):
            key = owners.get(annotation.get("ANNOTATION_REF", "")) or _by_time(
                annotation, found, slots, speakers.get(root, "")
            )
            text = _value(annotation)
            if key is None:
                remarks.append(ImportRemark(file, 0, tier.get("TIER_ID", ""), text[:60], "no_utterance", "left out"))
                continue
            owners[annotation.get("ANNOTATION_ID", "")] = key
            if text:
                found[key].given.setdefault(rater, {})[question] = text


def _by_time(annotation: ET.Element, found: dict[str, _Utterance], slots: dict[str, int], speaker: str) -> str | None:
    start, end = (slots.get(annotation.get(f"TIME_SLOT_REF{number}", "")) for number in (1, 2))
    if start is None or end is None:
        return None
    for key, line in found.items():
        if line.speaker != speaker or line.start is None or line.end is None:
            continue
        if line.start <= start and end <= line.end:
            return key
    return None


def _question(tier: ET.Element) -> str:
    kind = (tier.get("LINGUISTIC_TYPE_REF") or "").strip()
    if kind.casefold() not in DEFAULT_TYPES:
        return kind
    return (tier.get("TIER_ID") or "answer").partition("@")[0].strip() or "answer"


def _depth(tier: ET.Element, parents: dict[str, str]) -> int:
    depth, name = 0, tier.get("PARENT_REF", "")
    while name and depth < len(parents):
        depth, name = depth + 1, parents.get(name, "")
    return depth


def _annotations(tier: ET.Element) -> Iterator[ET.Element]:
    for annotation in tier.iter("ANNOTATION"):
        yield from annotation


def _value(annotation: ET.Element) -> str:
    return (annotation.findtext("ANNOTATION_VALUE") or "").strip()
