"""Speakers marked in subtitles: `Name:` at the start of a line, a dash before each speaker's line, or `>>`.

Colons also occur in times, addresses and clauses ("Listen: ...", "他说：…"). A name must be short, look like one, and
be followed by text; everything else stays text. Wrong guesses can be corrected on the episode's page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

DASH = re.compile(r"^\s*[-‐‑–—―]+\s*(?!\d)(?=\S)")
HYPHEN = re.compile(r"^\s*[-‐‑]\s*(?!\d)(?=\S)")
CJK = "\u3040-\u30ff\u3400-\u9fff"
INNER_DASH = re.compile(
    rf"(?<=[{CJK}。！？!?])\s+(?=[-‐‑–—―]\s*[{CJK}])|(?<=[。！？…!?])(?=[-‐‑–](?![-‐‑–])\s*[“「]?[{CJK}])"
)
INNER_DASH_LATIN = re.compile(r"(?<=[.?!…\"”'’])\s+(?=[-‐‑–—―]\s*[^\W\d_a-z])")  # - Hi. - Hello.
NAME_ALONE = re.compile(r"^\s*(?:[-‐‑–—―]\s*)?(?P<name>[\[【［]?[^:：\n]{1,40}?[\]】］]?)\s*[:：]\s*$")
NAMED = re.compile(r"^\s*(?P<name>[^:：\n]{1,40})(?P<colon>[:：])(?P<rest>.+)$", re.DOTALL)
CHANGE = re.compile(r"^\s*(?:[>＞](?:\s?[>＞])+|[»≫]+)\s*")  # ≫: broadcasters in Japan
INNER_CHANGE = re.compile(r"(?<=[^\s>＞≫])\s*(?=(?:[>＞]{2}|≫)[\s>＞≫]*+[^\s>＞≫])")
BLANKS = re.compile(r"[^\S\n]+")
BRACKET = re.compile(r"^\s*[\[【［]")
# a name that goes on in the next line; one class of marks, since marks repeated in two ways take exponential time
OPEN_BRACKET = re.compile(r"^[-‐‑–—―>＞≫\s]*[\[【［][^\[\]【】［］:：]{1,60}$")
BRACKETED = re.compile(
    r"^\s*[\[【［]\s*(?P<name>[^\[\]【】［］:：\n]{1,60}?)\s*[\]】］]\s*[:：](?P<rest>.+)$", re.DOTALL
)
MARKS = re.compile(r"^[-‐‑–—―>＞≫\s]+")
WORD = re.compile(r"\w")
BETWEEN_CJK = re.compile(rf"(?<=[{CJK}])\s+(?=[{CJK}])")
SPACED = re.compile(rf"^([{CJK}])\s+([{CJK}])$")  # 小　雨: as wide as a name of three characters
ASIDE = re.compile(r"(?<=\S)\s*[(（\[【][^)）\]】]*[)）\]】]\s*$")  # ANNA (whispering): ...

LATIN_WORD = re.compile(r"[^\W\d_][\w'’.&-]*|#?\d+|&")
SMALL_WORDS = frozenset(["and", "da", "de", "del", "der", "di", "la", "le", "of", "the", "van", "von", "y"])
TITLES = frozenset(["dr.", "mr.", "mrs.", "ms.", "prof.", "capt.", "sgt.", "lt.", "st.", "jr.", "sr.", "no."])
CJK_NAME = re.compile(rf"(?=.*[{CJK}])[{CJK}A-Za-z0-9]{{1,6}}|[{CJK}A-Za-z]+(?:[·•・][{CJK}A-Za-z]+)+")
CJK_NO_END = tuple("说道问答喊叫讲是着看话想写曰云有为即如知意思说吗呢啊吧的了說問講寫為")
CJK_NO_START = tuple("我你您他她它这那请記记注比例所因但如有没不听看要想最第其這沒聽請")
NOT_NAMES = """
above again also answer answers attention because before below but caution chapter conclusion day dear episode
example fact finally first goal hint i'll imagine important listen look maybe my note notice now ok okay one option part
people ps question reason remember result rule scene second see so step subtitles summary sync that then there third
this time timing tip today translation translator two update url warning well what who why yes no
问题 答案 结果 结论 总之 例如 字幕 翻译 时间 地点 条件 原因 目标 任务 规则 提示 警告 标题 网址
字幕组 字幕制作 听译 校译 校对 校對 时间轴 时轴 压制 片源 片名 出品
"""
NO_NAMES = frozenset(NOT_NAMES.split())
# of credits, and of people who speak
ROLES = frozenset(["导演", "監製", "监制", "制片", "製片", "编剧", "編劇", "主演", "后期", "後期"])
CREDIT = re.compile(rf"[{CJK}]{{2,4}}|[^\W\d_{CJK}][^\W{CJK}]*[.]?")  # a name, or a word of one
BETWEEN_NAMES = re.compile(r"[\s/&·•・、,，+]+")
COMPANY = re.compile(r"(?:字幕[组組]|公司|影[视視业業]|工作室)\s*$")


class Said(NamedTuple):
    """One speaker's part of a cue; `opens` if a mark makes it another speaker's; `marks`: the rules that found it."""

    speaker: str
    text: str
    opens: bool
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marks:
    """The kinds of marks that are recognised."""

    changes: bool = True  # >>
    bracketed: bool = True  # [NAME]:
    names: bool = True  # NAME:
    dashes: bool = True


ALL = Marks()


def split_lines(text: str, marks: Marks = ALL) -> list[Said]:
    """Split a cue's text at marks of another speaker.

    Args:
        text: without markup, with its line breaks.
        marks: that are recognised.

    Returns:
        At least one part unless there is no text. A line opens a new part if it starts with `>>` or a dash, or names
        its speaker and the cue's first line is marked as well; any other line continues the previous part.
    """
    text = BLANKS.sub(" ", text)
    if marks.changes:
        text = INNER_CHANGE.sub("\n", text)
    joined = _with_names(text.split("\n"), marks)
    lines = [piece for line in joined for piece in _undouble(line, marks) if piece.strip()]
    parts: list[Said] = []
    for line in lines:
        part = _part(line, parts, marks)
        is_named = bool(part.speaker) and bool(parts) and (parts[0].opens or bool(parts[0].speaker))
        if not parts or part.opens or is_named:
            parts.append(part)
        else:
            parts[-1] = parts[-1]._replace(text=f"{parts[-1].text} {' '.join(line.split())}".strip())
    return [part for part in parts if part.text]


def _part(line: str, parts: list[Said], marks: Marks) -> Said:
    """Return a line as a part of its own."""
    change = CHANGE.match(line) if marks.changes else None
    rest = line[change.end() :] if change else line
    pattern = DASH if not parts or parts[0].opens else HYPHEN
    dash = pattern.match(rest) if marks.dashes else None
    speaker, said, form = _named(rest[dash.end() :] if dash else rest, marks)
    found = ("speaker_changes",) * bool(change) + ("dashes",) * bool(dash) + ((form,) if form else ())
    return Said(speaker, " ".join(said.split()), bool(change or dash), found)


def _named(text: str, marks: Marks) -> tuple[str, str, str]:
    """Return the name, the text and the rule that found the name, or "", the text and ""."""
    if marks.bracketed and (match := BRACKETED.match(text)) and WORD.search(match["rest"]):
        return " ".join(match["name"].split()), match["rest"].strip(), "bracketed_names"
    if marks.names and not BRACKET.match(text):
        name, said = speaker_of(text)
        return name, said, "names" if name else ""
    return "", text, ""


def speaker_of(text: str) -> tuple[str, str]:
    """Split `Name: text` into both; the name is "" if the text does not start with one."""
    match = NAMED.match(text)
    if match is None:
        return "", text
    name = ASIDE.sub("", match["name"]).strip().strip("[]【】()（）").strip()
    name = SPACED.sub(r"\1\2", name)
    rest = match["rest"]
    follows_directly = match["colon"] == ":" and not rest[0].isspace() and not re.match(rf"[{CJK}]", rest)
    is_time = match["name"][-1].isdecimal() and rest.lstrip()[:1].isdecimal()
    if follows_directly or is_time or not rest.strip():  # http://..., 12: 30, a colon that ends the cue
        return "", text
    is_credit = name in ROLES and _is_credit(rest)
    return (name, rest.strip()) if _is_name(name) and not is_credit else ("", text)


def _is_credit(text: str) -> bool:
    """Return whether a text is that of a credit: names without a sentence mark, a company, or a second role."""
    words = BETWEEN_NAMES.split(text)
    return bool(re.search("[:：]", text) or COMPANY.search(text)) or all(map(CREDIT.fullmatch, filter(None, words)))


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


def _undouble(line: str, marks: Marks) -> list[str]:
    """Split `-你好 -再见`: two speakers in one line, as Chinese subtitles write them."""
    if not marks.dashes or not DASH.match(line):
        return [line]
    return [part for piece in INNER_DASH.split(line) for part in INNER_DASH_LATIN.split(piece)]


def _with_names(lines: list[str], marks: Marks) -> list[str]:
    """Join a line that holds a name alone, in brackets or capital letters, or half of one, with the line after it."""
    found: list[str] = []
    for line in lines:
        match = NAME_ALONE.match(found[-1]) if found else None
        name = match["name"] if match else ""
        is_alone = (marks.bracketed and BRACKET.match(name)) or (marks.names and name.isupper() and _is_name(name))
        if is_alone or (found and marks.bracketed and _is_in_two(found[-1], line)):
            found[-1] = f"{found[-1].rstrip()} {line.strip()}"
        else:
            found.append(line)
    return found


def _is_in_two(line: str, following: str) -> bool:
    """Return whether a name in brackets begins in one line and ends in the next one; a sound does so more often."""
    match = BRACKETED.match(f"{MARKS.sub('', line)} {following}") if OPEN_BRACKET.match(line) else None
    return match is not None and _is_name(BETWEEN_CJK.sub("", match["name"]))
