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
WORD = re.compile(r"\w")
MARKED = re.compile(r"\s*(?:[-‐‑–—―]\s*\S|[>＞]{2}|[»≫])")  # as another speaker's
SHARE = 1 / 3  # of the neighbouring cues that must overlap before a file counts as rolling
PAIRS = 2  # of neighbouring cues that must overlap: one overlap can be an answer in the words of the question
CARRIED = 3.0  # words that are carried over where the lines break elsewhere; two ideographs count as a word
# fewer are no chance, either, if they are carried over all the time
SHORT, SHORT_SHARE = 1.5, 1 / 2
SHORT_PAIRS, ALL_PAIRS = 4, 3  # of neighbouring cues; fewer are needed if all of a file carry words and touch
LINE_PAIRS = 3  # of neighbouring cues of several lines, of which the last one of the first is the first of the second
TOUCH_MS = 50
FRAME_MS = 250  # nobody says a line in less
STANDS_MS = 3000  # a caption that ended longer ago is no longer on the screen


def collapse(drafts: list[Draft]) -> None:
    """Leave each word of rolling captions once; other files stay as they are.

    Args:
        drafts: in the order of the file; changed in place.
    """
    spoken = [draft for draft in drafts if draft.is_speech and draft.raw.is_timed]
    by_lines, by_words = _rolls(spoken), _slides(spoken)
    if not by_lines and not by_words:
        return
    least = SHORT if by_words else CARRIED
    shown: list[Line] = []
    last: Draft | None = None  # the cue that added words last
    for draft in spoken:
        lines = list(draft.lines)
        known = _carried(last, draft, shown, least, whole=by_lines, rolls=by_lines) if last is not None else 0
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
    """Return whether whole lines, all words of a cue, or many words are carried over again and again."""
    carried = repeated = stacked = 0
    for before, after in pairwise(drafts):
        known = _carried(before, after, before.lines)
        adds = 0 < known < len(_words(after.lines))
        carried += adds
        repeated += known > 0 and not adds
        stacked += _is_stacked(before, after)
    if stacked >= max(LINE_PAIRS, SHORT_SHARE * (len(drafts) - 1)):
        return True
    # people repeat themselves, too, so repetitions alone prove little
    return carried >= PAIRS and carried + min(repeated, carried) >= SHARE * (len(drafts) - 1)


def _is_stacked(before: Draft, after: Draft) -> bool:
    """Return whether the last lines of a cue, but not all, are the first lines of the next one, which adds more."""
    known = _carried(before, after, before.lines, rolls=True)
    return 0 < known < len(_words(before.lines)) and known in _ends(after.lines)[:-1]


def _slides(drafts: list[Draft]) -> bool:
    """Return whether the last words of a cue begin the next one all the time, be they few."""
    pairs = [
        (before, after)
        for before, after in pairwise(drafts)
        if _carried(before, after, before.lines, SHORT, whole=False)
    ]
    is_everywhere = len(pairs) == len(drafts) - 1 and all(_touch(*pair) for pair in pairs)
    needed = ALL_PAIRS if is_everywhere else SHORT_PAIRS
    return len(pairs) >= max(needed, SHORT_SHARE * (len(drafts) - 1))


def _touch(before: Draft, after: Draft) -> bool:
    return after.start_ms - before.end_ms <= TOUCH_MS


def _carried(
    before: Draft, after: Draft, shown: list[Line], least: float = CARRIED, *, whole: bool = True, rolls: bool = False
) -> int:
    """Return how many words on the screen begin the next cue: all words of either, whole lines, or enough words.

    Fewer words that are the same by chance, such as the last ideograph of a cue and the first one of the next, are 0,
    and so is what people say again: a few words after a pause, or a line that is marked as another speaker's.

    Args:
        before, after: cues, one after the other.
        shown: the lines on the screen since the first one.
        least: number of words of ideographs that are enough; one that is only repeated (`对对对`) is never.
        whole: all words and whole lines are enough: after a pause some words, else however few.
        rolls: the file is known to roll, so that few are enough after a pause, too, if the next cue adds words.
    """
    if after.start_ms - before.end_ms > STANDS_MS or before.raw.speaker != after.raw.speaker:
        return 0
    old, new = _words(shown), _words(after.lines)
    known = _overlap(old, new)
    ideographs = sum(IDEOGRAPH.fullmatch(word) is not None for _voice, word in new[:known]) / 2
    others = sum(WORD.search(word) is not None and not IDEOGRAPH.fullmatch(word) for _voice, word in new[:known])
    weight = ideographs + others
    is_several = len(set(new[:known])) > 1
    is_whole = known in (len(old), len(new)) or (known in _ends(shown[::-1]) and known in _ends(after.lines))
    if (
        whole
        and is_whole
        and (_touch(before, after) or (weight >= SHORT and is_several) or (rolls and known < len(new)))
    ):
        return 0 if known == len(new) and _is_said_again(before, after) else known
    is_enough = weight >= CARRIED or (ideographs >= least and is_several)
    return known if is_enough and known < len(new) else 0


def _is_said_again(before: Draft, after: Draft) -> bool:
    """Return whether the words of a cue are marked as another speaker's, and both cues last as long as speech."""
    lengths = [draft.raw.end_ms - draft.raw.start_ms for draft in (before, after)]
    return MARKED.match(after.lines[0].text) is not None and min(lengths) > FRAME_MS


def _ends(lines: list[Line]) -> list[int]:
    """Return the numbers of words of the first line, of the first two lines, and so on."""
    return list(accumulate(len(_words([line])) for line in lines))


def _words(lines: list[Line]) -> list[tuple[str, str]]:
    """Return the words with the voices that say them."""
    return [(line.voice, word) for line in lines for word in TOKEN.findall(line.text)]


def _overlap(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> int:
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
