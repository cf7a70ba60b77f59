"""Edits of utterances in the timeline editor: text, speaker and times, split, merge, insert, delete, shift, stretch.

Each function changes a `Workspace`; `annotator.domain.timeline.edits` opens it, saves it and stores the edit.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import Refused
from corpus.domain.structure.speaker_merges import follow_split
from corpus.domain.structure.speakers import get_or_create_speaker
from corpus.domain.timeline.checks import check_times
from corpus.domain.timeline.workspace import DRAFT, Workspace
from corpus.models import Dialogue, Utterance


@dataclass(frozen=True, slots=True)
class LineChange:
    """New values of an utterance; None leaves a value as it is."""

    id: uuid.UUID
    text: str | None = None
    speaker: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None


def change_lines(work: Workspace, changes: Sequence[LineChange]) -> None:
    """Change the text, speaker and times of utterances.

    Args:
        work: the locked episode.
        changes: a new name becomes a speaker of the series; "" means unknown.

    Raises:
        Refused: `utterance.gone`, `utterance.no_text`, `speaker.name_too_long`, and as `check_times`.
    """
    touched = []
    for change in changes:
        line = work.line(change.id)
        if change.text is not None:
            line.text = _tidy(change.text)
        if change.speaker is not None:
            line.speaker = get_or_create_speaker(work.episode.series, change.speaker)
        if change.start_ms is not None:
            line.start_ms = change.start_ms
        if change.end_ms is not None:
            line.end_ms = change.end_ms
        if (line.start_ms is None) != (line.end_ms is None):
            raise Refused("utterance.span")
        touched.append(line)
    check_times(work, touched)


def split_line(work: Workspace, *, line: uuid.UUID, new: uuid.UUID, at_ms: int, at_char: int) -> None:
    """Split an utterance into two of the same speaker.

    Args:
        work: the locked episode.
        line, new: public ids of the first and of the second part.
        at_ms: start of the second part, inside the utterance.
        at_char: number of characters that stay with the first part; neither may be empty.

    Raises:
        Refused: `utterance.gone`, `utterance.split_text`, `utterance.split_span`, `timeline.id_taken`.
    """
    first = work.line(line)
    texts = first.text[: max(at_char, 0)].strip(), first.text[max(at_char, 0) :].strip()
    if not all(texts):
        raise Refused("utterance.split_text")
    if first.start_ms is None or first.end_ms is None or not first.start_ms < at_ms < first.end_ms:
        raise Refused("utterance.split_span")
    second = work.create_line(new)
    second.text, second.speaker = texts[1], first.speaker
    second.start_ms, second.end_ms = at_ms, first.end_ms
    first.text, first.end_ms = texts[0], at_ms
    work.put(second, first.dialogue, after=first)
    work.move_cues(first.cues.filter(start_ms__gte=at_ms).values_list("pk", flat=True), first, second)
    follow_split(utterance=first, new=second)


def merge_lines(work: Workspace, lines: Sequence[uuid.UUID]) -> None:
    """Merge neighbouring utterances of one dialogue into the first one; the others are retired.

    The speaker is that of the first one that has any.

    Args:
        work: the locked episode.
        lines: public ids, two or more.

    Raises:
        Refused: `utterance.gone`, `timeline.not_neighbours`, and as `check_times`.
    """
    rows = [work.line(key) for key in dict.fromkeys(lines)]
    sequence = work.sequence(rows[0].dialogue)
    if any(row.dialogue_id != rows[0].dialogue_id for row in rows):
        raise Refused("timeline.not_neighbours")
    places = sorted(sequence.index(row) for row in rows)
    if len(places) < 2 or places != list(range(places[0], places[0] + len(places))):
        raise Refused("timeline.not_neighbours")
    first, *others = [sequence[place] for place in places]
    first.text = _joined([first.text, *(other.text for other in others)])
    first.speaker = next((row.speaker for row in (first, *others) if row.speaker), None)
    ends = [row.end_ms for row in (first, *others) if row.end_ms is not None]
    if first.end_ms is not None:
        first.end_ms = max(ends)
    for other in others:
        work.move_cues(other.cues.values_list("pk", flat=True), other, first)
        work.retire(other)
    check_times(work, [first])


def insert_line(
    work: Workspace, *, new: uuid.UUID, text: str, speaker: str, start_ms: int, end_ms: int, dialogue: uuid.UUID | None
) -> None:
    """Insert a missing utterance at its place in time.

    Args:
        work: the locked episode.
        new: public id of the utterance.
        text: not empty.
        speaker: name, "" if unknown.
        start_ms, end_ms: of the episode.
        dialogue: public id; None: the dialogue around `start_ms`, else the nearest one.

    Raises:
        Refused: `dialogue.gone`, `timeline.no_dialogue`, `timeline.id_taken`, `utterance.no_text`, and as
            `check_times`.
    """
    owner = work.dialogue(dialogue) if dialogue else _nearest(work, start_ms)
    line = work.create_line(new)
    line.text, line.speaker = _tidy(text), get_or_create_speaker(work.episode.series, speaker)
    line.start_ms, line.end_ms = start_ms, end_ms
    earlier = [each for each in work.sequence(owner) if each.start_ms is not None and each.start_ms <= start_ms]
    work.put(line, owner, after=earlier[-1] if earlier else None)
    check_times(work, [line])


def delete_lines(work: Workspace, lines: Sequence[uuid.UUID]) -> None:
    """Delete utterances that are not speech; they are retired, and their cues stay with the episode.

    Raises:
        Refused: `utterance.gone`; `timeline.last_of_frozen`, a frozen dialogue would be empty.
    """
    for key in dict.fromkeys(lines):
        line = work.line(key)
        owner = line.dialogue
        work.retire(line)
        if owner.state != DRAFT and not work.sequence(owner):
            raise Refused("timeline.last_of_frozen", dialogue=owner.code)


def retime(work: Workspace, *, factor: float, offset_ms: float, from_ms: int) -> None:
    """Shift or stretch utterances: each time t becomes `factor` · t + `offset_ms`.

    Args:
        work: the locked episode.
        factor: above 0; 1 shifts only.
        offset_ms: may be negative.
        from_ms: utterances that start before it stay; 0: all are moved.

    Raises:
        Refused: `timeline.bad_factor`, `timeline.nothing_moved`, and as `check_times`.
    """
    if not 0.5 <= factor <= 2:
        raise Refused("timeline.bad_factor")
    moved = []
    for line in work.present():
        if line.start_ms is None or line.end_ms is None or line.start_ms < from_ms:
            continue
        line.start_ms = round(factor * line.start_ms + offset_ms)
        line.end_ms = max(line.start_ms + 1, round(factor * line.end_ms + offset_ms))
        moved.append(line)
    if not moved:
        raise Refused("timeline.nothing_moved")
    check_times(work, moved)


def _nearest(work: Workspace, at_ms: int) -> Dialogue:
    """Return the dialogue around a time, else the nearest one; drafts come first where both are equally near."""

    def distance(band: Dialogue) -> tuple[int, bool]:
        starts = [line.start_ms for line in work.sequence(band) if line.start_ms is not None]
        ends = [line.end_ms for line in work.sequence(band) if line.end_ms is not None]
        apart = max(min(starts, default=0) - at_ms, at_ms - max(ends, default=0), 0) if starts else 10**9
        return apart, band.state != DRAFT

    bands = [band for band in work.bands() if band.state != Dialogue.State.EXCLUDED]
    if not bands:
        raise Refused("timeline.no_dialogue")
    return min(bands, key=distance)


def _tidy(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Refused("utterance.no_text")
    return text


def _joined(texts: list[str]) -> str:
    """Join texts with a space, except between two Chinese characters."""
    joined = texts[0]
    for text in texts[1:]:
        wide = joined[-1:] > "\u2e80" and text[:1] > "\u2e80"
        joined = f"{joined}{text}" if wide else f"{joined} {text}"
    return joined


def utterances_of(work: Workspace, keys: Sequence[uuid.UUID]) -> list[Utterance]:
    """Return utterances in the order of their places; all must be in one dialogue.

    Raises:
        Refused: `utterance.gone`, `timeline.not_neighbours`.
    """
    rows = [work.line(key) for key in dict.fromkeys(keys)]
    if len({row.dialogue_id for row in rows}) != 1:
        raise Refused("timeline.not_neighbours")
    return sorted(rows, key=work.sequence(rows[0].dialogue).index)
