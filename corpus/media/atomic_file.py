"""Writing a file so that it is there whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def unfinished(target: Path) -> Path:
    """Return the name beside `target` under which it is written; the ending stays, as it decides the format."""
    return target.with_name(f".unfinished-{target.name}")


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a name to write to; when the block ends it becomes `target`, or is removed on any error.

    One process at a time may write a target.
    """
    written = unfinished(target)
    try:
        yield written
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
