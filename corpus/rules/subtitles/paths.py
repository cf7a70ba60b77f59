"""Paths of files in a text: their backslashes are no markup, unlike the `\\N` and `\\h` of ASS."""

from __future__ import annotations

import re

IN_PATH = "\ufdd0"  # no character, stands for the backslash of a path while markup is read

# C:\... or \\host\...
BEGIN = re.compile(
    r"(?:(?<![A-Za-z])|(?<=\\[hHnN]))(?P<drive>[A-Za-z]):(?=\\)|(?<![\\\w])\\\\[\w.-]+(?=\\\w)", re.ASCII
)
# backslashes with names; \N and \h before anything else are markup
NAMES = re.compile(
    r"(?:\\(?:(?![NnHh])|(?=[Nn](?:[a-z0-9_]|\.\w|[A-Z0-9]{2}|[A-Z][\\.]|\\(?![NnHh]))|[Hh][\w\\]|[NnHh][^\S\n]*$))"
    r"[^\\\n]*)*",
    re.ASCII | re.MULTILINE,
)
# a capital letter after \N begins a sentence as well as a name: only more of a path tells
CAPITAL = re.compile(r"\\[Nn](?=[A-Z])[^\\\n]*")
LONGER = re.compile(r"\\[\w-]+(?:\\(?![NnHh])\w|\.\w{2,4}\b)", re.ASCII)  # two names, or a name with an extension
LABEL = re.compile(r"(?:\n|\\[Nn])[-‐‑–—―>＞≫\s]*$")  # before a letter that names a speaker
LONGEST_LABEL = 20
SPEAKERS = "AB"  # no drives since diskettes, but names of speakers


def hide_paths(text: str) -> str:
    """Return a text with `IN_PATH` for the backslashes of its paths.

    A path ends with its line, or where `\\N` or `\\h` can be no part of a name: `D:\\Novels\\N然后`.

    Args:
        text: with markup and line feeds.
    """
    kept, at = [], 0
    for begin in BEGIN.finditer(text):
        if begin.start() >= at:
            end = _end(text, begin)
            kept += [text[at : begin.start()], text[begin.start() : end].replace("\\", IN_PATH)]
            at = end
    return "".join(kept) + text[at:]


def _end(text: str, begin: re.Match[str]) -> int:
    """Return the end of a path, which is before its first backslash if it is none: `A:\\NYes` is a speaker's line."""
    at = begin.end()
    if begin["drive"]:
        before = text[max(0, begin.start() - LONGEST_LABEL) : begin.start()]
        is_label = LABEL.search(before if begin.start() > LONGEST_LABEL else f"\n{before}") is not None
        if is_label and begin["drive"] in SPEAKERS and text[at + 1 : at + 2] in "Nn" and not LONGER.match(text, at):
            return at
        if not is_label and LONGER.match(text, at) and (capital := CAPITAL.match(text, at)):
            at = capital.end()
    names = NAMES.match(text, at)
    return names.end() if names else at
