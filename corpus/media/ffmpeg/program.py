"""The location and version of the ffmpeg program."""

import re
import shutil
import subprocess
from pathlib import Path

import imageio_ffmpeg

from corpus.media.faults import MediaFault


def find_ffmpeg(configured: str) -> Path:
    """Return the ffmpeg program to use.

    Args:
        configured: the setting FFMPEG_BIN, a path or a name on PATH; empty to look on PATH and then take the
            program in the imageio-ffmpeg package.

    Raises:
        MediaFault: `media.ffmpeg_missing`; another program is not used silently instead of a wrong setting.
    """
    if configured:
        found = shutil.which(configured)
        if found is None:
            raise MediaFault("media.ffmpeg_missing", path=configured)
        return Path(found).resolve()
    if on_path := shutil.which("ffmpeg"):
        return Path(on_path).resolve()
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe()).resolve()
    except RuntimeError:
        raise MediaFault("media.ffmpeg_missing", path="ffmpeg") from None


def ffmpeg_version(program: Path) -> str:
    """Return the version of `program`, such as "5.1.9-0+deb12u1".

    Raises:
        MediaFault: `media.ffmpeg_missing`; it does not run or is not ffmpeg.
    """
    try:
        output = subprocess.run(  # our own operator's program, no upload is involved
            [program, "-hide_banner", "-version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=True,
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        raise MediaFault("media.ffmpeg_missing", path=str(program)) from None
    version = re.match(r"ffmpeg version (\S+)", output)
    if version is None:
        raise MediaFault("media.ffmpeg_missing", path=str(program))
    return version[1]
