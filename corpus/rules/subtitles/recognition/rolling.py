"""Captions that roll: each cue repeats what still stands on the screen, and adds a few words.

YouTube, teletext and CEA-608 captions roll by lines or grow by words, and converters turn each state of the screen
into a cue. Here every word stays once, in the cue in which it first appears.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

from corpus.rules.subtitles.markup import Line
from corpus.rules.subtitles.recognition.draft import Draft

TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
SHARE = 1 / 3  # of the neighbouring cues that must overlap before a file counts as rolling
PAIRS = 2  # of neighbouring cues that must overlap: one overlap can be an answer in the words of the question
CARRIED = 3  # words that are carried over where the lines break elsewhere; two ideographs count as a word
STANDS_MS = 3000  # a caption that ended longer ago is no longer on the screen


def collapse(drafts: list[Draft]) -> None:
    """Leave each word of rolling captions once; other files stay as they are.

    Args:
        drafts: in the order of the file; changed in place.
    """
    spoken = [draft for draft in drafts if draft.is_speech and draft.raw.is_timed]
    if not _rolls(spoken):
        return
    shown: list[Line] = []
    last: Draft | None = None  # the cue that added words last
    for draft in spoken:
        lines = list(draft.lines)
        on_screen = last is not None and draft.start_ms - last.end_ms <= STANDS_MS
        known = _carried(shown, lines) if on_screen else 0
        if last is None or not known:
            last = _follow(last, draft)
        elif known == len(_words(lines)):
            draft.leave_out("rolling")
            last.end_ms = max(last.end_ms, draft.end_ms)
        elif known == len(_words(shown)) and (rest := _grown(draft.lines, known)):
            last.lines[-1] = last.lines[-1]._replace(text=last.lines[-1].text + rest[0].text)
            last.lines += rest[1:]
            last.end_ms = max(last.end_ms, draft.end_ms)
            last.note("rolling")
            draft.leave_out("rolling")
        else:
            draft.lines = _without(draft.lines, known)
            draft.note("rolling")
            last = _follow(last, draft)
        shown = lines


def _follow(last: Draft | None, draft: Draft) -> Draft:
    """Return the cue that adds words now; the one before ends where it begins."""
    if last is not None and last.start_ms < draft.start_ms < last.end_ms:
        last.end_ms = draft.start_ms
    return draft


def _rolls(drafts: list[Draft]) -> bool:
    carried = repeated = 0
    for before, after in pairwise(drafts):
        known = _carried(before.lines, after.lines) if after.start_ms - before.end_ms <= STANDS_MS else 0
        adds = 0 < known < len(_words(after.lines))
        carried += adds
        repeated += known > 0 and not adds
    # people repeat themselves, too, so repetitions alone prove little
    return carried >= PAIRS and carried + min(repeated, carried) >= SHARE * (len(drafts) - 1)


def _carried(old: list[Line], new: list[Line]) -> int:
    """Return how many words of a caption begin the next one: all words of either, whole lines, or enough words.

    Fewer words that are the same by chance, such as the last ideograph of a cue and the first one of the next, are 0.
    """
    before, after = _words(old), _words(new)
    known = _overlap(before, after)
    if known in (len(before), len(after)) or (known in _ends(old[::-1]) and known in _ends(new)):
        return known
    weight = sum(1 / 2 if IDEOGRAPH.fullmatch(word) else 1 for word in after[:known])
    return known if weight >= CARRIED else 0


def _ends(lines: list[Line]) -> list[int]:
    """Return the numbers of words of the first line, of the first two lines, and so on."""
    return list(accumulate(len(_words([line])) for line in lines))


def _words(lines: list[Line]) -> list[str]:
    return [word for line in lines for word in TOKEN.findall(line.text)]


def _overlap(old: list[str], new: list[str]) -> int:
    """Return how many words at the end of `old` are those at the beginning of `new`."""
    for length in range(min(len(old), len(new)), 0, -1):
        if old[-length:] == new[:length]:
            return length
    return 0


def _without(lines: list[Line], count: int) -> list[Line]:
    """Return the lines without their first `count` words."""
    left: list[Line] = []
    for line in lines:
        tokens = list(TOKEN.finditer(line.text))
        if count >= len(tokens):
            count -= len(tokens)
            continue
        left.append(line._replace(text=line.text[tokens[count].start() :] if count else line.text))
        count = 0
    return left


def _grown(lines: list[Line], count: int) -> list[Line]:
    """Return what follows the first `count` words if these end inside a line, with the space before it."""
    for at, line in enumerate(lines):
        tokens = list(TOKEN.finditer(line.text))
        if count < len(tokens):
            return [line._replace(text=line.text[tokens[count - 1].end() :]), *lines[at + 1 :]] if count else []
        count -= len(tokens)
    return []
