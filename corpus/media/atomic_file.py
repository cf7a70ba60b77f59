"""Atomic writing of files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def unfinished(target: Path) -> Path:
    """Return the temporary name next to `target`; the suffix stays, since it decides the format."""
    return target.with_name(f".unfinished-{target.name}")


@contextmanager
def atomic_write(target: Path) -> Iterator[Path]:
    """Yield a path to write to; it becomes `target` at the end of the block, or is removed on an error.

    Only one process at a time may write a target.
    """
    written = unfinished(target)
    try:
        yield written
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
