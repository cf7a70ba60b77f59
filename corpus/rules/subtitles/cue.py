"""A cue: one timed line of a subtitle file."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import Refused

SPEECH, NO_SPEECH, LEFT_OUT = "speech", "no_speech", "left_out"
USABLE = frozenset(["", "overlaps", "clipped"])


class SubtitleFault(Refused):
    """A refusal of a subtitle file; the codes start with `subtitles.`."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of a subtitle file, or one speaker's part of it.

    Attributes:
        row: number of the cue in the file, from 1; the parts of one cue share it.
        start_ms, end_ms: times in the recording; a part has a share of the cue's time by length of text.
        text: without markup and without the speaker's name, its lines joined by a space.
        speaker: name in the file, or "".
        opens: marked as another speaker's line (by a dash, `>>` or a name), so that it never joins the previous cue.
        remark: "" or one of `empty`, `untimed`, `backwards`, `before_start` and `past_end`, which make the cue
            unusable, and of `overlaps` and `clipped`, see `fit`.
        line: of the file, from 1.
        kind: `speech`; `no_speech`, a sound or music, which is context and never an utterance; or `left_out`.
        translation: the same in another language, or "".
        raw: the text as it stands in the file; only the first part of a cue has it.
        notes: what the reader did to the cue: names of rules and repairs, in order.
    """

    row: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    opens: bool = False
    remark: str = ""
    line: int = 0
    kind: str = SPEECH
    translation: str = ""
    raw: str = ""
    notes: tuple[str, ...] = ()

    @property
    def has_span(self) -> bool:
        """Whether the cue has a place in the recording."""
        return self.remark in USABLE

    @property
    def usable(self) -> bool:
        """Whether the cue can become part of an utterance."""
        return self.kind == SPEECH and self.has_span
