import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.media.ffmpeg.program import find_ffmpeg

Make = Callable[..., Path]


@pytest.fixture(scope="session")
def ffmpeg() -> Path:
    return find_ffmpeg("")


@pytest.fixture(scope="session")
def make(ffmpeg: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a file with ffmpeg from words split at blanks; the same words give the same file once per session."""
    folder = tmp_path_factory.mktemp("made")

    def made(name: str, words: str) -> Path:
        target = folder / hashlib.sha256(words.encode()).hexdigest()[:12] / name
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            argv = [str(ffmpeg), "-nostdin", "-loglevel", "error", *words.split(), f"file:{target}"]
            subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, timeout=60)
        return target

    return made


PICTURE = "-f lavfi -i testsrc2=size=320x180:rate=25:duration={0}"
SOUND = "-f lavfi -i sine=frequency=440:sample_rate=48000:duration={0}"
H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 50 -bf 2"
AAC = "-c:a aac -ac 2"


def film(seconds: float) -> str:
    return f"{PICTURE.format(seconds)} {SOUND.format(seconds)} {H264} {AAC}"


@pytest.fixture(scope="session")
def episode(make: Make) -> Path:
    return make("episode.mp4", film(6))
