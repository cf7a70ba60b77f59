"""The size of a release before it is made, so that a full disk is reported before the work begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Sum

from common.files.disk_space import free_bytes, require_space
from corpus.models import Corpus, Dialogue, MediaFile, Utterance
from export.domain.corpus_snapshot import chosen_raters
from export.domain.options import Options
from export.formats.registry import DEFAULT, FORMATS, NATIVE

SAMPLE = 200  # utterances whose texts tell the length of the others
DOCUMENTS = 400_000  # bytes of manifest, card, schema and the other documents
ROW, QUESTION, VOTE = 230, 90, 60  # bytes of the native format besides the text
PACKED = 0.12  # share of the rows' bytes that remains in a zip, at most
# bytes of a format for each byte of the native one, measured on CMMA and the demo and rounded up
FACTORS = {
    "csv": 0.9,
    "spreadsheet": 0.9,
    "parquet": 0.3,
    "xlsx": 0.4,
    "meld": 0.2,
    "lewidi": 3.2,
    "label-studio": 1.6,
    "eaf": 3.6,
    "vtt": 0.3,
}
UNKNOWN_FACTOR = 2.0  # of a format that has no entry above


@dataclass(frozen=True, slots=True)
class SizeEstimate:
    """An upper estimate of what a release takes.

    Attributes:
        native: bytes of its rows in the native format.
        files: bytes of all its files without clips.
        archive: bytes of its zip without clips.
        clips: bytes of its clips; 0 if it has none.
    """

    native: int
    files: int
    archive: int
    clips: int

    @property
    def stored(self) -> int:
        """Bytes that it takes in the end."""
        return self.archive + self.clips

    @property
    def needed(self) -> int:
        """Bytes that making it needs: the rows read, those of the release before, the files, and the zip."""
        return 2 * self.native + self.files + self.clips + self.stored


def estimated_size(
    corpus: Corpus, *, raters: int, formats: Sequence[str], clips: bool, native: int | None = None
) -> SizeEstimate:
    """Estimate the size of a release.

    Args:
        corpus: the corpus, with its codebook.
        raters: number of raters.
        formats: names of the formats besides the native one.
        clips: whether it includes the clips.
        native: bytes of the rows in the native format, if they are known already.
    """
    if native is None:
        native = _native_bytes(corpus, raters)
    files = native + sum(round(native * FACTORS.get(name, UNKNOWN_FACTOR)) for name in formats) + DOCUMENTS
    stored = MediaFile.objects.filter(corpus=corpus, kind=MediaFile.Kind.CLIP)
    clip_bytes = stored.aggregate(total=Sum("size"))["total"] if clips else 0
    return SizeEstimate(native, files, round(files * PACKED), clip_bytes or 0)


def require_room(corpus: Corpus, options: Options, *, folder: Path, native: int | None = None) -> None:
    """Refuse to begin a release for which the disk has no room.

    Args:
        corpus: the corpus.
        options: of the release.
        folder: where it is made.
        native: bytes of the rows that are read already and take no more room.

    Raises:
        Refused: `disk.full`; `export.no_raters`, `export.unknown_rater`.
    """
    if corpus.codebook is None:
        require_space(0, folder=folder)
        return
    raters = len(chosen_raters(corpus, options))
    found = estimated_size(corpus, raters=raters, formats=options.formats, clips=options.clips, native=native)
    require_space(found.needed - (native or 0), folder=folder)


def offered_sizes(corpus: Corpus, *, raters: int) -> dict[str, Any]:
    """Return the estimates that the form shows: `usual` with the usual formats, `most` with all of them, `with_clips`
    with the usual formats and clips, and `free`, the free bytes beside the reserve."""
    native = _native_bytes(corpus, raters)
    everything = [name for name in FORMATS if name != NATIVE.name]

    def size(formats: Sequence[str], *, clips: bool = False) -> SizeEstimate:
        return estimated_size(corpus, raters=raters, formats=formats, clips=clips, native=native)

    return {
        "usual": size(DEFAULT),
        "most": size(everything),
        "with_clips": size(DEFAULT, clips=True),
        "free": max(0, free_bytes(Path(settings.WORK_DIR)) - settings.MIN_FREE_BYTES),
    }


def _native_bytes(corpus: Corpus, raters: int) -> int:
    ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
    rows = ready.aggregate(total=Sum("length"))["total"] or 0
    texts = Utterance.objects.filter(dialogue__in=ready.order_by("order")[:SAMPLE]).values_list("text", flat=True)
    sample = [len(text.encode()) for text in texts[:SAMPLE]]
    text = sum(sample) / len(sample) if sample else 0
    questions = len(corpus.codebook.rules().questions) if corpus.codebook else 0
    return round(rows * (ROW + text + questions * (QUESTION + VOTE * raters)))
