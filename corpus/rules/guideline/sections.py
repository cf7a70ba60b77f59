"""The sections of a guideline: differences between two versions, and insertion of examples."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from corpus.rules.guideline.clips import link_to, without_addresses

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*(?:\{#([a-z][a-z0-9_-]*)\})?\s*#*\s*$")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_QUOTE = re.compile(r"^(\s*>)+\s?")
_ITEM = re.compile(r"^\s*[-*+]\s+")
_MARKS = re.compile(r"\*\*|__|`+|\\(?=[#*_])")
CONTEXT = 2  # unchanged lines shown on either side of a change

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text down to the next heading of any level; `level` 0 for the text before the first."""

    level: int
    title: str
    anchor: str
    lines: tuple[str, ...]

    @property
    def key(self) -> str:
        """The identity of a section across versions."""
        return self.anchor or self.title


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One section that is new, removed or different, with unchanged lines as context."""

    title: str
    anchor: str
    kind: Literal["added", "removed", "changed"]
    lines: tuple[tuple[Kind, str], ...]


def sections(text: str) -> list[Section]:
    """Return the sections of a Markdown text in order; lines inside a code fence are not headings."""
    found: list[tuple[int, str, str, list[str]]] = [(0, "", "", [])]
    fenced = False
    for line in text.split("\n"):
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading:
            found.append((len(heading[1]), heading[2], heading[3] or "", []))
        found[-1][3].append(line)
    return [Section(level, title, anchor, tuple(lines)) for level, title, anchor, lines in found if lines]


def changed_sections(before: str, after: str) -> list[SectionChange]:
    """Return the differences between two versions of a guideline, in the order of the newer one."""
    old = {section.key: section for section in sections(before)}
    new = {section.key: section for section in sections(after)}
    changes = []
    for key, section in new.items():
        was = old.get(key)
        if was is None:
            changes.append(SectionChange(section.title, section.anchor, "added", _all(section, "added")))
        else:
            changes.append(SectionChange(section.title, section.anchor, "changed", tuple(_compared(was, section))))
    gone = [section for key, section in old.items() if key not in new]
    changes += [SectionChange(each.title, each.anchor, "removed", _all(each, "removed")) for each in gone]
    return [change for change in changes if any(kind != "same" for kind, _ in change.lines)]


def with_example(text: str, *, anchor: str, title: str, example: str) -> str:
    """Return a guideline with an example at the end of a section.

    Args:
        text: Markdown.
        anchor: of the section; without such a section, the example is appended to the text.
        title: of the section that is appended in that case, unless it exists.
        example: Markdown.
    """
    parts = sections(text)
    place = _place(parts, anchor, title)
    if place is None:
        return f"{text.rstrip()}\n\n## {title}\n\n{example}\n".lstrip()
    before = [line for part in parts[: place + 1] for line in part.lines]
    after = [line for part in parts[place + 1 :] for line in part.lines]
    while before and not before[-1].strip():
        before.pop()
    return "\n".join([*before, "", *example.split("\n"), "", *after])


def quoted(*, quote: str, question: str, answer: str, clip: object = "") -> str:
    """Return an example for a guideline: the utterance, what was asked, the ruling.

    Args:
        quote: text of the utterance.
        question: what was asked; one line.
        answer: what holds; Markdown.
        clip: public id of the utterance, if its clip belongs to the example.
    """
    asked = " ".join(question.split())
    lines = [f"“{' '.join(quote.split())}”", ""] if quote.strip() else []
    lines += [link_to(clip), "", asked] if clip else [asked]
    lines += ["", *answer.strip().split("\n")]
    return "\n".join(f"> {_plain(line)}".rstrip() for line in lines)


def _place(parts: list[Section], anchor: str, title: str) -> int | None:
    anchors, titles = [part.anchor for part in parts], [part.title for part in parts]
    if anchor and anchor in anchors:
        return anchors.index(anchor)
    return titles.index(title) if title in titles else None


def _plain(line: str) -> str:
    """Escape a line that would be read as a heading, whose anchor could equal one of the guideline."""
    return re.sub(r"^(\s{0,3})#", r"\1\\#", line)


def _words(section: Section) -> list[str]:
    """Return the lines of a section below its heading, without Markdown marks."""
    lines = section.lines[1:] if section.level else section.lines
    plain = (_MARKS.sub("", _ITEM.sub("• ", without_addresses(_QUOTE.sub("", line)))) for line in lines)
    return [words for line in plain if (words := line.strip())]


def _all(section: Section, kind: Kind) -> tuple[tuple[Kind, str], ...]:
    return tuple((kind, line) for line in _words(section))


def _compared(old: Section, new: Section) -> Iterator[tuple[Kind, str]]:
    """Yield the changed lines with their neighbours; of longer unchanged parts only the ends."""
    before, after = _words(old), _words(new)
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (("same", line) for line in _ends(before[i:j]))
            continue
        yield from (("removed", line) for line in before[i:j])
        yield from (("added", line) for line in after[k:m])


def _ends(lines: list[str]) -> list[str]:
    return lines if len(lines) <= 2 * CONTEXT else [*lines[:CONTEXT], "…", *lines[-CONTEXT:]]
