"""ELAN EAF: tiers with annotations that have times of their own, and tiers that refer to them.

pympi-ling reads only from a path, and with a parser that expands entities; EAF is small enough for a reader here.
"""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import pairwise

from corpus.rules.subtitles.formats.raw_cue import UNTIMED, RawCue, RawFile, in_ms
from corpus.rules.subtitles.formats.xml_tree import Element, parse

ROOT = re.compile(r"<ANNOTATION_DOCUMENT[\s>]")


def is_eaf(text: str) -> bool:
    """Return whether a text is an ELAN document."""
    return ROOT.search(text[:4000]) is not None


def read_eaf(text: str) -> RawFile:
    """Read the annotations of all tiers; a tier is a track, its participant or name is the speaker.

    Args:
        text: of the file.

    Raises:
        SubtitleFault: `subtitles.damaged` with the line.
    """
    root = parse(text)
    found = RawFile("eaf", tracks_are_speakers=True)
    slots = _slots(root)
    spans: dict[str, tuple[int, int]] = {}
    waiting: list[tuple[Element, Element]] = []
    for tier in root.all("TIER"):
        for annotation in tier.all("ALIGNABLE_ANNOTATION"):
            given = annotation.attributes
            span = (slots.get(given.get("TIME_SLOT_REF1", "")), slots.get(given.get("TIME_SLOT_REF2", "")))
            timed = (span[0], span[1]) if span[0] is not None and span[1] is not None else (UNTIMED, UNTIMED)
            spans[given.get("ANNOTATION_ID", "")] = timed
            found.cues.append(_cue(tier, annotation, timed))
        waiting += [(tier, annotation) for annotation in tier.all("REF_ANNOTATION")]
    parents = {one.attributes.get("ANNOTATION_ID", ""): one.attributes.get("ANNOTATION_REF", "") for _, one in waiting}
    for tier, annotation in waiting:
        parent, steps = annotation.attributes.get("ANNOTATION_REF", ""), 0
        while parent in parents and parent not in spans and steps < len(parents):
            parent, steps = parents[parent], steps + 1
        found.cues.append(_cue(tier, annotation, spans.get(parent, (UNTIMED, UNTIMED))))
    return found


def _slots(root: Element) -> dict[str, int | None]:
    """Return the time of each slot; one without a time lies evenly between its neighbours that have one."""
    names, times = [], []
    for slot in root.all("TIME_SLOT"):
        value = slot.attributes.get("TIME_VALUE", "")
        names.append(slot.attributes.get("TIME_SLOT_ID", ""))
        times.append(_time(value))
    known = [at for at, time in enumerate(times) if time is not None]
    for before, after in pairwise(known):
        first, last = times[before], times[after]
        if first is not None and last is not None:
            for at in range(before + 1, after):
                times[at] = first + (last - first) * (at - before) // (after - before)
    return dict(zip(names, times, strict=True))


def _time(value: str) -> int | None:
    with suppress(ValueError):
        return in_ms(value) if value.isdecimal() else None
    return None


def _cue(tier: Element, annotation: Element, span: tuple[int, int]) -> RawCue:
    name = tier.attributes.get("TIER_ID", "")
    text = "".join(value.text() for value in annotation.all("ANNOTATION_VALUE"))
    is_child = bool(tier.attributes.get("PARENT_REF"))
    speaker = tier.attributes.get("PARTICIPANT", "") or ("" if is_child else name)
    return RawCue(annotation.line, *span, text, speaker, name, notes=("refers",) if is_child else ())
