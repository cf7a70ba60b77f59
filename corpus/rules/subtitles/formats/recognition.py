"""The format of a subtitle file, recognised by its content."""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.formats import ass, blocks, elan, lines, praat, rttm, sami, tracks, transcripts, ttml
from corpus.rules.subtitles.formats.raw_cue import RawFile

Reader = Callable[[str, float], RawFile]

# recogniser, reader; the first that recognises the file reads it
FORMATS: tuple[tuple[Callable[[str], bool], Reader], ...] = (
    (transcripts.is_json, lambda text, _fps: transcripts.read_json(text)),
    (elan.is_eaf, lambda text, _fps: elan.read_eaf(text)),
    (ttml.is_ttml, ttml.read_ttml),
    (sami.is_sami, lambda text, _fps: sami.read_sami(text)),
    (praat.is_textgrid, lambda text, _fps: praat.read_textgrid(text)),
    (ass.has_sections, lambda text, _fps: ass.read_ass(text)),
    (lines.has_microdvd, lines.read_microdvd),
    (lines.has_tmplayer, lambda text, _fps: lines.read_tmplayer(text)),
    (lines.has_mpl2, lambda text, _fps: lines.read_mpl2(text)),
    (rttm.is_rttm, lambda text, _fps: rttm.read_rttm(text)),
    (transcripts.is_stm, lambda text, _fps: transcripts.read_stm(text)),
    (blocks.has_blocks, blocks.read_blocks),
)


def read_raw(text: str, name: str, *, fps: float) -> RawFile:
    """Read a file of any known format.

    Args:
        text: of the file, with plain line feeds and without invisible characters.
        name: of the file, for the error.
        fps: frames per second, for times in frames.

    Raises:
        SubtitleFault: `subtitles.format` (the format is not known), `subtitles.damaged` with the line (the format is
            known, and the file is broken at that line).
    """
    if tracks.is_joined(text):
        return tracks.read_joined(text, lambda part: read_raw(part, name, fps=fps))
    for recognises, read in FORMATS:
        if recognises(text):
            return read(text, fps)
    first = next((line.strip() for line in text.split("\n") if re.search(r"\S", line)), "")
    line = next((number for number, line in enumerate(text.split("\n"), start=1) if line.strip()), 1)
    raise SubtitleFault("subtitles.format", name=name, line=line, text=first[:60])
