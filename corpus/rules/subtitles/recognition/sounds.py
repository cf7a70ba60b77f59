"""Sounds and music: cues that describe what is heard, or quote what is sung. They are context, never utterances."""

from __future__ import annotations

import re

NOTE = "♩♪♫♬♭♯🎵🎶¶"  # ¶: where a code page has no note
GROUP = re.compile(r"[\[(（【［〔{][^\[\](（）)【】［］〔〕{}]*[\])）】］〕}]|[*＊][^*＊\n]+[*＊]")
WORD = re.compile(r"\w")
SUNG = re.compile(rf"^\W*[{NOTE}]")
MISREAD_NOTE = re.compile("â™[ª«©¬]")  # a note of UTF-8 that was read as Windows-1252
HASHED = re.compile(r"^#\s+\S.*$|^#[^#\d\s][^#]*#$", re.DOTALL)


def is_sound(text: str) -> bool:
    """Return whether a text is wholly a sound description: brackets of any kind, and no word outside of them.

    Args:
        text: of one speaker, without the name.
    """
    rest, before = text, ""
    while rest != before:
        before, rest = rest, GROUP.sub("", rest)
    return rest != text and not WORD.search(rest) and WORD.search(text) is not None


def is_music(text: str) -> bool:
    """Return whether a text is sung or stands for music.

    It begins with a note, and no words follow the last note of a pair; a line in the middle of a song often has a note
    only at its beginning. Broadcasters without note signs write `# … #`.

    Args:
        text: of one speaker, without the name.
    """
    text = MISREAD_NOTE.sub("♪", text)
    if HASHED.match(text):
        return True
    if not SUNG.match(text):
        return False
    if not WORD.search(text):
        return True
    parts = re.split(rf"[{NOTE}]+", text)
    return len(parts) == 2 or not WORD.search(parts[-1])
