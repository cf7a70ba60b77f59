"""Two languages in the same line of each cue, such as `你去哪儿了？ Where were you?`: each one gets its own line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.rules.subtitles.languages import SCRIPTS
from corpus.rules.subtitles.recognition.draft import Draft

SHARE = 1 / 2  # of the cues with one line that must hold both: foreign words in one language are left alone
NAME = re.compile(r"[^:：]{1,40}[:：]\s*")
BETWEEN = " /|／｜"
OPENS = "\"'“‘([¿¡-"  # belongs to the word after it


def divide_lines(drafts: Sequence[Draft]) -> None:
    """Divide the line of each cue where Latin letters follow others or the other way round, if most cues hold both.

    Args:
        drafts: of the file; changed in place.
    """
    single = [draft for draft in drafts if draft.is_speech and len(draft.lines) == 1]
    halves = [_halves(draft.lines[0].text) or _behind_name(draft.lines[0].text) for draft in single]
    if sum(half is not None for half in halves) < max(2, SHARE * len(single)):
        return
    for draft, half in zip(single, halves, strict=True):
        if half is not None:
            draft.lines = [draft.lines[0]._replace(text=text) for text in half]


def _behind_name(text: str) -> tuple[str, str] | None:
    """Return the parts of a text behind `NAME:`, whose name may be in either script and stays with the first part."""
    name = NAME.match(text)
    half = _halves(text[name.end() :]) if name else None
    return (f"{name[0]}{half[0]}", half[1]) if name and half else None


def _halves(text: str) -> tuple[str, str] | None:
    """Return the parts in both scripts; None if there are not two, one after the other."""
    letters = [(at, SCRIPTS["latin"].match(char) is not None) for at, char in enumerate(text) if char.isalpha()]
    changes = [at for (_before, old), (at, new) in pairwise(letters) if old != new]
    if len(changes) != 1 or sum(is_latin for _at, is_latin in letters) < 2:
        return None
    cut = changes[0]
    while cut and text[cut - 1] in OPENS:
        cut -= 1
    first, second = text[:cut].strip(BETWEEN), text[cut:].strip(BETWEEN)
    return (first, second) if first and second else None
