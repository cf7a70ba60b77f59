"""A guideline as the sections under its headings: what changed between two versions, and where an example goes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*(?:\{#([a-z][a-z0-9_-]*)\})?\s*#*\s*$")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_QUOTE = re.compile(r"^(\s*>)+\s?")
_ITEM = re.compile(r"^\s*[-*+]\s+")
_MARKS = re.compile(r"\*\*|__|`+|\\(?=[#*_])")
CONTEXT = 2  # lines that stayed, told on either side of a change

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, down to the next heading of any level; `level` 0 for what comes first."""

    level: int
    title: str
    anchor: str
    lines: tuple[str, ...]

    @property
    def key(self) -> str:
        """What makes it the same section in another version."""
        return self.anchor or self.title


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One section that is new, gone or different; lines that stayed are there for context."""

    title: str
    anchor: str
    kind: Literal["added", "removed", "changed"]
    lines: tuple[tuple[Kind, str], ...]


def sections(text: str) -> list[Section]:
    """Return the sections of a Markdown text in order; a heading inside a code fence is none."""
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
    """Return what changed from one version of a guideline to another, in the order of the newer one."""
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
        anchor: of the section; where the text has none of that name the example goes to the end of the text.
        title: of the section that is begun there then, unless it is there already.
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


def quoted(*, quote: str, question: str, answer: str) -> str:
    """Return a question with its answer as an example of a guideline: what was said, what was asked, what holds."""
    asked = " ".join(question.split())
    lines = [f"“{' '.join(quote.split())}”", "", asked] if quote.strip() else [asked]
    lines += ["", *answer.strip().split("\n")]
    return "\n".join(f"> {_plain(line)}".rstrip() for line in lines)


def _place(parts: list[Section], anchor: str, title: str) -> int | None:
    anchors, titles = [part.anchor for part in parts], [part.title for part in parts]
    if anchor and anchor in anchors:
        return anchors.index(anchor)
    return titles.index(title) if title in titles else None


def _plain(line: str) -> str:
    """Keep a line from being read as a heading, whose anchor would compete with the guideline's own."""
    return re.sub(r"^(\s{0,3})#", r"\1\\#", line)


def _words(section: Section) -> list[str]:
    """Return what a section says under its heading, line by line, without the marks of Markdown."""
    lines = section.lines[1:] if section.level else section.lines
    return [words for line in lines if (words := _MARKS.sub("", _ITEM.sub("• ", _QUOTE.sub("", line))).strip())]


def _all(section: Section, kind: Kind) -> tuple[tuple[Kind, str], ...]:
    return tuple((kind, line) for line in _words(section))


def _compared(old: Section, new: Section) -> Iterator[tuple[Kind, str]]:
    """Yield the lines that changed with those next to them; of longer stretches that stayed only the ends."""
    before, after = _words(old), _words(new)
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (("same", line) for line in _ends(before[i:j]))
            continue
        yield from (("removed", line) for line in before[i:j])
        yield from (("added", line) for line in after[k:m])


def _ends(lines: list[str]) -> list[str]:
    return lines if len(lines) <= 2 * CONTEXT else [*lines[:CONTEXT], "…", *lines[-CONTEXT:]]
