"""Generator of the episodes of the demo: `python -m config.demo.make_media`. Needs espeak-ng, ffmpeg and pillow.

Not part of an installation: its two small files are in this folder. It draws each frame: three people in a room, of
whom the speaker moves lips and brows.
"""

import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from config.demo.script import EPISODES, Line

FOLDER = Path(__file__).parent
FPS, WIDTH, HEIGHT, DRAWN_TWICE = 25, 640, 360, 2
RATE = 22050
LEAD_MS, PAUSE_MS, SCENE_MS = 800, 420, 4700
VOICES = {"小雨": ["+f3", "178", "58"], "大明": ["+m3", "172", "46"], "老周": ["+m7", "150", "30"]}
PLACES = {"小雨": 170, "大明": 330, "老周": 490}
SKIN = {"小雨": "#f2c9a8", "大明": "#e8b48c", "老周": "#d9a679"}
HAIR = {"小雨": "#3a2a26", "大明": "#1f1c1c", "老周": "#9a9a98"}
SHIRT = {"小雨": "#d9657a", "大明": "#4a7fb5", "老周": "#5f8a62"}
ROOMS = {  # wall, floor, window
    "pudding": [
        ("#f3e3c3", "#b98b5e", "#bfe3f5"),
        ("#dfe8d8", "#a9865f", "#cfeaf7"),
        ("#8f88a8", "#5d4c48", "#27335a"),
    ],
    "blackout": [
        ("#3a3f57", "#2b2a33", "#141b36"),
        ("#4b4f66", "#35323b", "#18203d"),
        ("#2f3450", "#26252f", "#0d1330"),
    ],
}
BROWS = {"angry": 7, "sly": 4, "sad": -7, "afraid": -8}  # tilt towards the nose
LIFT = {"startled": -9, "afraid": -5, "glad": -3}
SMILE = {"glad": 9, "sly": 4, "angry": -6, "sad": -9, "afraid": -5, "startled": 0}


@dataclass(frozen=True)
class Spoken:
    """A line with its audio and its position in the episode."""

    line: Line
    scene: int
    start_ms: int
    sound: NDArray[np.int16]

    @property
    def end_ms(self) -> int:
        """The end of the audio."""
        return self.start_ms + len(self.sound) * 1000 // RATE


def speak(line: Line) -> NDArray[np.int16]:
    """Return the line as 16-bit samples at RATE Hz, without surrounding silence."""
    voice, speed, pitch = VOICES[line.speaker]
    path = FOLDER / "line.wav"
    # the voice `cmn` can't read Chinese characters, but reads pinyin with tones well
    command = ["espeak-ng", "-v", f"cmn-latn-pinyin{voice}", "-s", speed, "-p", pitch, "-w", str(path), line.pinyin]
    subprocess.run(command, check=True)
    with wave.open(str(path)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    path.unlink()
    loud = np.flatnonzero(np.abs(sound) > 300)
    return sound[loud[0] : loud[-1] + 1]


def play(scenes: list[list[Line]]) -> list[Spoken]:
    """Arrange the lines in sequence, with a silence between scenes that separates the dialogues."""
    spoken: list[Spoken] = []
    at = LEAD_MS
    for scene, lines in enumerate(scenes):
        for line in lines:
            one = Spoken(line, scene, at, speak(line))
            spoken.append(one)
            at = one.end_ms + PAUSE_MS
        at += SCENE_MS - PAUSE_MS
    return spoken


def mix(spoken: list[Spoken]) -> NDArray[np.int16]:
    """Return the complete audio track."""
    track = np.zeros((spoken[-1].end_ms + 1500) * RATE // 1000, dtype=np.int16)
    for one in spoken:
        start = one.start_ms * RATE // 1000
        track[start : start + len(one.sound)] = one.sound
    return track


def draw_room(pen: ImageDraw.ImageDraw, colours: tuple[str, str, str], *, dark: bool) -> None:
    """Draw the wall, the floor and the window."""
    wall, floor, window = colours
    s = DRAWN_TWICE
    pen.rectangle((0, 0, WIDTH * s, HEIGHT * s), fill=wall)
    pen.rectangle((0, 285 * s, WIDTH * s, HEIGHT * s), fill=floor)
    pen.rounded_rectangle((255 * s, 30 * s, 405 * s, 130 * s), 6 * s, fill=window, outline="#f7f3e8", width=4 * s)
    if dark:
        for x, y in [(275, 50), (300, 90), (330, 60), (352, 105), (380, 48), (388, 92), (318, 112), (290, 118)]:
            pen.ellipse((x * s, y * s, (x + 3) * s, (y + 3) * s), fill="#fdf6c4")


def draw_person(pen: ImageDraw.ImageDraw, name: str, mood: str, opened: float, bob: float) -> None:
    """Draw a person; `opened` is the opening of the mouth from 0 to 1, `bob` the offset of the head in pixels."""
    s, x = DRAWN_TWICE, PLACES[name]
    y = 178 + bob
    pen.rounded_rectangle(((x - 52) * s, 232 * s, (x + 52) * s, 380 * s), 34 * s, fill=SHIRT[name])
    pen.rectangle(((x - 12) * s, (y + 34) * s, (x + 12) * s, 246 * s), fill=SKIN[name])
    if name == "小雨":
        pen.rounded_rectangle(((x - 48) * s, (y - 46) * s, (x + 48) * s, (y + 62) * s), 40 * s, fill=HAIR[name])
    pen.ellipse(((x - 40) * s, (y - 44) * s, (x + 40) * s, (y + 46) * s), fill=SKIN[name])
    pen.pieslice(((x - 44) * s, (y - 54) * s, (x + 44) * s, (y + 30) * s), 192, 348, fill=HAIR[name])
    tilt, lift, smile = BROWS.get(mood, 0), LIFT.get(mood, 0), SMILE.get(mood, 2)
    for side in (-1, 1):
        eye = x + side * 15
        wide = 6 if mood in {"startled", "afraid"} else 4
        pen.ellipse(((eye - wide) * s, (y - 6 - wide) * s, (eye + wide) * s, (y - 6 + wide) * s), fill="#262322")
        outer, inner = (eye + side * 8, y - 20 + lift - tilt / 2), (eye - side * 7, y - 20 + lift + tilt / 2)
        pen.line((outer[0] * s, outer[1] * s, inner[0] * s, inner[1] * s), fill=HAIR[name], width=4 * s)
        if name == "老周":
            pen.ellipse(((eye - 12) * s, (y - 17) * s, (eye + 12) * s, (y + 6) * s), outline="#55504c", width=2 * s)
    if opened > 0.08:
        pen.ellipse(((x - 11) * s, (y + 20 - opened * 3) * s, (x + 11) * s, (y + 22 + opened * 14) * s), fill="#8c2f39")
    else:
        points = [((x + i) * s, (y + 23 + smile * (1 - (i / 14) ** 2) * 0.6) * s) for i in range(-14, 15, 2)]
        pen.line(points, fill="#8c2f39", width=3 * s, joint="curve")


def draw(name: str, spoken: list[Spoken], track: NDArray[np.int16], frame: int) -> Image.Image:
    """Draw a frame: the present speaker, and all faces in their last mood."""
    now = frame * 1000 // FPS
    begun = [one for one in spoken if one.start_ms - SCENE_MS // 2 <= now] or spoken[:1]
    scene = begun[-1].scene
    moods = {one.line.speaker: one.line.mood for one in spoken if one.scene == scene and one.start_ms <= now}
    image = Image.new("RGB", (WIDTH * DRAWN_TWICE, HEIGHT * DRAWN_TWICE))
    pen = ImageDraw.Draw(image)
    dark = name == "blackout" or scene == 2
    draw_room(pen, ROOMS[name][scene], dark=dark)
    talking = next((one for one in spoken if one.start_ms <= now < one.end_ms), None)
    at = now * RATE // 1000
    loudness = float(np.abs(track[at : at + RATE // FPS].astype(np.int32)).mean()) / 5000 if talking else 0.0
    for person, place in PLACES.items():
        speaks = talking is not None and talking.line.speaker == person
        bob = float(np.sin(frame / 2.2)) * 2 if speaks else float(np.sin(frame / 14 + place))
        draw_person(pen, person, moods.get(person, "plain"), min(1.0, loudness) if speaks else 0.0, bob)
    pen.rectangle((0, 318 * DRAWN_TWICE, WIDTH * DRAWN_TWICE, HEIGHT * DRAWN_TWICE), fill="#6e4d36")
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    lights_back = name == "blackout" and now >= spoken[-1].start_ms
    return Image.blend(small, Image.new("RGB", small.size, "#ffedb0"), 0.22) if lights_back else small


def clock(ms: int) -> str:
    """Return a time as SRT writes it."""
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def make(name: str) -> None:
    """Write one episode and its subtitles."""
    spoken = play(EPISODES[name])
    track = mix(spoken)
    sound = FOLDER / f"{name}.wav"
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(track.tobytes())
    picture = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-"]
    coded = ["-c:v", "libx264", "-preset", "veryslow", "-crf", "27", "-g", str(FPS * 2), "-pix_fmt", "yuv420p"]
    coded += ["-c:a", "aac", "-b:a", "56k", "-ar", "44100", "-movflags", "+faststart", "-shortest"]
    target = str(FOLDER / f"{name}.mp4")
    command = ["ffmpeg", "-y", "-loglevel", "error", *picture, "-i", str(sound), *coded, target]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as coder:
        assert coder.stdin is not None  # noqa: S101 -- requested above
        for frame in range(len(track) * FPS // RATE):
            coder.stdin.write(draw(name, spoken, track, frame).tobytes())
    sound.unlink()
    cues = [
        f"{number}\n{clock(one.start_ms)} --> {clock(one.end_ms)}\n{one.line.speaker}：{one.line.text}\n"
        for number, one in enumerate(spoken, start=1)
    ]
    (FOLDER / f"{name}.srt").write_text("\n".join(cues), encoding="utf-8")


if __name__ == "__main__":
    for episode in EPISODES:
        make(episode)
