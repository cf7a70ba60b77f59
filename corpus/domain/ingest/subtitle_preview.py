"""The import preview: the cues of an episode as read, and the dialogues that would become of them; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from corpus.domain.ingest.draft_writing import divided
from corpus.domain.ingest.subtitle_files import SubtitleFile, embedded_subtitles, subtitles_of
from corpus.media.ffmpeg.program import find_ffmpeg
from corpus.media.probe.media_probe import probe
from corpus.models import Corpus, Episode, Series
from corpus.rules.subtitles.cue import Cue, SubtitleFault
from corpus.rules.subtitles.cue_reading import Reading, fit, read_subtitles
from corpus.rules.subtitles.cues_to_turns import Turn
from corpus.rules.subtitles.options import RULES, Options


@dataclass(frozen=True)
class Row:
    """An utterance with its cues, or cues that became none.

    Attributes:
        cues: in order, at least one.
        turn: what becomes the utterance, or None.
        dialogue: number of its dialogue, from 1, if it begins one.
    """

    cues: tuple[Cue, ...]
    turn: Turn | None = None
    dialogue: int = 0

    @property
    def translation(self) -> str:
        """The translation of the utterance."""
        return " ".join(cue.translation for cue in self.cues if cue.translation)

    @property
    def notes(self) -> set[str]:
        """The names of what touched one of the cues."""
        return {note for cue in self.cues for note in (*cue.notes, *((cue.remark,) if cue.remark else ()))}


@dataclass(frozen=True)
class Preview:
    """A reading of an episode's subtitles with some options.

    Attributes:
        reading: None if the file cannot be read so.
        fault: the reason then.
        rows: by start.
        found: rule -> number of cues that it recognises, also if it is switched off.
        speech: the cues that become utterances, by start.
        counts: of `cues`, `utterances`, `dialogues`, `no_speech`, `left_out` and `unusable`.
    """

    options: Options
    reading: Reading | None = None
    fault: SubtitleFault | None = None
    rows: list[Row] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    speech: list[Cue] = field(default_factory=list)


def preview_of(episode: Episode, options: Options, *, file: SubtitleFile | None = None) -> Preview | None:
    """Return the preview of an episode, or None while its subtitles are still inside the container.

    Args:
        episode: waiting or imported.
        options: of the reader.
        file: the subtitles; by default those of the episode.
    """
    file = file or subtitles_of(episode)
    if file is None:
        return None
    try:
        reading = read_subtitles(file.data, file.name, options, fps=episode.fps)
    except SubtitleFault as fault:
        return Preview(options, fault=fault)
    cues = fit(reading.cues, episode.duration_ms) if episode.duration_ms else reading.cues
    dialogues = divided(episode, cues)
    rows = _rows(cues, dialogues)
    found = dict(reading.touched)
    if off := [rule for rule in RULES if not options.on(rule)]:
        found |= _found_if_on(file, options, episode.fps, off)
    counts = {
        "cues": len({cue.row for cue in cues}),
        "utterances": sum(map(len, dialogues)),
        "dialogues": len(dialogues),
        "no_speech": sum(cue.kind == "no_speech" for cue in cues),
        "left_out": sum(cue.kind == "left_out" for cue in cues),
        "unusable": sum(cue.kind == "speech" and not cue.has_span for cue in cues),
    }
    return Preview(options, reading, None, rows, found, counts, [cue for cue in cues if cue.usable])


def preview_of_files(corpus: Corpus, files: list[Path], options: Options) -> Preview:
    """Return the preview of files that were not submitted.

    Args:
        corpus: whose settings divide the cues.
        files: the media file, and its subtitles unless they are inside it.
        options: of the reader.

    Raises:
        Refused: `episode.no_subtitles`.
        MediaFault: the media file cannot be read.
    """
    found = probe(files[0])
    if len(files) > 1:
        data = files[1].read_bytes()
    else:
        data = embedded_subtitles(files[0], found=found, ffmpeg=find_ffmpeg(settings.FFMPEG_BIN))
    episode = Episode(
        series=Series(corpus=corpus), duration_ms=found.duration_ms, fps=found.video.fps if found.video else None
    )
    shown = preview_of(episode, options, file=SubtitleFile(data, files[-1].name))
    assert shown is not None  # noqa: S101 -- the file is given
    return shown


def _found_if_on(file: SubtitleFile, options: Options, fps: float | None, off: list[str]) -> dict[str, int]:
    """Return the number of cues that the rules would touch that are off."""
    plain = Options(encoding=options.encoding, roles=options.roles, fps=options.fps)
    try:
        touched = read_subtitles(file.data, file.name, plain, fps=fps).touched
    except SubtitleFault:
        return {}
    return {rule: touched[rule] for rule in off if rule in touched}


def _rows(cues: list[Cue], dialogues: list[list[Turn]]) -> list[Row]:
    owners = {id(cue): turn for turns in dialogues for turn in turns for cue in turn.cues}
    begins = {id(turns[0]): number for number, turns in enumerate(dialogues, start=1)}
    rows: list[Row] = []
    seen: set[int] = set()
    for cue in cues:
        turn = owners.get(id(cue))
        if turn is None:
            rows.append(Row((cue,)))
        elif id(turn) not in seen:
            seen.add(id(turn))
            rows.append(Row(turn.cues, turn, begins.get(id(turn), 0)))
    return rows
