"""Detection of the encoding of a text file.

GB18030 decodes nearly any bytes, so success proves nothing: Big5, Korean or Western files come out as rare ideographs.
The result is accepted only if it reads like Chinese, by the share of the most common characters.
"""

from __future__ import annotations

import codecs
import re

IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ue000-\uf8ff]")
# the most frequent characters of spoken Chinese, simplified and (where they differ) traditional
COMMON = frozenset(
    "的一是不了我你他她在有这人们来个上大到说和地也子得就要会那可以么没去着看好自时过对能生都"
    "吗什为想很还吧给中知道呢怎样啊谢再见里让事把跟走真吃请点话做叫回家爱老又只下起些现发先天"
    "今明后从前开出多小年心行信师妈爸哥姐弟儿谁哪但因所已经意思用她它被最问定等别快"
    "這們來個說沒為還給嗎麼話對樣過時會從後開點裡讓見現發經問誰愛"
)
BELIEVED = 0.1  # measured: a TV corpus 0.49, any three of its lines 0.18 and more; Korean read as Chinese 0.03


def decode(data: bytes) -> str | None:
    """Return the text of a file in UTF-8, UTF-16 (with or without a byte order mark) or GB18030.

    Args:
        data: the whole file.

    Returns:
        The text without byte order mark, or None if it is in another encoding or not text.
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if UNPRINTABLE.search(text) or (encoding == "gb18030" and not _reads_chinese(text)):
            continue
        return text.removeprefix("\ufeff")
    return None


def _candidates(data: bytes) -> list[str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if b"\0" in data[:2000]:  # digits and line ends carry a zero byte in UTF-16, on one side
        head = data[:2000]
        return ["utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"]
    return ["utf-8-sig", "gb18030"]


def _reads_chinese(text: str) -> bool:
    ideographs = IDEOGRAPH.findall(text)
    return bool(ideographs) and sum(char in COMMON for char in ideographs) >= BELIEVED * len(ideographs)
