"""Formats with one file per episode: ELAN's EAF and WebVTT.

Utterances of a source without episodes have times of their dialogue, so each dialogue gets a file. An utterance without
times, or that ends before it starts, cannot be shown on a time line and is left out; the remark says so.
"""

from __future__ import annotations

import hashlib
import re
from abc import abstractmethod
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from export.formats.format import CONTROL, NOT_XML, RETURNS, ExportFormat, FormatWriter, OutputFolder
from export.formats.times import clock
from export.rows.cells import answer_of
from export.rows.columns import Table
from export.rows.records import Batch, Row

UNSAFE = re.compile(r"[^\w.-]+")
LINE_ENDS = re.compile("\r\n|\r|\n")  # those of WebVTT; other separators of lines are part of a text
RETURN = {"\r": "&#13;"}  # XML would read it as a line feed
LONGEST = 60  # characters of a title in a file name
BLANK_LINES = "blank lines within a text"
NAMES_OF_CUES = "spaces in names of utterances and dialogues, and --> in any name"
UNTIMED = "utterances without times, or that end before they start"


class EpisodeWriter(FormatWriter):
    """Collects the rows of each episode; a subclass sets `place` and `suffix` and writes a file."""

    place = suffix = ""

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        super().__init__(folder, table, splits)
        self._episodes: dict[tuple[str, str], list[tuple[str, bytes]]] = {}

    def write(self, split: str, batch: Batch) -> None:
        """Hold the rows of dialogues."""
        head = batch.rows[0]
        title = head.episode or head.dialogue
        self._episodes.setdefault((head.series, title), []).append((split, batch.lines))

    def finish(self) -> None:
        """Write the files."""
        for (series, title), parts in self._episodes.items():
            rows = [(split, row) for split, lines in parts for row in Batch(lines).rows]
            timed = [(split, row) for split, row in rows if _is_timed(row)]
            timed.sort(key=lambda pair: (pair[1].start_ms or 0, pair[1].end_ms or 0))
            self.folder.put(f"{self.place}/{file_name(series, title)}{self.suffix}", self.content(timed))

    @abstractmethod
    def content(self, rows: list[tuple[str, Row]]) -> bytes:
        """Return the file of an episode, from its rows with their splits in the order of their times."""


class VttWriter(EpisodeWriter):
    """Writes subtitles with speakers; a note before each cue has the other columns and the labels."""

    place, suffix = "vtt", ".vtt"

    def content(self, rows: list[tuple[str, Row]]) -> bytes:
        """Return the subtitles."""
        blocks = ["WEBVTT"]
        for split, row in rows:
            labels = {slug: cell["label"] for slug, cell in row.cells().items() if cell["label"] is not None}
            named = " ".join(f"{slug}={_joined(label)}" for slug, label in labels.items())
            place = f"dialogue={_word(row.dialogue)} order={row.order} split={split}"
            text = "\n".join(escape(line) for line in LINE_ENDS.split(row.text) if line.strip()) or escape(row.text)
            speaker = f"<v {escape(' '.join(row.speaker.split()))}>" if row.speaker else ""
            times = f"{clock(row.start_ms, '.')} --> {clock(row.end_ms, '.')}"
            blocks.append(f"NOTE {place} {named}".rstrip())
            blocks.append(f"{_word(row.id)}\n{times}\n{speaker}{text}")
        return ("\n\n".join(blocks) + "\n").encode()


class EafWriter(EpisodeWriter):
    """Writes a tier of utterances per speaker, and below it one of labels per question and one per rater."""

    place, suffix = "eaf", ".eaf"

    def content(self, rows: list[tuple[str, Row]]) -> bytes:
        """Return the document."""
        slots: list[str] = []
        tiers: dict[str, list[str]] = {}
        heads: dict[str, str] = {}
        count = 0
        for number, (split, row) in enumerate(rows, start=1):
            slots += [_slot(2 * number - 1, row.start_ms), _slot(2 * number, row.end_ms)]
            top = row.speaker or "?"
            count += 1
            utterance = f"a{count}"
            heads.setdefault(top, f'LINGUISTIC_TYPE_REF="utterance" PARTICIPANT={_attribute(row.speaker)}')
            span = f'TIME_SLOT_REF1="ts{2 * number - 1}" TIME_SLOT_REF2="ts{2 * number}"'
            tiers.setdefault(top, []).append(
                f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{utterance}" {span}>'
                f"{_value(row.text)}</ALIGNABLE_ANNOTATION></ANNOTATION>"
            )
            for kind, rater, text in self._notes(split, row):
                tier = f"{kind}{'/' + rater if rater else ''}@{top}"
                count += 1
                parent = f"PARENT_REF={_attribute(top)}"
                annotator = f"ANNOTATOR={_attribute(rater)} " if rater else ""
                heads.setdefault(tier, f"{annotator}LINGUISTIC_TYPE_REF={_attribute(kind)} {parent}")
                tiers.setdefault(tier, []).append(
                    f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a{count}" ANNOTATION_REF="{utterance}">'
                    f"{_value(text)}</REF_ANNOTATION></ANNOTATION>"
                )
        kinds = [*PLACES, *self.table.slugs, *(f"{slug}.label" for slug in self.table.slugs)]
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            (
                '<ANNOTATION_DOCUMENT AUTHOR="" DATE="2000-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0" '
                'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                'xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">'
            ),
            (
                '<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">'
                f'<PROPERTY NAME="lastUsedAnnotationId">{count}</PROPERTY></HEADER>'
            ),
            f"<TIME_ORDER>{''.join(slots)}</TIME_ORDER>",
            *(
                f"<TIER {heads[tier]} TIER_ID={_attribute(tier)}>{''.join(content)}</TIER>"
                for tier, content in tiers.items()
            ),
            '<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="utterance" TIME_ALIGNABLE="true"/>',
            *(
                '<LINGUISTIC_TYPE CONSTRAINTS="Symbolic_Association" GRAPHIC_REFERENCES="false" '
                f'LINGUISTIC_TYPE_ID={_attribute(kind)} TIME_ALIGNABLE="false"/>'
                for kind in kinds
            ),
            '<CONSTRAINT DESCRIPTION="1-1 association with a parent annotation" STEREOTYPE="Symbolic_Association"/>',
            "</ANNOTATION_DOCUMENT>",
        ]
        return ("\n".join(lines) + "\n").encode()

    def _notes(self, split: str, row: Row) -> Iterable[tuple[str, str, str]]:
        yield "dialogue", "", f"{_part(row.dialogue)}/{row.order}/{_part(row.id)}"
        yield "split", "", split
        for slug, cell in row.cells().items():
            state = cell["state"]
            yield f"{slug}.label", "", _joined(cell["label"]) if state == "labelled" else f"{state} ({cell['source']})"
            for vote in cell["votes"]:
                if (answer := answer_of(vote)) is not None:
                    yield slug, vote["rater"], _joined(answer)


PLACES = ("dialogue", "split")


def file_name(series: str, title: str) -> str:
    """Return a file name for an episode, distinct for distinct titles and valid on every system."""
    name = UNSAFE.sub("-", f"{series}-{title}").strip("-.")[:LONGEST]
    digest = hashlib.sha256("\0".join((series, title)).encode()).hexdigest()
    return f"{name}-{digest[:8]}"


def _is_timed(row: Row) -> bool:
    return row.start_ms is not None and row.end_ms is not None and row.end_ms > row.start_ms


def _joined(answer: Any) -> str:
    return ";".join(answer) if isinstance(answer, list) else str(answer)


def _word(text: str) -> str:
    return "_".join(text.replace("-->", "--").split()) or "_"


def _part(name: str) -> str:
    """Return a name for a path of names: as in URLs, a slash in it is %2F and a percent sign %25."""
    return name.replace("%", "%25").replace("/", "%2F")


def _slot(number: int, ms: int | None) -> str:
    return f'<TIME_SLOT TIME_SLOT_ID="ts{number}" TIME_VALUE="{ms}"/>'


def _value(text: str) -> str:
    return f"<ANNOTATION_VALUE>{escape(NOT_XML.sub('', text), RETURN)}</ANNOTATION_VALUE>"


def _attribute(text: str) -> str:
    return quoteattr(NOT_XML.sub("", text), RETURN)


EAF = ExportFormat(
    "eaf",
    "eaf/EPISODE.eaf",
    "ELAN, one file per episode with tiers per speaker, question and rater",
    EafWriter,
    carries=frozenset({"id", "dialogue", "order", "speaker", "text", "start_ms", "end_ms", "label", "state", "votes"}),
    remarks=(UNTIMED, CONTROL, "answers are text: values of links too, sets of choices joined by ;"),
)
VTT = ExportFormat(
    "vtt",
    "vtt/EPISODE.vtt",
    "WebVTT subtitles, one file per episode, with labels as notes",
    VttWriter,
    carries=frozenset({"id", "dialogue", "order", "speaker", "text", "start_ms", "end_ms", "label"}),
    remarks=(UNTIMED, BLANK_LINES, RETURNS, NAMES_OF_CUES),
)
