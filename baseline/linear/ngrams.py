"""N-grams of texts: words, punctuation marks and single Chinese characters, their pairs, and character n-grams."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

# Chinese and Japanese characters and Korean syllables are units of their own; other scripts are split into words.
CHARACTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
UNIT = re.compile(rf"[{CHARACTERS}]|[^\W_{CHARACTERS}]+(?:'[^\W_{CHARACTERS}]+)?|[^\w\s]")
LENGTHS = (3, 4)  # of the character n-grams inside a word


def normalised(text: str) -> str:
    """Return a text in lower case, with the usual form of characters and straight apostrophes."""
    return unicodedata.normalize("NFKC", text).lower().replace("’", "'")


def word_ngrams(text: str) -> list[str]:
    """Return the units of a text (characters, words, punctuation marks) and all pairs of neighbouring units."""
    units = UNIT.findall(normalised(text))
    return units + [f"{left} {right}" for left, right in pairwise(units)]


def character_ngrams(text: str) -> list[str]:
    """Return the runs of `LENGTHS` characters of each word with its borders, and of each run of Chinese characters."""
    found = []
    for word in normalised(text).split():
        bordered = f"#{word}#"
        for length in LENGTHS:
            found += [f"~{bordered[start : start + length]}" for start in range(len(bordered) - length + 1)]
    return found


def all_ngrams(text: str) -> list[str]:
    """Return word n-grams and character n-grams."""
    return word_ngrams(text) + character_ngrams(text)
