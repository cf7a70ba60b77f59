"""The files of the season: ten short episodes, and an eleventh that is broken."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from corpus.media.ffmpeg.program import find_ffmpeg

SECONDS = 30
LONG_SECONDS = 660  # of the episode that must be encoded: three windows of at most five minutes
LINE_MS, GAP_MS, PER_DIALOGUE = 2000, 5000, 4
WORDS = ("我等了你半天。", "路上堵车了。", "你总是这么说。", "这次是真的。", "那就进来吧。", "谢谢你等我。")
ENGLISH = ("I waited for you.", "There was a jam.", "You always say so.", "It is true.", "Come in then.", "Thank you.")
# each of these cues is wrong in a way of its own; the reader leaves them out or repairs them, and keeps the others
DAMAGE = (
    "901\n00:00:99,xx --> 00:00:03,000\n时间读不出来\n",
    "902\n00:00:20,000 --> 00:00:18,000\n先结束后开始\n",
    "903\n00:09:00,000 --> 00:09:02,000\n在片尾之后\n",
    "904\n00:00:04,000 --> 00:00:05,000\n\n",
)
PICTURE = "-f lavfi -i testsrc2=size={size}:rate={rate}:duration={seconds},hue=h={number}*30"
SOUND = "-f lavfi -i sine=frequency={tone}:sample_rate=48000:duration={seconds}"
H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 50 -c:a aac -movflags +faststart"
HEVC = "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -g 50 -c:a aac -tag:v hvc1"


@dataclass(frozen=True)
class Line:
    """A line that is spoken: times in ms, the speaker, the number of its sentence."""

    start_ms: int
    end_ms: int
    speaker: str
    sentence: int


def make_season(folder: Path) -> dict[str, int]:
    """Write the files into `folder`; return the number of spoken lines by name of the episode, without the broken one.

    Episode 4 has damaged subtitles, 7 two languages, 9 is HEVC in Matroska, and 11 is cut off in the middle.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spoken = {}
    for number in range(1, 11):
        name, seconds = f"E{number:02}", LONG_SECONDS if number == 9 else SECONDS
        said = lines_of(number, seconds)
        _film(folder / f"{name}{'.mkv' if number == 9 else '.mp4'}", number, seconds)
        text = "\n".join(_cues(said, english=number == 7))
        if number == 4:
            text = "\ufeff" + "\n".join([DAMAGE[0], *_cues(said[:5]), *DAMAGE[1:3], *_cues(said[5:]), DAMAGE[3]])
        (folder / f"{name}.zh.srt").write_text(text, encoding="utf-8")
        spoken[name] = len(said)
    whole = (folder / "E01.mp4").read_bytes()
    (folder / "E11.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "E11.zh.srt").write_text("\n".join(_cues(lines_of(11, SECONDS))), encoding="utf-8")
    return spoken


def lines_of(number: int, seconds: int) -> list[Line]:
    """Return what is spoken in an episode: dialogues of four lines, with a silence between them."""
    found: list[Line] = []
    at = 500 + 40 * number
    while at + LINE_MS < seconds * 1000:
        place = len(found)
        found.append(Line(at, at + LINE_MS - 300, "林夏" if place % 2 else "周舟", (place + number) % len(WORDS)))
        at += LINE_MS + (GAP_MS if (place + 1) % PER_DIALOGUE == 0 else 0)
    return found


def _cues(said: list[Line], *, english: bool = False) -> list[str]:
    return [
        f"{place}\n{_time(each.start_ms)} --> {_time(each.end_ms)}\n{each.speaker}：{WORDS[each.sentence]}\n"
        + (f"{ENGLISH[each.sentence]}\n" if english else "")
        for place, each in enumerate(said, start=1)
    ]


def _time(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def _film(path: Path, number: int, seconds: int) -> None:
    rate = 10 if seconds == LONG_SECONDS else 25
    picture = PICTURE.format(size="320x180", rate=rate, seconds=seconds, number=number)
    sound = SOUND.format(tone=200 + 40 * number, seconds=seconds)
    words = f"{picture} {sound} {HEVC if path.suffix == '.mkv' else H264}"
    program = str(find_ffmpeg(""))
    subprocess.run([program, "-nostdin", "-loglevel", "error", "-y", *words.split(), str(path)], check=True)
