"""ASS and SSA files. A damaged event is a cue without times; pysubs2 would refuse the whole file for it."""

from __future__ import annotations

import re

from corpus.rules.subtitles.formats.raw_cue import LONGEST_REMARK, UNTIMED, FileRemark, RawCue, RawFile, milliseconds

SECTION = re.compile(r"^[^\S\n]*\[(Script Info|V4\+? Styles\+?|Events)\]\s*$", re.IGNORECASE | re.MULTILINE)
NO_NAME = "NTP"  # in the field for the name, as Sub Station Alpha 4 fills it
FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")


def has_sections(text: str) -> bool:
    """Return whether a text has a section of ASS or SSA."""
    return SECTION.search(text) is not None


def read_ass(text: str) -> RawFile:
    """Read the events of an ASS or SSA file; comments and other kinds of events are no cues.

    Args:
        text: of the file, with plain line feeds.
    """
    found = RawFile("ass")
    fields: tuple[str, ...] = FIELDS
    in_events = False
    for number, line in enumerate(text.split("\n"), start=1):
        section = re.match(r"\s*\[([^\]]*)\]\s*$", line)
        if section:
            in_events = section[1].strip().casefold() == "events"
            continue
        kind, _, rest = line.strip().partition(":")
        if in_events and kind.casefold() == "format":
            fields = tuple(name.strip().casefold() for name in rest.split(",")) or FIELDS
        elif kind.casefold() == "dialogue" and (in_events or "," in rest):
            found.cues.append(_event(number, rest, fields))
        elif in_events and rest and kind.casefold() not in {"comment", "picture", "sound", "movie", "command", ""}:
            found.remarks.append(FileRemark("no_event", number, line.strip()[:LONGEST_REMARK]))
    return found


def _event(number: int, rest: str, fields: tuple[str, ...]) -> RawCue:
    cells = [cell.strip() for cell in rest.split(",", len(fields) - 1)]
    if len(cells) < len(fields):
        return RawCue(number, UNTIMED, UNTIMED, cells[-1], notes=("damaged_timing",))
    values = dict(zip(fields, cells, strict=True))
    notes: tuple[str, ...] = ()
    try:
        start_ms, end_ms = milliseconds(values.get("start", "")), milliseconds(values.get("end", ""))
    except ValueError:
        start_ms = end_ms = UNTIMED
        notes = ("damaged_timing",)
    text = re.sub(r"\\[Nn]", "\n", values.get("text", "")).replace(r"\h", " ")
    speaker = values.get("name", values.get("actor", "")).strip()
    speaker = "" if speaker == NO_NAME else speaker
    return RawCue(number, start_ms, end_ms, text, speaker, values.get("style", "").lstrip("*"), notes=notes)
