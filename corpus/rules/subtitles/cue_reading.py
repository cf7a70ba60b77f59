"""Subtitle files, as found in practice, into cues.

A defect of a single cue is no reason to refuse a file: the cue stays in the list with a remark, and the page shows it.
Only a file that is not a subtitle file is refused. Every cue of the file stays in the result, with the names of the
rules and repairs that touched it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.rules.subtitles.cue import NO_SPEECH, SPEECH, Cue, SubtitleFault
from corpus.rules.subtitles.formats.raw_cue import MAX_CUES, FileRemark, RawCue, RawFile
from corpus.rules.subtitles.formats.recognition import read_raw
from corpus.rules.subtitles.languages import script_of
from corpus.rules.subtitles.markup import DRAWING, DRAWING_ALONE, plain_file, plain_lines
from corpus.rules.subtitles.options import Options
from corpus.rules.subtitles.recognition.draft import Draft
from corpus.rules.subtitles.recognition.repeats import join_frames, leave_out_repeats
from corpus.rules.subtitles.recognition.rolling import collapse
from corpus.rules.subtitles.recognition.signs import SONG, leave_out_signs, style_matches
from corpus.rules.subtitles.recognition.sounds import is_music, is_sound
from corpus.rules.subtitles.recognition.two_languages import Part, separate
from corpus.rules.subtitles.speaker_names import Marks, Said, split_lines
from corpus.rules.text_encodings import Decoded, decode_as, detect, place_of_fault

MAX_BYTES = 10 * 2**20  # the subtitles of a feature film are about 0.1 MB
MAX_NAME = 120
DEFAULT_FPS = 25.0
DEFAULT = Options()
ROLES_OF_TRACKS = frozenset(["refers", "other_track"])  # what a format says of a track, and no repair


@dataclass(frozen=True)
class Reading:
    """The result of reading a subtitle file.

    Attributes:
        cues: by start; unusable ones have a remark.
        form: name of the format.
        encoding: one of `text_encodings.ENCODINGS`.
        parts: parts of the file that can have different roles, such as two languages.
        remarks: on lines that belong to no cue.
        touched: name of a rule or repair -> number of cues that it touched.
        fps: frames per second that were used, if the times are counted in frames.
    """

    cues: list[Cue]
    form: str
    encoding: str
    parts: list[Part]
    remarks: list[FileRemark]
    touched: dict[str, int]
    fps: float | None = None


def read_cues(data: bytes, name: str) -> list[Cue]:
    """Read a subtitle file with the default options; as `read_subtitles`."""
    return read_subtitles(data, name).cues


def read_subtitles(data: bytes, name: str, options: Options = DEFAULT, *, fps: float | None = None) -> Reading:
    """Read a subtitle file.

    Args:
        data: bytes of the file; the encoding is detected unless the options name one.
        name: of the file, for the error; the format is recognized by the content.
        options: of the reader.
        fps: of the film, for times in frames if the options name no other.

    Returns:
        All cues of the file, by start.

    Raises:
        SubtitleFault: with a line: `subtitles.too_large` (the first one beyond), `subtitles.too_many` (likewise),
            `subtitles.encoding` (the first one that cannot be read), `subtitles.format` (not a known format),
            `subtitles.damaged`, `subtitles.no_segments` or `subtitles.empty` (no usable cue; that of the first one).
    """
    rate = options.fps or fps or DEFAULT_FPS
    decoded, found = _raw_file(data, name, options, rate)
    drafts = [_draft(row, raw) for row, raw in enumerate(found.cues, start=1)]
    parts = _apply(drafts, options, found)
    cues = [part for draft in drafts for part in _cues(draft, options)]
    cues = _remark_overlaps(sorted(cues, key=lambda cue: (cue.start_ms, cue.row)))
    if not any(cue.usable for cue in cues):
        line = next((cue.line for cue in cues), 1)
        raise SubtitleFault("subtitles.empty", name=name, line=line)
    touched = Counter(note for cue in cues for note in cue.notes)
    remarks = list(found.remarks)
    if decoded.damaged:
        at = decoded.text.index("\ufffd")
        remarks.append(FileRemark("damaged_characters", decoded.text.count("\n", 0, at) + 1, str(decoded.damaged)))
    return Reading(
        cues, found.form, decoded.encoding, parts, remarks, dict(touched), rate if found.uses_frames else None
    )


def fit(cues: Iterable[Cue], duration_ms: int) -> list[Cue]:
    """Clip cues to the duration of the media.

    Args:
        cues: as read.
        duration_ms: of the media.

    Returns:
        The same cues; one that exceeds the end is shortened and marked `clipped`, one that starts at or after the end
        is marked `past_end` and so unusable.
    """
    fitted = []
    for cue in cues:
        if cue.has_span and cue.start_ms >= duration_ms:
            fitted.append(replace(cue, remark="past_end"))
        elif cue.has_span and cue.end_ms > duration_ms:
            fitted.append(replace(cue, end_ms=duration_ms, remark="clipped"))
        else:
            fitted.append(cue)
    return fitted


def all_past_end(cues: Iterable[Cue], duration_ms: int) -> SubtitleFault:
    """Return the refusal of subtitles that all start after the end of the media, with the line of the first one."""
    line = next((cue.line for cue in cues if cue.usable), 1)
    return SubtitleFault("subtitles.all_past_end", seconds=duration_ms // 1000, line=line)


def _raw_file(data: bytes, name: str, options: Options, fps: float) -> tuple[Decoded, RawFile]:
    if len(data) > MAX_BYTES:
        raise SubtitleFault(
            "subtitles.too_large", name=name, limit_mb=MAX_BYTES // 2**20, line=data.count(b"\n", 0, MAX_BYTES) + 1
        )
    decoded = decode_as(data, options.encoding) if options.encoding else detect(data)
    if decoded is None:
        raise unknown_encoding(data, name)
    text, invisible = plain_file(decoded.text)
    try:
        found = read_raw(text, name, fps=fps)
    except SubtitleFault as fault:
        raise SubtitleFault(fault.code, **({"name": name} | fault.params)) from None
    if len(found.cues) > MAX_CUES:
        raise SubtitleFault("subtitles.too_many", name=name, limit=MAX_CUES, line=found.cues[MAX_CUES].line)
    if invisible:
        found.remarks.append(FileRemark("invisible", invisible))
    return decoded, found


def unknown_encoding(data: bytes, name: str) -> SubtitleFault:
    """Return the refusal of a file whose encoding cannot be told, with the first place that cannot be read."""
    place = place_of_fault(data)
    return SubtitleFault("subtitles.encoding", name=name, line=place.line, byte=place.byte)


def _draft(row: int, raw: RawCue) -> Draft:
    lines, broken = plain_lines(raw.text)
    notes = [note for note in raw.notes if note not in ROLES_OF_TRACKS]
    if broken:
        notes.append("line_breaks")
    draft = Draft(row, raw, lines, raw.start_ms, raw.end_ms, notes=notes)
    if all(DRAWING_ALONE.fullmatch(line.text) for line in lines) if lines else DRAWING.search(raw.text):
        draft.leave_out("drawing")
    return draft


def _apply(drafts: list[Draft], options: Options, found: RawFile) -> list[Part]:
    """Apply the rules on whole cues, in the order in which they depend on each other."""
    speech_tracks = {key.partition(":")[2] for key, role in options.roles.items() if role == SPEECH}
    if options.on("signs"):
        leave_out_signs(drafts, speech_tracks)
    if options.on("music"):
        _songs(drafts, speech_tracks)
    if options.on("repeats"):
        leave_out_repeats(drafts)
    if options.on("rolling"):
        collapse(drafts)
    if options.on("repeats"):
        join_frames(drafts)
    return separate(drafts, options, tracks_are_speakers=found.tracks_are_speakers)


def _songs(drafts: list[Draft], speech_tracks: set[str]) -> None:
    """Make cues context whose style is one for songs, or whose syllables are timed for singing."""
    for draft in drafts:
        sung = style_matches(SONG, draft.raw.track) or re.search(r"\\[kK][fo]?\d", draft.raw.text)
        if draft.is_speech and sung and draft.raw.track not in speech_tracks:
            draft.kind = NO_SPEECH
            draft.note("music")


def _cues(draft: Draft, options: Options) -> list[Cue]:
    """Divide a draft by speakers; divide its time by length of text."""
    marks = Marks(*(options.on(rule) for rule in ("speaker_changes", "bracketed_names", "names", "dashes")))
    start_ms, end_ms = (_moved(ms, options) for ms in (draft.start_ms, draft.end_ms))
    whole = Cue(
        draft.row, start_ms, end_ms, "", line=draft.raw.line, raw=draft.raw.text, notes=tuple(draft.notes),
    )  # fmt: skip
    if not draft.raw.is_timed:
        whole = replace(whole, start_ms=-1, end_ms=-1, remark="untimed")
    if draft.kind != SPEECH:
        text = " ".join(draft.text.split())
        return [_checked(replace(whole, text=text, kind=draft.kind, speaker=draft.raw.speaker[:MAX_NAME]))]
    said = [part for part in _said(draft, marks) if re.search(r"\w", part.text) or _is_music(part.text, options)]
    if not said:
        return [replace(whole, remark="empty")]
    parts = [_part(whole, part, options) for part in said]
    parts = _translated(parts, draft.translation, marks)
    parts = [parts[0], *(replace(part, raw="") for part in parts[1:])]
    return _share(parts) if _checked(whole, len(parts)).has_span else [_checked(part, len(parts)) for part in parts]


def _is_music(text: str, options: Options) -> bool:
    return options.on("music") and is_music(text)


def _said(draft: Draft, marks: Marks) -> list[Said]:
    """Return the parts of the speakers; lines of one voice belong together."""
    parts: list[Said] = []
    groups: list[tuple[str, list[str]]] = []
    for line in draft.lines:
        if not groups or groups[-1][0] != line.voice:
            groups.append((line.voice, []))
        groups[-1][1].append(line.text)
    for voice, lines in groups:
        for number, part in enumerate(split_lines("\n".join(lines), marks)):
            fallback = voice or draft.raw.speaker if number == 0 else ""
            parts.append(part if part.speaker else part._replace(speaker=fallback))
    return parts


def _part(whole: Cue, said: Said, options: Options) -> Cue:
    notes = (*whole.notes, *(mark for mark in said.marks if mark not in whole.notes))
    kind = SPEECH
    if options.on("music") and is_music(said.text):
        kind, notes = NO_SPEECH, (*notes, "music")
    elif options.on("sounds") and is_sound(said.text):
        kind, notes = NO_SPEECH, (*notes, "sounds")
    return replace(
        whole, text=said.text, speaker=said.speaker[:MAX_NAME], opens=said.opens, kind=kind, notes=notes,
    )  # fmt: skip


def _translated(parts: list[Cue], lines: list[str], marks: Marks) -> list[Cue]:
    """Give each part its translation without marks and names of speakers.

    A mark or a name that only the translation has belongs to the part; another name in the same script stays in the
    text. The first part gets the whole translation, with its names, if the numbers of parts differ.
    """
    if not lines:
        return parts
    found = split_lines("\n".join(lines), marks)
    if len(found) != len(parts):
        text = " ".join(_with_name(said) for said in found)
        return [replace(parts[0], translation=text), *parts[1:]]
    return [
        replace(
            part,
            translation=_with_name(said) if _names_another(part, said) else said.text,
            speaker=part.speaker or said.speaker[:MAX_NAME],
            opens=part.opens or said.opens,
        )
        for part, said in zip(parts, found, strict=True)
    ]


def _with_name(said: Said) -> str:
    return f"{said.speaker}: {said.text}" if said.speaker else said.text


def _names_another(part: Cue, said: Said) -> bool:
    names = part.speaker.casefold(), said.speaker.casefold()
    return all(names) and names[0] != names[1] and script_of(names[0]) == script_of(names[1])


def _moved(ms: int, options: Options) -> int:
    return round(ms * options.rate) + options.offset_ms


def _checked(cue: Cue, parts: int = 1) -> Cue:
    """Remark a cue whose times cannot be used; one that begins before the recording is shortened."""
    if cue.remark:
        return cue
    if cue.end_ms - cue.start_ms < parts:
        return replace(cue, remark="backwards")
    if cue.end_ms < parts:
        return replace(cue, remark="before_start")
    if cue.start_ms < 0:
        return replace(cue, start_ms=0, notes=(*cue.notes, "cut_at_start"))
    return cue


def _share(parts: list[Cue]) -> list[Cue]:
    parts = [_checked(part) for part in parts]
    start_ms, end_ms = parts[0].start_ms, parts[0].end_ms
    weights = [len(part.text) for part in parts]
    total, spare = sum(weights), end_ms - start_ms - len(parts)  # each part gets at least 1 ms
    ends = [start_ms + at + spare * sum(weights[:at]) // total for at in range(1, len(parts) + 1)]
    starts = [start_ms, *ends[:-1]]
    notes = ("shared_time",) if len(parts) > 1 else ()
    return [
        replace(part, start_ms=start, end_ms=end, notes=(*part.notes, *notes))
        for part, start, end in zip(parts, starts, ends, strict=True)
    ]


def _remark_overlaps(cues: list[Cue]) -> list[Cue]:
    remarked, latest_end = [], 0
    for cue in cues:
        if not cue.usable:
            remarked.append(cue)
            continue
        remarked.append(replace(cue, remark="overlaps") if cue.start_ms < latest_end else cue)
        latest_end = max(latest_end, cue.end_ms)
    return remarked
