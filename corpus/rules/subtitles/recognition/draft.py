"""A draft: one cue of the file while the rules work on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from corpus.rules.subtitles.cue import LEFT_OUT, SPEECH
from corpus.rules.subtitles.formats.raw_cue import RawCue
from corpus.rules.subtitles.markup import Line


@dataclass
class Draft:
    """One cue of the file.

    Attributes:
        row: its number in the file, from 1.
        raw: as the format's reader returned it.
        lines: of the speech, without markup.
        start_ms, end_ms: as in the file; a rule may shorten them.
        kind: as of `Cue`.
        translation: lines in the other language.
        notes: names of the rules and repairs that touched it.
    """

    row: int
    raw: RawCue
    lines: list[Line]
    start_ms: int
    end_ms: int
    kind: str = SPEECH
    translation: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines, each one on its own."""
        return "\n".join(line.text for line in self.lines)

    @property
    def is_speech(self) -> bool:
        return self.kind == SPEECH and bool(self.lines)

    def leave_out(self, note: str) -> None:
        """Leave the cue out, and record the reason."""
        self.kind = LEFT_OUT
        self.note(note)

    def note(self, note: str) -> None:
        """Record what a rule did."""
        if note not in self.notes:
            self.notes.append(note)
