"""TTML and DFXP (timed text of the W3C): times of clocks, offsets, frames and ticks, agents as speakers."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeGuard

from corpus.rules.subtitles.formats.raw_cue import UNTIMED, RawCue, RawFile, in_ms, milliseconds
from corpus.rules.subtitles.formats.xml_tree import Element, parse

OFFSET = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|f|t|)")
MS = {"h": 3_600_000.0, "m": 60_000.0, "s": 1000.0, "ms": 1.0, "": 1000.0}  # some tools leave the unit out
ROOT = re.compile(r"<(?:\w+:)?tt[\s>]")


@dataclass(frozen=True)
class Clock:
    """The frame rate and the tick rate of a document."""

    fps: float
    ticks: float

    def ms(self, stamp: str) -> int:
        """Return a time in ms.

        Raises:
            ValueError: it is no time, or one beyond `LATEST_MS`.
        """
        offset = OFFSET.fullmatch(stamp.strip())
        if offset is None:
            return milliseconds(stamp, fps=self.fps, is_frames=True)
        unit = MS.get(offset[2]) or (1000 / self.fps if offset[2] == "f" else 1000 / self.ticks)
        return in_ms(offset[1], unit)


def is_ttml(text: str) -> bool:
    """Return whether a text is a TTML document."""
    return ROOT.search(text[:4000]) is not None


def read_ttml(text: str, fps: float) -> RawFile:
    """Read the paragraphs of a TTML document.

    Args:
        text: of the file.
        fps: frames per second, unless the document states them.

    Raises:
        SubtitleFault: `subtitles.damaged` with the line.
    """
    root = parse(text)
    agents = {agent.attributes.get("id", ""): _name(agent) for agent in root.all("agent")}
    readings = frozenset(
        style.attributes.get("id", "") for style in root.all("style") if style.attributes.get("ruby") in RUBY_READINGS
    )
    walk = _Walk(_clock(root, fps), agents, readings)
    for body in root.all("body"):
        walk.element(body, 0, {"lang": root.attributes.get("lang", "")})
    if len({cue.track for cue in walk.cues}) < 2:
        walk.cues = [replace(cue, track="") for cue in walk.cues]
    return RawFile("ttml", walk.cues)


BLANK = " \t\n\0"
WORD = re.compile(r"\w")
CLOSING = re.compile(r"[.,:;!?…。，：；！？、)\]）】」』”’]+")
RUBY_READINGS = ("text", "textContainer", "delimiter")


class _Walk:
    """Collects the cues below an element; times count from the start of the element around.

    Args:
        clock: of the document.
        agents: id -> name.
        readings: ids of the styles of readings beside characters.
    """

    def __init__(self, clock: Clock, agents: dict[str, str], readings: frozenset[str]) -> None:
        self.clock, self.agents, self.readings = clock, agents, readings
        self.cues: list[RawCue] = []

    def element(self, element: Element, base_ms: int, inherited: dict[str, str]) -> None:
        own = inherited | {name: element.attributes[name] for name in ("lang", "agent") if name in element.attributes}
        spans = [span for span in element.elements if span.name == "span" and "begin" in span.attributes]
        if element.name == "p" and (not spans or self._has_own_text(element)):
            self._paragraph(element, base_ms, own)
            return
        with suppress(KeyError, ValueError):
            base_ms += self.clock.ms(element.attributes["begin"])
        if element.name == "p":
            self._timed_parts(element, base_ms, own)
            return
        for child in element.elements:
            self.element(child, base_ms, own)

    def _has_own_text(self, element: Element) -> bool:
        """Return whether a paragraph with times has words beside its timed parts, whose times are those of words."""
        own = (self._flat(child) for child in element.children if not _is_timed(child))
        return "begin" in element.attributes and any(WORD.search(text) for text in own)

    def _timed_parts(self, element: Element, base_ms: int, own: dict[str, str]) -> None:
        """Take each timed part of a paragraph as a cue.

        Text between them, such as a dash or a name, belongs to the next one; closing marks, and what is last, to the
        one before.
        """
        between, first = "", len(self.cues)
        for child in element.children:
            if not _is_timed(child):
                between += self._flat(child)
                continue
            closing = CLOSING.match(between) if len(self.cues) > first else None
            self._append(closing[0] if closing else "")
            self._paragraph(child, base_ms, own, between[closing.end() :] if closing else between)
            between = ""
        self._append(between.rstrip(BLANK))

    def _append(self, text: str) -> None:
        """Append text of a paragraph to the last cue."""
        if text:
            self.cues[-1] = replace(self.cues[-1], text=self.cues[-1].text + _with_lines(text))

    def _is_reading(self, element: Element) -> bool:
        given = element.attributes
        return given.get("ruby") in RUBY_READINGS or not self.readings.isdisjoint(given.get("style", "").split())

    def _paragraph(self, element: Element, base_ms: int, own: dict[str, str], before: str = "") -> None:
        start_ms, end_ms = _span(element, base_ms, self.clock)
        text = _with_lines(before.lstrip(BLANK) + self._flat(element))
        speaker = self.agents.get(own.get("agent", ""), "")
        self.cues.append(RawCue(element.line, start_ms, end_ms, text, speaker, own.get("lang", "")))

    def _flat(self, element: Element | str) -> str:
        """Return the text; a `br` is a NUL character, since line feeds of the source are spaces.

        A reading beside characters (ruby) is left out, and a part with a speaker of its own gets the mark of WebVTT.
        """
        if isinstance(element, str):
            return element
        if element.name == "br":
            return "\0"
        if element.name == "metadata" or self._is_reading(element):
            return ""
        parts = []
        for child in element.children:
            text = self._flat(child)
            agent = child.attributes.get("agent", "") if isinstance(child, Element) and child.name == "span" else ""
            speaker = self.agents.get(agent, "")
            parts.append(f"<v {speaker}>{text}</v>" if speaker and text else text)
        return "".join(parts).strip("\n")


def _is_timed(child: Element | str) -> TypeGuard[Element]:
    return isinstance(child, Element) and child.name == "span" and "begin" in child.attributes


def _with_lines(text: str) -> str:
    """Return text of `_Walk._flat` with its line feeds: those of the source are spaces."""
    return re.sub(r"(?<![ \t])[ \t]*\n[ \t]*", " ", text).replace("\0", "\n")


def _span(element: Element, base_ms: int, clock: Clock) -> tuple[int, int]:
    """Return start and end of a paragraph; `dur` takes the place of `end`."""
    given = element.attributes
    try:
        start_ms = clock.ms(given["begin"])
        end_ms = clock.ms(given["end"]) if "end" in given else start_ms + clock.ms(given["dur"])
        return in_ms(base_ms + start_ms), in_ms(base_ms + end_ms)
    except (KeyError, ValueError):
        return UNTIMED, UNTIMED


def _clock(root: Element, fps: float) -> Clock:
    given = root.attributes
    try:
        rate = float(given.get("frameRate", "") or fps)
        top, bottom = (float(part) for part in given.get("frameRateMultiplier", "1 1").replace(":", " ").split())
        ticks = float(given.get("tickRate", "") or rate * top / bottom)
        clock = Clock(rate * top / bottom, ticks)
    except (ValueError, ZeroDivisionError):
        return Clock(fps, fps)
    return clock if clock.fps > 0 and clock.ticks > 0 else Clock(fps, fps)


def _name(agent: Element) -> str:
    names = [name.text().strip() for name in agent.all("name")]
    return next((name for name in names if name), agent.attributes.get("id", ""))
