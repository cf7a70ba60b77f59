"""Speakers marked in subtitles: `Name:` at the start of a line, or a dash before each speaker's line.

Colons also occur in times, addresses and clauses ("Listen: ...", "他说：…"). A name must be short, look like one, and
be followed by text; everything else stays text. Wrong guesses can be corrected on the episode's page.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DASH = re.compile(r"^\s*[-‐‑–—―]+\s*(?!\d)(?=\S)")
HYPHEN = re.compile(r"^\s*[-‐‑]\s*(?!\d)(?=\S)")
CJK = "\u3040-\u30ff\u3400-\u9fff"
INNER_DASH = re.compile(rf"(?<=[{CJK}。！？!?])\s+(?=[-‐‑–—―]\s*[{CJK}])")
NAMED = re.compile(r"^\s*(?P<name>[^:：\n]{1,40})(?P<colon>[:：])(?P<rest>.+)$", re.DOTALL)
ASIDE = re.compile(r"(?<=\S)\s*[(（\[【][^)）\]】]*[)）\]】]\s*$")  # ANNA (whispering): ...

LATIN_WORD = re.compile(r"[^\W\d_][\w'’.&-]*|\d+|&")
SMALL_WORDS = frozenset(["and", "da", "de", "del", "der", "di", "la", "le", "of", "the", "van", "von", "y"])
TITLES = frozenset(["dr.", "mr.", "mrs.", "ms.", "prof.", "capt.", "sgt.", "lt.", "st.", "jr.", "sr.", "no."])
CJK_NAME = re.compile(rf"(?=.*[{CJK}])[{CJK}A-Za-z0-9]{{1,6}}|[{CJK}A-Za-z]+(?:[·•・][{CJK}A-Za-z]+)+")
CJK_NO_END = tuple("说道问答喊叫讲是着看话想写曰云有为即如知意思说吗呢啊吧的了說問講寫為")
CJK_NO_START = tuple("我你您他她它这那请記记注比例所因但如有没不听看要想最第其這沒聽請")
NOT_NAMES = """
above again also answer answers attention because before below but caution chapter conclusion day episode example
fact finally first goal hint i'll imagine important listen look maybe my note notice now ok okay one option part
people ps question reason remember result rule scene second see so step subtitles summary that then there third
this time tip today translation two update url warning well what who why yes no
问题 答案 结果 结论 总之 例如 字幕 翻译 时间 地点 条件 原因 目标 任务 规则 提示 警告 标题 网址
"""
NO_NAMES = frozenset(NOT_NAMES.split())


class Line(NamedTuple):
    """One speaker's part of a cue; `dashed` if a dash marks it as another speaker's."""

    speaker: str
    text: str
    dashed: bool


def split_lines(text: str) -> list[Line]:
    """Split a cue's text at marks of another speaker.

    Args:
        text: without markup, with its line breaks.

    Returns:
        At least one part unless there is no text. A line opens a new part if it starts with a dash, or names its
        speaker and the cue's first line is marked as well; any other line continues the previous part.
    """
    lines = [piece for line in text.split("\n") for piece in _undouble(line) if piece.strip()]
    parts: list[Line] = []
    for line in lines:
        dashed = (DASH if not parts or parts[0].dashed else HYPHEN).match(line)
        speaker, said = speaker_of(line[dashed.end() :] if dashed else line)
        marked_from_the_first = bool(parts) and (parts[0].dashed or bool(parts[0].speaker))
        if not parts or dashed or (speaker and marked_from_the_first):
            parts.append(Line(speaker, " ".join(said.split()), dashed=dashed is not None))
        else:
            parts[-1] = parts[-1]._replace(text=f"{parts[-1].text} {' '.join(line.split())}".strip())
    return [part for part in parts if part.text]


def speaker_of(text: str) -> tuple[str, str]:
    """Split `Name: text` into both; the name is "" if the text does not start with one."""
    match = NAMED.match(text)
    if match is None:
        return "", text
    name = ASIDE.sub("", match["name"]).strip().strip("[]【】()（）").strip()
    rest = match["rest"]
    follows_directly = match["colon"] == ":" and not rest[0].isspace() and not re.match(rf"[{CJK}]", rest)
    is_time = match["name"][-1].isdecimal() and rest.lstrip()[:1].isdecimal()
    if follows_directly or is_time or not rest.strip():  # http://..., 12: 30, a colon that ends the cue
        return "", text
    return (name, rest.strip()) if _is_name(name) else ("", text)


def _is_name(name: str) -> bool:
    if not name or name.casefold() in NO_NAMES:
        return False
    if re.search(rf"[{CJK}]", name):
        fits = CJK_NAME.fullmatch(name) is not None
        return fits and not name.endswith(CJK_NO_END) and not name.startswith(CJK_NO_START)
    words = name.split()
    return (
        len(words) <= 4
        and words[0][0].isupper()
        and words[0].casefold() not in NO_NAMES
        and all(_is_name_word(word) for word in words)
    )


def _is_name_word(word: str) -> bool:
    if not LATIN_WORD.fullmatch(word):
        return False
    ends_well = not word.endswith(".") or word.casefold() in TITLES or len(word) == 2
    return ends_well and (not word[0].islower() or word in SMALL_WORDS)


def _undouble(line: str) -> list[str]:
    """Split `-你好 -再见`: two speakers in one line, as Chinese subtitles write them."""
    return INNER_DASH.split(line) if DASH.match(line) else [line]
