"""Two languages in the same line of each cue, such as `你去哪儿了？ Where were you?`: each one gets its own line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.rules.subtitles.languages import SCRIPTS, script_of
from corpus.rules.subtitles.recognition.draft import Draft
from corpus.rules.subtitles.speaker_names import TITLES, split_lines

# foreign words in one language are left alone
SHARE = 3 / 4  # of the cues with one line that must hold both
OF_ALL = 1 / 2  # of all cues of speech
LEAST_BOUNDED = 3  # cues where a sentence mark or a stroke stands between both
LEAST = 5  # cues where the length of both parts alone shows two languages
# of the parts in either script: few that come again and again, each with many others, are names of speakers
DIFFERENT = 1 / 2
DIFFERENT_PAIRS = 2 / 3  # likewise, with each line counted once: a song or a joined file repeats whole lines
WORDS = 2  # in the shorter part of these
BOUND = re.compile(r"[.?!…。？！～♪][\"'“”’」』》)）\s]*$")
DASHES = "-‐‑–—―"
STROKE = re.compile(r"\s*[/|／｜]|\s[•·]\s|\s*[–—―]|\s*[-‐‑]{2}|\s[-‐‑]|[-‐‑]\s")
BROKEN_OFF = re.compile(rf"[{DASHES}]+(?=\s)")  # the dash of one who is interrupted: `我只是—— I just—`
NUMBER = re.compile(  # behind the end of the first part
    rf"(?:[。？！…～♪／｜][\"'”’」』》)）]*|[.?!][\"'”’)]*\s|[/|]|[{DASHES}]{{2}}|\s[{DASHES}]\s)\s*(?=\d)"
)
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W_\u3040-\u30ff\u3400-\u9fff]+")  # a word: two ideographs
# marks of a speaker or a sound before the speech: `>>`, a dash, `[...]`, `NAME:`; the colon of 12:30 is none
LEAD = re.compile(
    r"[>＞≫»\s]*(?:[-‐‑–—―]+\s*)?(?:[\[【［(（][^\[\]【】［］()（）]*[\]】］)）]\s*)*"
    r"(?:[:：]\s*|[^:：.?!…。？！～♪]{1,40}(?:(?<!\d)[:：]|[:：](?!\d))\s*)?"
)
ANOTHER_SPEAKER = re.compile(r"[>＞]{2}|[≫»]")
NO_SPEECH = re.compile(r".*[:：]|[\[【［(（][^\[\]【】［］()（）]*[\]】］)）]")  # a name or a sound alone
BETWEEN = " /|／｜•·"
OPENS = "\"'“‘([¿¡"  # belongs to the word after it


class Halves(NamedTuple):
    """The parts of a line; `is_bounded` if a sentence mark or a stroke stands between them."""

    first: str
    second: str
    is_bounded: bool

    @property
    def is_long(self) -> bool:
        return all(len(WORD.findall(part)) >= WORDS for part in (self.first, self.second))


def divide_lines(drafts: Sequence[Draft]) -> None:
    """Divide the line of each cue where Latin letters follow others or the other way round, if most cues hold both.

    Args:
        drafts: of the file; changed in place.
    """
    spoken = [draft for draft in drafts if draft.is_speech]
    single = [draft for draft in spoken if len(draft.lines) == 1]
    halves = [_halves(draft.lines[0].text) for draft in single]
    bounded = sum(half is not None and half.is_bounded for half in halves)
    clear = [half if half and (half.is_bounded or half.is_long) else None for half in halves]
    either = sum(half is not None for half in clear)
    share = max(SHARE * len(single), OF_ALL * len(spoken))
    if bounded < max(LEAST_BOUNDED, share) and either < max(LEAST, share):
        return
    if not _differ([half for half in clear if half is not None]):
        return
    for draft, half in zip(single, clear, strict=True):
        if half is not None:
            draft.lines = [draft.lines[0]._replace(text=text) for text in (half.first, half.second)]


def _differ(found: Sequence[Halves]) -> bool:
    """Return whether the parts are those of two languages: few come again with other ones beside them."""
    either = min(len({half.first for half in found}), len({half.second for half in found}))
    pairs = len(set(found))
    return either >= DIFFERENT * len(found) or (pairs >= LEAST_BOUNDED and either > DIFFERENT_PAIRS * pairs)


def _halves(text: str) -> Halves | None:
    """Return the parts in both scripts; None if there are not two, one after the other.

    A name or another mark before the speech may be in either script and stays with the first part. A text is not
    divided where a part would be a name or a sound alone, or would be another speaker's.
    """
    lead = LEAD.match(text)
    begin = lead.end() if lead else 0
    letters = [
        (at, SCRIPTS["latin"].match(text[at]) is not None) for at in range(begin, len(text)) if text[at].isalpha()
    ]
    changes = [(before, at) for (before, old), (at, new) in pairwise(letters) if old != new]
    if len(changes) != 1 or sum(is_latin for _at, is_latin in letters) < 2:
        return None
    before, cut = changes[0]
    marks = [dash for dash in DASHES if dash in text[:begin]]
    if ANOTHER_SPEAKER.search(text, begin) or any(dash in text[before:cut] for dash in marks):
        return None
    if (number := NUMBER.search(text, before, cut)) is not None:
        cut = number.end()
    while cut and text[cut - 1] in OPENS:
        cut -= 1
    first, second = text[:cut].strip(BETWEEN), text[cut:].strip(BETWEEN)
    if not BROKEN_OFF.match(text, before + 1):
        first = first.rstrip(BETWEEN + DASHES)
    whole = first and second and not NO_SPEECH.fullmatch(first) and not NO_SPEECH.fullmatch(second)
    if not whole or _is_of_another(first, second):
        return None
    title = first.rpartition(" ")[2].casefold() in TITLES  # Dr. 王
    return Halves(first, second, bool(STROKE.match(text, before + 1) or (BOUND.search(first) and not title)))


def _is_of_another(first: str, second: str) -> bool:
    """Return whether the second part names a speaker that the first one does not name; scripts of names may differ."""
    names = [[said.speaker for said in split_lines(part) if said.speaker] for part in (first, second)]
    if not names[1] or names[0] == names[1]:
        return False
    return len(names[0]) != len(names[1]) or script_of(names[0][0]) == script_of(names[1][0])
