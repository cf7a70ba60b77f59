"""Lines of commands about missing and differing media files."""

from collections.abc import Iterator

from config.backup.outcome import Outcome
from corpus.domain.media.completeness import Completeness

UNKNOWN = "Files in the media folder that the database does not name: {}."
SHOWN = 50  # names; the rest is counted


def gaps(media: Completeness, *, shown: int | None = SHOWN) -> Iterator[str]:
    """Yield the names of missing and differing files, and their numbers.

    Args:
        media: the comparison.
        shown: how many names of each kind; None for all.
    """
    for name in media.missing[:shown]:
        yield f"missing: {name}"
    for name in media.differing[:shown]:
        yield f"size or content differs from the database: {name}"
    hidden = sum(max(0, len(names) - shown) for names in (media.missing, media.differing)) if shown else 0
    if hidden:
        yield f"… and {hidden} more; `manage.py check_media` lists all."
    yield f"{len(media.missing)} of {media.expected} media files are missing, {len(media.differing)} differ."


def remarks(outcome: Outcome) -> Iterator[str]:
    """Yield what is worth knowing about the other files."""
    if outcome.media.unknown:
        yield UNKNOWN.format(outcome.media.unknown)
    if outcome.left_out:
        yield f"Files left out because a backup cannot hold their names: {outcome.left_out}."
