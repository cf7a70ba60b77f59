"""Pairs of media files and subtitle files, matched by their names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

MEDIA = frozenset(
    {
        *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".m2ts", ".mts", ".flv", ".wmv", ".mpg", ".mpeg"),
        *(".3gp", ".m4a", ".mp3", ".wav", ".flac", ".ogg", ".aac"),
    }
)
SUBTITLES = frozenset(
    {
        *(".srt", ".vtt", ".ass", ".ssa", ".sub", ".ttml", ".dfxp", ".xml", ".json", ".stm", ".rttm", ".textgrid"),
        *(".eaf", ".smi", ".lrc", ".sbv", ".txt"),
    }
)
CHINESE = frozenset(
    {"zh", "zho", "chi", "chs", "cht", "sc", "tc", "gb", "big5", "简体", "繁体", "简", "繁", "中文", "中英"}
)
NUMBERED = re.compile(
    r"s(\d{1,2})[ ._-]?e(\d{1,3})"  # S01E02
    r"|(?:^|[ ._\-\[(第])(?:ep?|episode)?[ ._-]?(\d{1,3})(?:$|[ ._\-\])集话])",  # ep02, 第2集, [02]
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A media file with its subtitles, both as given; without `subtitles` those inside the media file are read."""

    media: str
    subtitles: str | None


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs in natural order, and subtitles and other files that belong to none of them."""

    pairs: tuple[Pair, ...]
    left_over: tuple[str, ...]
    ignored: tuple[str, ...]


def pair_files(names: Iterable[str]) -> Pairs:
    """Match subtitles to media files.

    A subtitle file belongs to the media file whose name begins its own (`e01.mp4`, `e01.zh.srt`), in the same folder if
    there is one; else to the only media file with the same episode number (`S01E02`, `ep02`, `第2集`). Of several, the
    one with a Chinese language in its name is taken, else the first by name.

    Args:
        names: of files, with or without folders.
    """
    paths = sorted({name: PurePath(name) for name in names}.items(), key=lambda item: natural(item[0]))
    shown = [(name, path) for name, path in paths if not path.name.startswith(".")]
    media = [(name, path) for name, path in shown if path.suffix.lower() in MEDIA]
    texts = [(name, path) for name, path in shown if path.suffix.lower() in SUBTITLES]
    owners = {name: _owner(path, media) for name, path in texts}
    pairs, used = [], set()
    for name, _ in media:
        own = sorted((each for each, owner in owners.items() if owner == name), key=_preference)
        pairs.append(Pair(name, own[0] if own else None))
        used |= set(own[:1])
    known = {name for name, _ in [*media, *texts]}
    left_over = tuple(name for name, _ in texts if name not in used)
    return Pairs(tuple(pairs), left_over, tuple(name for name, _ in paths if name not in known))


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts `E2` before `E10`."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts if part]


def _owner(path: PurePath, media: list[tuple[str, PurePath]]) -> str | None:
    stem = path.stem.casefold()
    fits = [each for each in media if _begins(each[1].stem.casefold(), stem)]
    beside = [each for each in fits if each[1].parent == path.parent] or fits
    if beside:
        return max(beside, key=lambda each: len(each[1].stem))[0]
    number = _number(stem)
    same = [name for name, each in media if number and _number(each.stem.casefold()) == number]
    return same[0] if len(same) == 1 else None


def _begins(stem: str, longer: str) -> bool:
    """Return whether a name is the other one, or its beginning up to a separator."""
    return longer == stem or (longer.startswith(stem) and not longer[len(stem)].isalnum())


def _number(stem: str) -> tuple[int, int] | None:
    found = NUMBERED.search(stem)
    if found is None:
        return None
    season, episode, alone = found.groups()
    return (int(season), int(episode)) if season else (0, int(alone))


def _preference(name: str) -> tuple[bool, list[tuple[int, int, str]]]:
    words = re.split(r"[ ._\-\[\]()&+]+", PurePath(name).stem.casefold())
    return not any(word in CHINESE for word in words), natural(name)
