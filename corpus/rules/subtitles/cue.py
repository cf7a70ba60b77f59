"""A cue: one timed line of a subtitle file."""

from __future__ import annotations

from dataclasses import dataclass

from common.errors import Refused


class SubtitleFault(Refused):
    """A refusal of a subtitle file; the codes start with `subtitles.`."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of a subtitle file, or one speaker's part of it.

    Attributes:
        row: number of the cue in the file, from 1; the parts of one cue share it.
        start_ms, end_ms: times of the file; a part has a share of the cue's time by length of text.
        text: without markup and without the speaker's name, its lines joined by a space.
        speaker: name in the file, or "".
        opens: marked as another speaker's line (by a dash or a name), so that it never joins the previous cue.
        remark: "" or one of `empty`, `untimed`, `backwards` and `past_end`, which make the cue unusable, and of
            `overlaps` and `clipped`, see `fit`.
    """

    row: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    opens: bool = False
    remark: str = ""

    @property
    def usable(self) -> bool:
        """Whether the cue can become part of an utterance."""
        return self.remark in {"", "overlaps", "clipped"}
