"""Atomic writing of files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


def unfinished(target: Path) -> Path:
    """Return the temporary name next to `target`; the suffix stays, since it decides the format."""
    return target.with_name(f".unfinished-{target.name}")


@contextmanager
def atomic_write(target: Path) -> Iterator[Path]:
    """Yield a path to write to; it becomes `target` at the end of the block, or is removed on an error.

    Each call writes to a name of its own. So two processes that write the same target at once (an attempt at a job, and
    an earlier one that continues after the machine slept) both succeed, and the target is the complete file of one.
    """
    written = unfinished(target.with_name(f"{uuid4().hex}-{target.name}"))
    try:
        yield written
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
