"""The outcome of a backup or restore."""

from dataclasses import dataclass

from config.backup.manifest import MEDIA, File
from corpus.domain.media.completeness import Completeness, Stored


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a backup or restore: the number of its files, and whether they are those of the database.

    Attributes:
        files: number of files.
        media: comparison of its media with its database.
        left_out: number of files in the media folder whose names a backup cannot hold.
    """

    files: int
    media: Completeness
    left_out: int = 0


def stored_media(files: dict[str, File]) -> dict[str, Stored]:
    """Return the media among the files of a backup, by the names that the database gives them."""
    return {
        name.removeprefix(MEDIA): Stored(entry.bytes, entry.sha256)
        for name, entry in files.items()
        if name.startswith(MEDIA)
    }
