"""SAMI: subtitles of Korea as a kind of HTML, in one or more languages, each of them a class of paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.rules.subtitles.formats.lines import SHOWN_MS, read_by
from corpus.rules.subtitles.formats.raw_cue import UNTIMED, RawCue, RawFile, in_ms
from corpus.rules.subtitles.markup import plain_lines

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MARK = re.compile(r"<\s*(?P<name>sync|p|/body|/sami)\b(?P<attributes>[^<>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"(?<![a-z])([a-z]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
START = re.compile(r"\s*(-?\d+)(?:\.\d*)?\s*(?:ms\s*)?", re.IGNORECASE)


@dataclass(frozen=True)
class _Paragraph:
    """A text on the screen: an empty one ends the one before of the same language."""

    line: int
    start_ms: int
    language: str
    text: str
    is_name: bool  # of the speaker

    @property
    def plain(self) -> str:
        """The text without markup."""
        return " ".join(line.text for line in plain_lines(self.text)[0])


def is_sami(text: str) -> bool:
    """Return whether a text is a SAMI document."""
    return re.search(r"<sami\b", text[:4000], re.IGNORECASE) is not None


def read_sami(text: str) -> RawFile:
    """Read SAMI. A text stays until the next one of its language, but no longer than it takes to read it.

    A text that another one follows within `SHOWN_MS`, or that an empty one ends, stays until then. A cue has the line
    of its `SYNC`.

    Args:
        text: of the file.
    """
    found = RawFile("sami")
    paragraphs = _paragraphs(text)
    names: dict[str, str] = {}  # a class in any case -> its first spelling
    for paragraph in paragraphs:
        if paragraph.language:
            names.setdefault(paragraph.language.casefold(), paragraph.language)
    only = next(iter(names.values())) if len(names) == 1 else ""  # of texts without a class, too
    languages: dict[str, list[_Paragraph]] = {}
    for paragraph in paragraphs:
        languages.setdefault(names.get(paragraph.language.casefold(), only), []).append(paragraph)
    for language, own in languages.items():
        found.cues += [replace(cue, track=language if len(languages) > 1 else "") for cue in _cues(own)]
    found.cues.sort(key=lambda cue: cue.line)
    return found


def _cues(paragraphs: list[_Paragraph]) -> list[RawCue]:
    """Return the cues of one language."""
    cues = []
    timed = sorted((one for one in paragraphs if one.start_ms != UNTIMED), key=lambda one: one.start_ms)
    following: dict[int, _Paragraph] = {}  # start -> the next paragraph after it
    for one, after in pairwise(timed):
        if after.start_ms > one.start_ms:
            following[one.start_ms] = after
    speaker = ""
    for one in paragraphs:
        if one.is_name:
            speaker = one.plain.rstrip(":：")
        elif one.start_ms == UNTIMED:
            cues.append(RawCue(one.line, UNTIMED, UNTIMED, one.text, speaker, notes=("damaged_timing",)))
        elif one.plain:
            end = following.get(one.start_ms)
            end_ms = read_by(one.plain, one.start_ms, end.start_ms if end else None)
            if end and (not end.plain or end.start_ms - one.start_ms <= SHOWN_MS[1]):
                end_ms = end.start_ms
            cues.append(RawCue(one.line, one.start_ms, end_ms, one.text, speaker))
    return cues


def _paragraphs(text: str) -> list[_Paragraph]:
    closed = text.rfind("-->") + 3  # no search to the end for each comment that is never closed
    text = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text[:closed]) + text[closed:]
    marks = list(MARK.finditer(text))
    found: list[_Paragraph] = []
    line, at, start_ms, is_open = 1, 0, UNTIMED, False
    for number, mark in enumerate(marks):
        name = mark["name"].casefold()
        given = {key.casefold(): "".join(values) for key, *values in ATTRIBUTE.findall(mark["attributes"])}
        if name.startswith("/"):
            is_open = False
        elif name == "sync":
            line, at = line + text.count("\n", at, mark.start()), mark.start()
            start_ms, is_open = _start(given.get("start", "")), True
        if not is_open:
            continue
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        said = " ".join(text[mark.end() : end].split())
        if said or name == "p":
            language = given.get("class", "") if name == "p" else ""
            found.append(_Paragraph(line, start_ms, language, said, given.get("id", "").casefold() == "source"))
    return found


def _start(given: str) -> int:
    start = START.fullmatch(given)
    try:
        return in_ms(start[1]) if start else UNTIMED
    except ValueError:
        return UNTIMED
