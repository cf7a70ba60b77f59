"""Paths of files in a text: their backslashes are no markup, unlike the `\\N` and `\\h` of ASS."""

from __future__ import annotations

import re

IN_PATH = "\ufdd0"  # no character, stands for the backslash of a path while markup is read

# C:\... or \\host\...
BEGIN = re.compile(
    r"(?:(?<![A-Za-z])|(?<=\\[hHnN]))(?P<drive>[A-Za-z]):(?=\\)|(?<![\\\w])\\\\[\w.-]+(?=\\\w)", re.ASCII
)
# a backslash with a name; \N and \h before anything else are markup
NAME = re.compile(
    r"\\(?:(?![NnHh])|[Nn](?:[a-z0-9_]|\.\w|[A-Z0-9]{2}|[A-Z](?=[\\.])|\\(?![NnHh]))|[Hh][\w\\]|[NnHh][^\S\n]*$)",
    re.ASCII | re.MULTILINE,
)
CAPITAL = re.compile(r"\\[Nn][A-Z]")
LONGER = re.compile(r"\\[\w-]+(?:\\(?![NnHh])\w|\.\w{2,4}\b)", re.ASCII)  # two names, or a name with an extension
LABEL = re.compile(r"(?:^|\n|\\[Nn])[-‐‑–—―>＞≫\s]*$")  # before a letter that names a speaker
NAMES = "AB"  # no drives since diskettes, but names of speakers


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
    """Return the end of a path, which is its beginning if it is none: `A:\\NYes` is a speaker's line."""
    at = begin.end()
    if begin["drive"]:
        line_start = text.rfind("\n", 0, begin.start()) + 1
        is_label = LABEL.search(text[line_start : begin.start()]) is not None
        if is_label and begin["drive"] in NAMES and text[at + 1 : at + 2] in "Nn" and not LONGER.match(text, at):
            return begin.start()
        if not is_label and CAPITAL.match(text, at):
            at += 1
        elif not NAME.match(text, at):
            return begin.start()
    stop = text.find("\n", at)
    stop = len(text) if stop < 0 else stop
    while (at := text.find("\\", at, stop)) >= 0:
        if not NAME.match(text, at):
            return at
        at += 1
    return stop
