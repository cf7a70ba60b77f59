"""Detection of the encoding of a text file.

GB18030 decodes nearly any bytes, and Big5, Shift-JIS and EUC-KR decode much of each other, so success proves nothing:
a wrong encoding gives rare characters. Each result is judged by the share of characters that are frequent in the
language of the encoding; the best one is accepted if this share is high enough.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from string import ascii_letters
from typing import NamedTuple

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
SIMPLIFIED_ONLY = frozenset("这们来个说没为还给吗么话对样过时会从后开点里让见现发经问谁爱请师妈")
HANGUL = re.compile(r"[\uac00-\ud7a3]")
COMMON_HANGUL = frozenset(
    "이다는에가을의지고하어나도아해니기그요은한를로사자서리라시너면인거만내게무안네일대있없습세우"
    "오여정말수들었왜뭐까데마주보구부제야스모전할람생미저것잖좀했음겠알겨봐죠든럼같으신좋"
)
KANA = re.compile(r"[\u3041-\u30fa]")
HALF_KANA = re.compile(r"[\uff61-\uff9f]")
WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœšžßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ‘’“”–—…«»¿¡°€·ºª")
# lower-case letters of languages written in Windows-1250, and letters of which a text must have one of each group
EASTERN = {
    "Polish": ("ąćęłńóśźż", ("ł", "ąęż")),
    "Czech": ("áčďéěíňóřšťúůýž", ("ěř", "ščž", "áíý")),
    "Slovak": ("áäčďéíĺľňóôŕšťúýž", ("ľť", "šž", "áíý")),
    "Hungarian": ("áéíóöőúüű", ("őű", "á", "é")),
}
PUNCTUATION = frozenset("‘’“”„‚–—…«»°§\u00a0")
PLAIN = re.compile(rb"[\t\n\r -~\xa0-\xff]")  # beside a zero byte in UTF-16
HEAD = 2000  # bytes that tell UTF-16 without a byte order mark
LINE_FEED, HIGH_BYTE_OF_ABOVE = 0x0A, 0x4E  # 上 is U+4E0A
MOST_ZEROS, FEW_ZEROS = 0.4, 0.05  # of the bytes on the side where Western letters of UTF-16 have them
ASCII = re.compile(r"[\x00-\x7f]+")
CYRILLIC = re.compile(r"[а-яё]")
COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпу")

# Names for the chooser of a page, in its order; each is a codec of Python
ENCODINGS = (
    "utf-8",
    "gb18030",
    "big5hkscs",
    "cp950",
    "utf-16-le",
    "utf-16-be",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp874",
    "cp1258",
)
PIECES, PIECE = 16, 2000  # a long text is judged by so many pieces of so many characters
TELLING = 20  # characters beyond ASCII that tell the encoding of a damaged file
BROKEN_SHARE = 0.002  # of the bytes of a file in UTF-8 that may be damaged


@dataclass(frozen=True)
class Decoded:
    """A text, its encoding, and the number of damaged characters, each of which became U+FFFD."""

    text: str
    encoding: str
    damaged: int = 0


class Place(NamedTuple):
    """A place in a file: line and byte, both from 1."""

    line: int
    byte: int


def decode(data: bytes) -> str | None:
    """Return the text of a file in UTF-8, UTF-16 (with or without a byte order mark) or GB18030.

    Args:
        data: the whole file.

    Returns:
        The text without byte order mark, or None if it is in another encoding or not text.
    """
    found = detect(data)
    return found.text if found and found.encoding in {"utf-8", "utf-16-le", "utf-16-be", "gb18030"} else None


def detect(data: bytes) -> Decoded | None:
    """Return the text of a file and its encoding: those of `decode` and `JUDGES`.

    Args:
        data: the whole file.

    Returns:
        The text without byte order mark, or None if the encoding cannot be told or the file is not text.
    """
    if (wide := utf16_of(data)) is not None:
        text = data[: len(data) // 2 * 2].decode(wide, "replace").removeprefix("\ufeff").rstrip("\0")
        return None if UNPRINTABLE.search(text) else Decoded(text, wide, text.count("\ufffd"))
    data = data.rstrip(b"\0")  # they fill the end of a file that was cut off or saved from a broken disk
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    else:
        return _without_zeros(text, len(data))
    best: Decoded | None = None
    most = 0.0
    for name, judge in JUDGES.items():
        if most > MOST_OF_ONE_BYTE and name in ONE_BYTE:
            continue
        if (said := _strict(data, name)) is not None and (score := judge(said)) > most:
            best, most = Decoded(said, name), score
    return best if best and most >= 1 else _damaged_utf8(data)


def decode_as(data: bytes, encoding: str) -> Decoded | None:
    """Return the text of a file in an encoding that a person chose; U+FFFD stands for what cannot be decoded.

    Args:
        data: the whole file.
        encoding: one of `ENCODINGS`.

    Returns:
        None if the encoding is not known.
    """
    if encoding not in ENCODINGS:
        return None
    text = data.decode(encoding, "replace").removeprefix("\ufeff").rstrip("\0").replace("\0", "\ufffd")
    return Decoded(text, encoding, text.count("\ufffd"))


def place_of_fault(data: bytes) -> Place:
    """Return the first place that keeps `detect` from reading a file: bytes of no encoding, or no text.

    Args:
        data: the whole file.
    """
    encoding = utf16_of(data) or _read_furthest(data)
    found = place_of_undecodable([data], encoding)
    until = len(data) if found is None else found.byte - 1
    text = data[:until].decode(encoding, "replace")
    if (match := UNPRINTABLE.search(text)) is not None:
        before = text[: match.start()]
        return Place(_line_ends(before) + 1, len(before.encode(encoding)) + 1)
    return found or Place(1, 1)


def _read_furthest(data: bytes) -> str:
    """Return the encoding, of those with several bytes a character, in which most of a damaged file can be read."""
    best, furthest = "utf-8", place_of_undecodable([data], "utf-8")
    for name in ("gb18030", "big5hkscs", "cp932", "cp949"):
        place = place_of_undecodable([data], name)
        if furthest is None or place is None or place.byte <= furthest.byte:
            continue
        text = data[: place.byte - 1].decode(name, "replace")
        if len(ASCII.sub("", text)) >= TELLING and JUDGES[name](text) >= 1:
            best, furthest = name, place
    return best


def place_of_undecodable(pieces: Iterable[bytes], encoding: str) -> Place | None:
    """Return the first place of a file that cannot be decoded; None if all of it can be.

    Args:
        pieces: the bytes of the file in its order.
        encoding: a codec of Python.
    """
    decoder: codecs.IncrementalDecoder | None = None
    ends = io.IncrementalNewlineDecoder(None, translate=True)
    lines = read = 0
    for piece in pieces:
        if decoder is None:
            encoding = (utf16_of(piece) or encoding) if encoding == "utf-16" else encoding
            decoder = codecs.getincrementaldecoder(encoding)()
        read += len(piece)
        try:
            lines += ends.decode(decoder.decode(piece)).count("\n")
        except UnicodeDecodeError as error:  # its bytes are those of this piece, after the rest of the one before
            before = error.object[: error.start].decode(encoding, "replace")
            return Place(
                lines + ends.decode(before, final=True).count("\n") + 1, read - len(error.object) + error.start + 1
            )
    if decoder is not None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:  # the file ends within a character
            lines += ends.decode("", final=True).count("\n")
            return Place(lines + 1, read - len(error.object) + error.start + 1)
    return None


def _line_ends(text: str) -> int:
    return len(re.findall(r"\r\n?|\n", text))


def utf16_of(data: bytes) -> str | None:
    """Return `utf-16-le` or `utf-16-be` if a file has its byte order mark, or zero bytes as its text has; or None.

    Args:
        data: the file, or its beginning.
    """
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    head = data[:HEAD]
    if b"\0" not in head:
        return None
    name = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return name if _is_utf16(head, name) else None


def _is_utf16(head: bytes, name: str) -> bool:
    """Return whether zero bytes stand where UTF-16 has them, and do not only fill the end or damage other text.

    Args:
        head: the beginning of a file.
        name: `utf-16-le` or `utf-16-be`.
    """
    text = head.rstrip(b"\0")
    text += b"\0" * (len(text) % 2 and len(text) < len(head))
    high, low = (text[::2], text[1::2]) if name == "utf-16-be" else (text[1::2], text[::2])
    zeros, plain = high.count(0), text.replace(b"\0", b"")
    if zeros >= MOST_ZEROS * len(high) and low.count(0) < FEW_ZEROS * len(high):
        return True  # most letters are Western
    if zeros + low.count(0) < FEW_ZEROS * len(text) and _strict(plain[:-4], "utf-8") is not None:
        return False
    units = list(zip(high, low, strict=False))
    beside = bytes(each for zero, each in units if not zero)
    letters = len(PLAIN.findall(beside))
    ends = {0, HIGH_BYTE_OF_ABOVE}
    other_ends = high.count(b"\n") + sum(each == LINE_FEED and zero not in ends for zero, each in units)
    has_ends = beside.count(b"\n") > other_ends or b"\n" not in text
    return has_ends and letters > len(beside) - letters and letters > low.count(0)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if UNPRINTABLE.search(text) else text


def _without_zeros(text: str, size: int) -> Decoded | None:
    """Return a text in UTF-8 in which the few zero bytes are damaged characters.

    Args:
        text: as decoded.
        size: of the file, in bytes.
    """
    damaged = text.count("\0")
    text = text.replace("\0", "\ufffd") if damaged <= max(2, BROKEN_SHARE * size) else text
    return None if UNPRINTABLE.search(text) else Decoded(text, "utf-8", damaged)


def _damaged_utf8(data: bytes) -> Decoded | None:
    """Return the text of a file in UTF-8 of which a few bytes are damaged, such as one cut off at its end."""
    text = data.decode("utf-8-sig", "replace")
    damaged = text.count("\ufffd")
    whole = sum(ord(char) > 127 for char in text) - damaged
    is_few = damaged <= max(2, BROKEN_SHARE * len(data)) and whole > 2 * damaged
    return Decoded(text, "utf-8", damaged) if is_few and not UNPRINTABLE.search(text) else None


def _judged(text: str) -> str:
    """Return the characters of a text that are not ASCII; of a long text those of pieces from all its parts."""
    foreign = ASCII.sub("", text)
    if len(foreign) <= PIECES * PIECE:
        return foreign
    step = len(foreign) // PIECES
    return "".join(foreign[start : start + PIECE] for start in range(0, PIECES * step, step))


def _chinese(text: str) -> float:
    """Return how Chinese a text reads: 1 and more is believed."""
    judged = _judged(text)
    ideographs = IDEOGRAPH.findall(judged)
    foreign = len(KANA.findall(judged)) + len(HANGUL.findall(judged))
    return _share([char in COMMON for char in ideographs], others=foreign) / BELIEVED


def _traditional(text: str) -> float:
    """Return how Chinese a text of Big5 reads; characters that only simplified Chinese has count against it."""
    return _chinese(text) * (0.5 if any(char in text for char in SIMPLIFIED_ONLY if char not in "里后") else 1.05)


def _japanese(text: str) -> float:
    """Return how Japanese a text reads: kana beside ideographs; half-width kana are what Chinese gives."""
    judged = _judged(text)
    kana, half = len(KANA.findall(judged)), len(HALF_KANA.findall(judged))
    letters = kana + 2 * half + len(IDEOGRAPH.findall(judged))
    return kana / letters / 0.3 if letters else 0


def _korean(text: str) -> float:
    """Return how Korean a text reads."""
    judged = _judged(text)
    hangul = HANGUL.findall(judged)
    return _share([char in COMMON_HANGUL for char in hangul], others=len(IDEOGRAPH.findall(judged))) / 0.3


def _cyrillic(text: str) -> float:
    """Return how Cyrillic a text reads: lower case with the frequent letters of Slavic languages."""
    judged = _judged(text)
    lower = CYRILLIC.findall(judged)
    foreign = len(judged) - len(lower)
    if sum(char in "щъ" for char in lower) > 0.06 * len(lower):
        return 0  # Hebrew: its most frequent letters have the codes of these
    return _share([char in COMMON_CYRILLIC for char in lower], others=max(0, foreign - len(lower) // 2)) / 0.6


def _western(text: str) -> float:
    """Return how a text reads as one of Western Europe: few accented letters, alone between plain ones."""
    accented = ASCII.sub("", text)
    if not accented or not WESTERN.issuperset(accented) or re.search(r"[À-ÿ]{3}", text):
        return 0
    return 1.0 if _letters(text) > len(accented) else 0


def _eastern(text: str) -> float:
    """Return how a text reads as one of Central Europe: all its accented letters, some of them telling, are of one."""
    accented = ASCII.sub("", text).lower()
    found = set(accented) - PUNCTUATION
    for alphabet, needed in EASTERN.values():
        if found <= set(alphabet) and all(found & set(group) for group in needed) and _letters(text) > len(accented):
            return 1.2  # more telling than the accents of Western Europe
    return 0


def _letters(text: str) -> int:
    return sum(map(text.count, ascii_letters))


def _share(hits: list[bool], *, others: int = 0) -> float:
    return sum(hits) / (len(hits) + others) if hits else 0


JUDGES: dict[str, Callable[[str], float]] = {
    "gb18030": _chinese,
    "cp950": _traditional,
    "big5hkscs": _traditional,
    "cp932": _japanese,
    "euc_jp": _japanese,
    "cp949": _korean,
    "cp1251": _cyrillic,
    "cp1252": _western,
    "cp1250": _eastern,
}
ONE_BYTE = {"cp1251", "cp1252", "cp1250"}  # they decode nearly any bytes, so judging them takes the longest
MOST_OF_ONE_BYTE = 1 / 0.6  # of their judges
