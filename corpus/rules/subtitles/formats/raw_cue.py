"""Raw cues: what the readers of the file formats return, with markup and with the line of the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

UNTIMED = -1
# 277 hours. Twice that time, which is the fastest rate of an option, and a shift are still an integer of a database
LATEST_MS = 1_000_000_000
MAX_CUES = 50_000  # of a file; a file with more is refused
STAMP = r"-?(?:\d{1,3}\s*[:：]\s*)?\d{1,3}\s*[:：]\s*\d{1,2}(?:\s*[.,:;，：。]\s*\d{1,9})?"
PARTS = re.compile(
    r"(?P<minus>-?)(?:(?P<h>\d{1,3})\s*:\s*)?(?P<m>\d{1,3})\s*:\s*(?P<s>\d{1,2})(?:\s*(?P<mark>[.,:;。])\s*(?P<f>\d{1,9}))?"
)
WIDE = str.maketrans("：，。；．０１２３４５６７８９", ":,.;.0123456789")

Clock = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class RawCue:
    """One entry of a file.

    Attributes:
        line: of its times in the file, from 1.
        start_ms, end_ms: both `UNTIMED` if they cannot be read.
        text: with markup and line feeds.
        speaker: of a field of its own, or "".
        track: style, tier, language or track that the format names, or "".
        is_positioned: placed away from the place of speech.
        notes: repairs.
    """

    line: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    track: str = ""
    is_positioned: bool = False
    notes: tuple[str, ...] = ()

    @property
    def is_timed(self) -> bool:
        return (self.start_ms, self.end_ms) != (UNTIMED, UNTIMED)


LONGEST_REMARK = 4000  # characters of the file that a remark repeats: whole paragraphs stand before first cues


@dataclass(frozen=True, slots=True)
class FileRemark:
    """A remark on a line of the file that belongs to no cue."""

    code: str
    line: int
    text: str = ""


@dataclass
class RawFile:
    """The entries of a file in its order.

    Attributes:
        form: name of the format.
        cues, remarks: as read.
        uses_frames: its times are counted in frames.
        tracks_are_speakers: each track is one speaker (tiers of Praat and ELAN).
    """

    form: str
    cues: list[RawCue] = field(default_factory=list)
    remarks: list[FileRemark] = field(default_factory=list)
    uses_frames: bool = False
    tracks_are_speakers: bool = False


def milliseconds(stamp: str, *, fps: float = 25.0, is_frames: bool = False) -> int:
    """Read `h:mm:ss,mmm`, `mm:ss.mmm` and `h:mm:ss`, also in full width and with spaces.

    Args:
        stamp: the time; hours may have three digits, a fraction any number of digits.
        fps: frames per second.
        is_frames: two digits after a third colon or a semicolon are frames.

    Raises:
        ValueError: it is no time, or one beyond `LATEST_MS`. More than 59 seconds or minutes are read as they stand.
    """
    match = PARTS.fullmatch(stamp.strip().translate(WIDE))
    if match is None:
        raise ValueError(stamp)
    hours, minutes, seconds = int(match["h"] or 0), int(match["m"]), int(match["s"])
    total: float = ((hours * 60 + minutes) * 60 + seconds) * 1000
    if digits := match["f"]:
        frames = is_frames and match["mark"] in ":;" and len(digits) <= 2
        total += int(digits) * 1000 / fps if frames else int(digits[:3].ljust(3, "0"))
    return in_ms(-total if match["minus"] else total)


def in_ms(number: str | float, unit: float = 1) -> int:
    """Return a time of a file in ms.

    Args:
        number: of units, also as its digits.
        unit: in ms.

    Raises:
        ValueError: it is no number, not finite, or beyond `LATEST_MS`: the timing is damaged.
    """
    try:
        total = float(number) * unit
    except OverflowError:  # a whole number of hundreds of digits
        raise ValueError(number) from None
    if not abs(total) <= LATEST_MS:  # also if it is not a number
        raise ValueError(number)
    return round(total)


def span_in_ms(start: str | float, end: str | float, unit: float = 1) -> tuple[int, int]:
    """Return start and end in ms as of `in_ms`, or both `UNTIMED` if either of them is damaged."""
    try:
        return in_ms(start, unit), in_ms(end, unit)
    except ValueError:
        return UNTIMED, UNTIMED
