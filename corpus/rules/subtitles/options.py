"""The options of the reader: the switches and choices of the import preview, stored per series and per episode."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# the rules that can be switched off, in the order of the preview; the names are stored
RULES = (
    "rolling",
    "speaker_changes",
    "bracketed_names",
    "names",
    "dashes",
    "sounds",
    "music",
    "signs",
    "languages",
    "repeats",
)
ROLES = ("speech", "translation", "left_out")
LONGEST_SHIFT_MS = 24 * 3600 * 1000
RATES = (0.5, 2.0)


@dataclass(frozen=True)
class Options:
    """The options of one reading.

    Attributes:
        encoding: of the file, one of `text_encodings.ENCODINGS`; "" detects it.
        off: names of the rules that are switched off; every other rule is on.
        roles: key of a part of the file (`Part.key`) -> one of `ROLES`; other parts have the role that was recognised.
        fps: frames per second of times that are counted in frames; None takes those of the film.
        rate, offset_ms: time in the recording = time in the file x rate + offset.
    """

    encoding: str = ""
    off: frozenset[str] = frozenset()
    roles: Mapping[str, str] = field(default_factory=dict)
    fps: float | None = None
    rate: float = 1.0
    offset_ms: int = 0

    def on(self, rule: str) -> bool:
        """Return whether a rule is applied."""
        return rule not in self.off

    def as_document(self) -> dict[str, Any]:
        """Return what is stored: only what differs from the defaults."""
        given = {
            "encoding": self.encoding,
            "off": sorted(self.off),
            "roles": dict(self.roles),
            "fps": self.fps,
            "rate": self.rate,
            "offset_ms": self.offset_ms,
        }
        plain = Options()
        return {name: value for name, value in given.items() if value not in ([], {}, getattr(plain, name))}

    def for_next_episode(self) -> Options:
        """Return the options that a series keeps: all but the shift, which belongs to one recording."""
        return Options(encoding=self.encoding, off=self.off, roles=self.roles, fps=self.fps, rate=self.rate)


def from_document(document: Mapping[str, Any]) -> Options:
    """Return the options of `as_document`; unknown entries and values out of range count as not given."""
    rate, offset, fps = (_number(document.get(name)) for name in ("rate", "offset_ms", "fps"))
    off, roles = document.get("off"), document.get("roles")
    return Options(
        encoding=encoding if isinstance(encoding := document.get("encoding"), str) else "",
        off=frozenset(rule for rule in RULES if isinstance(off, list) and rule in off),
        roles={str(key): role for key, role in roles.items() if role in ROLES} if isinstance(roles, dict) else {},
        fps=fps if fps is not None and 1 <= fps <= 1000 else None,
        rate=rate if rate is not None and RATES[0] <= rate <= RATES[1] else 1.0,
        offset_ms=round(offset) if offset is not None and abs(offset) <= LONGEST_SHIFT_MS else 0,
    )


def by_anchors(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, int]:
    """Return the rate and the offset in ms that move two times of the file to two times of the recording.

    Args:
        first, second: (ms in the file, ms in the recording).

    Raises:
        ValueError: the anchors lie within a second of each other, or the rate is outside `RATES`.
    """
    span = second[0] - first[0]
    if abs(span) < 1000:
        raise ValueError(span)
    rate = (second[1] - first[1]) / span
    if not RATES[0] <= rate <= RATES[1]:
        raise ValueError(rate)
    return rate, round(first[1] - first[0] * rate)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
