"""The script in which a text is written, as far as it tells languages apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

# the order decides which of two languages is speech by default: Chinese first
SCRIPTS: dict[str, re.Pattern[str]] = {
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"),
    "kana": re.compile(r"[\u3041-\u30fa\u31f0-\u31ff\uff66-\uff9d]"),
    "hangul": re.compile(r"[\u1100-\u11ff\uac00-\ud7a3]"),
    "thai": re.compile(r"[\u0e01-\u0e5b]"),
    "arabic": re.compile(r"[\u0620-\u06ff]"),
    "hebrew": re.compile(r"[\u05d0-\u05ea]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
}
# the scripts in which a language is written; Latin names and words are in all of them
WRITTEN_IN = {name: {name, "latin"} for name in SCRIPTS} | {"kana": {"kana", "han", "latin"}}
PRIORITY = {name: place for place, name in enumerate(SCRIPTS)}


def script_of(text: str) -> str:
    """Return the script of a text, or "" if it has no letters.

    Kana make a text Japanese. A text with ideographs is Chinese, even if it holds a Latin name or abbreviation, unless
    most of it is Latin: an ideograph counts as much as five Latin letters, about a word.
    """
    if text.isascii():
        return "latin" if SCRIPTS["latin"].search(text) else ""
    counts = {name: len(pattern.findall(text)) for name, pattern in SCRIPTS.items()}
    if counts["kana"]:
        return "kana"
    if counts["han"]:
        return "han" if 5 * counts["han"] >= counts["latin"] else "latin"
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def can_be_in(text: str, script: str) -> bool:
    """Return whether a text can be one of a language.

    Args:
        text: without markup.
        script: of the language, one of `SCRIPTS`. Ideographs that are only in Chinese are in no Japanese text.
    """
    found = {name for name, pattern in SCRIPTS.items() if pattern.search(text)}
    return found <= WRITTEN_IN[script] and (script != "kana" or _is_of_japan(text))


def _is_of_japan(text: str) -> bool:
    try:
        "".join(SCRIPTS["han"].findall(text)).encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def scripts_of_lines(lines: Iterable[str]) -> list[str]:
    """Return the script of each line; a line without letters has that of the line before it, or after it."""
    found = [script_of(line) for line in lines]
    first = next((script for script in found if script), "")
    for at, script in enumerate(found):
        found[at] = script or (found[at - 1] if at else first)
    return found


def main_script(texts: Iterable[str]) -> str:
    """Return the script of most texts, or ""."""
    counts = Counter(script for script in map(script_of, texts) if script)
    return counts.most_common(1)[0][0] if counts else ""
