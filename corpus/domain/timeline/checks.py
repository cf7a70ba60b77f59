"""Checks of an edit before it is written: versions, times, order, and overlaps of one speaker."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

from common.errors import Refused
from corpus.domain.structure.utterance_edits import check_span
from corpus.domain.timeline.workspace import Json, Workspace
from corpus.models import Utterance


class Conflict(Refused):
    """An edit of something that has been changed since it was read.

    Attributes:
        lines, dialogues, speakers: public ids of what has been changed.
    """

    def __init__(
        self, *, lines: Iterable[str] = (), dialogues: Iterable[str] = (), speakers: Iterable[str] = ()
    ) -> None:
        super().__init__("timeline.conflict")
        self.lines, self.dialogues, self.speakers = list(lines), list(dialogues), list(speakers)


def check_versions(work: Workspace, versions: Mapping[uuid.UUID, int]) -> None:
    """Refuse an edit based on other versions of utterances or dialogues than the present ones.

    Args:
        work: the locked episode.
        versions: public id of an utterance or a dialogue -> the version that the editor shows.

    Raises:
        Conflict: some of them were changed or removed since.
    """
    lines, bands = [], []
    for key, version in versions.items():
        if key in work.dialogues:
            if work.dialogues[key].version != version or key not in work.sequences:
                bands.append(str(key))
        elif key not in work.lines or work.lines[key].version != version or work.is_retired(work.lines[key]):
            lines.append(str(key))
    if lines or bands:
        raise Conflict(lines=lines, dialogues=bands)


def check_times(work: Workspace, touched: Iterable[Utterance]) -> None:
    """Refuse changed times that leave the episode, change the order of a dialogue, or make a speaker overlap.

    What was so before the edit stays allowed: subtitles as found have such places, too.

    Args:
        work: the locked episode.
        touched: the utterances that the edit changed.

    Raises:
        Refused: `utterance.span`, `utterance.past_end`, `utterance.disorder`, `utterance.overlap`.
    """
    lines = [line for line in touched if not work.is_retired(line)]
    timed = [line for line in lines if line.start_ms is not None and line.end_ms is not None]
    for line in timed:
        check_span(work.episode, line.start_ms or 0, line.end_ms or 0)
    _check_order(work, timed)
    _check_overlaps(work, timed)


def _check_order(work: Workspace, lines: list[Utterance]) -> None:
    for line in lines:
        sequence = work.sequence(line.dialogue)
        place = sequence.index(line)
        for first, second in zip(
            sequence[max(0, place - 1) : place + 1], sequence[max(1, place) : place + 2], strict=False
        ):
            if _disordered(_span(first), _span(second)) and not _disordered(
                _span_before(work, first), _span_before(work, second)
            ):
                raise Refused("utterance.disorder")


def _disordered(first: tuple[int, int] | None, second: tuple[int, int] | None) -> bool:
    return first is not None and second is not None and first[0] > second[0]


def _check_overlaps(work: Workspace, lines: list[Utterance]) -> None:
    """Compare each utterance with the others of its speaker in the episode; unnamed speakers may overlap."""
    keys = {line.pk for line in lines}
    of_speaker: dict[int, list[Utterance]] = defaultdict(list)
    for line in work.present():
        if line.speaker_id is not None:
            of_speaker[line.speaker_id].append(line)
    for line in lines:
        for other in of_speaker.get(line.speaker_id or 0, ()):
            if other.pk == line.pk:
                continue
            now = _overlap(_span(line), _span(other))
            if now <= 0:
                continue
            same = _speaker_before(work, line) == _speaker_before(work, other)
            then = _overlap(_span_before(work, line), _span_before(work, other)) if same else 0
            if then <= 0 or (now > then and other.pk not in keys):
                raise Refused("utterance.overlap", speaker=line.speaker.name if line.speaker else "", other=other.code)


def _overlap(first: tuple[int, int] | None, second: tuple[int, int] | None) -> int:
    """Return the length of the common part, in ms; 0 or less: none."""
    if first is None or second is None:
        return 0
    return min(first[1], second[1]) - max(first[0], second[0])


def _span(line: Utterance) -> tuple[int, int] | None:
    return None if line.start_ms is None or line.end_ms is None else (line.start_ms, line.end_ms)


def _span_before(work: Workspace, line: Utterance) -> tuple[int, int] | None:
    state: Json = work.before(line)
    if state["dialogue"] is None or state["start_ms"] is None:
        return None
    return state["start_ms"], state["end_ms"]


def _speaker_before(work: Workspace, line: Utterance) -> str | None:
    speaker: str | None = work.before(line)["speaker"]
    return speaker
