"""Writing a file so that it is there whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a name beside `target` to write to; when the block ends it becomes `target`, or is removed on any error.

    The name keeps the ending: ffmpeg and PyAV choose the format by it. One process at a time may write a target.
    """
    unfinished = target.with_name(f".unfinished-{target.name}")
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
