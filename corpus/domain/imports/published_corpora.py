"""Import of a published corpus: its dialogues become ready, and its answers belong to source raters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.validators import validate_slug
from django.db import transaction
from django.utils import timezone

from common.errors import Refused
from common.files.disk_space import require_space
from common.models import User
from corpus.domain.annotations.revisions import Imported, import_annotations
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.domain.media.stored_files import Shelf, digest, twin
from corpus.domain.people.members import add_member
from corpus.domain.structure.archiving import require_writable
from corpus.domain.structure.short_names import RESERVED_SLUGS, corpus_named
from corpus.importers.source import Source, SourceDialogue, SourceUtterance
from corpus.models import Corpus, Dialogue, Episode, MediaFile, Membership, Rater, Series, Speaker, Utterance

CHUNK = 1000  # utterances written at once, at least; a dialogue is not divided
ROWS = 1000  # rows of an INSERT


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A copy of a media file in the scratch folder, with its sha256."""

    path: Path
    sha256: str


def stage_media(source: Source, folder: Path) -> dict[Path, StagedFile]:
    """Copy the source's media into a scratch folder, or link them, before the transaction begins.

    Returns:
        The file named by the source -> its copy.

    Raises:
        Refused: `import.file_missing`, `disk.full`.
    """
    staged: dict[Path, StagedFile] = {}
    for path in [episode.media for series in source.series for episode in series.episodes if episode.media]:
        if not path.is_file():
            raise Refused("import.file_missing", file=path.name)
        if path not in staged:
            require_space(path.stat().st_size, folder=folder)
            place = folder / str(len(staged))
            place.mkdir()
            copy = twin(path, place)
            staged[path] = StagedFile(copy, digest(copy))
    return staged


@transaction.atomic
def import_source(
    *,
    slug: str,
    title: str,
    source: Source,
    managers: Sequence[User],
    progress: Callable[[int, int], None],
    store: Callable[[Corpus], Shelf] | None = None,
    media: Mapping[Path, StagedFile] | None = None,
) -> Corpus:
    """Import a published corpus into an empty corpus, completely or not at all.

    A rater is created for each rater of the source; without any, the dialogues have no labels. Episodes keep their
    media as source files, which are not made playable here.

    Args:
        slug: of the corpus, which is created if there is none.
        title: of the corpus if it is created.
        source: an importer's result; its dialogues are read once, in chunks.
        managers: of the corpus if it is created.
        progress: called with the number of utterances imported so far and in all (0 if unknown).
        store: returns the shelf of a corpus for media files, see `stored_files.shelves`; needed if the source has
            media. Opened around the transaction by the caller.
        media: the result of `stage_media`.

    Raises:
        Refused: `corpus.archived`, `import.not_empty`, `import.slug_reserved`, `import.no_codebook` (answers for the
            corpus's own codebook, but it has none), `episode.same_file`; and the errors of reading the dialogues.
        UnfitAnswersError: some answers do not fit the codebook.
    """
    corpus = _existing_corpus(slug) or _new_corpus(slug, title, managers)
    slugs = [rater.slug for rater in source.raters]
    if Dialogue.objects.filter(corpus=corpus).exists() or Rater.objects.filter(corpus=corpus, slug__in=slugs).exists():
        raise Refused("import.not_empty", corpus=slug)
    if source.codebook:
        adopt(corpus=corpus, name=source.codebook)  # without dialogues, no other codebook is in use
    if source.raters and corpus.codebook is None:
        raise Refused("import.no_codebook", corpus=slug)
    writer = _Writer(corpus, source, _Media(store(corpus), media or {}) if store else None)
    progress(0, source.utterance_total)
    for chunk in _chunks(source.read_dialogues()):
        writer.write(chunk)
        progress(source.counts.utterances, source.utterance_total)
    return corpus


def _existing_corpus(slug: str) -> Corpus | None:
    found = corpus_named(slug)
    if found is None:
        return None
    corpus = Corpus.objects.select_for_update().get(pk=found.pk)
    require_writable(corpus)
    return corpus


def _new_corpus(slug: str, title: str, managers: Sequence[User]) -> Corpus:
    validate_slug(slug)
    if slug in RESERVED_SLUGS:
        raise Refused("import.slug_reserved", slug=slug)
    corpus = Corpus.objects.create(slug=slug, title=title)
    for manager in managers:
        add_member(corpus=corpus, user=manager, roles=[Membership.Role.MANAGER])
    return corpus


def _chunks(dialogues: Iterable[SourceDialogue]) -> Iterator[list[SourceDialogue]]:
    """Yield runs of dialogues with at least `CHUNK` utterances, the last one with fewer."""
    chunk: list[SourceDialogue] = []
    count = 0
    for dialogue in dialogues:
        chunk.append(dialogue)
        count += len(dialogue.utterances)
        if count >= CHUNK:
            yield chunk
            chunk, count = [], 0
    if chunk:
        yield chunk


@dataclass(frozen=True, slots=True)
class _Media:
    store: Shelf
    staged: Mapping[Path, StagedFile]


class _Writer:
    """Writes a source into a corpus: raters, series, speakers and episodes first, then chunks of dialogues."""

    def __init__(self, corpus: Corpus, source: Source, media: _Media | None) -> None:
        self.corpus = corpus
        self.now = timezone.now()
        self.order = 0  # of the last dialogue
        self.raters = {
            rater.slug: Rater.objects.create(corpus=corpus, kind=Rater.Kind.SOURCE, slug=rater.slug, name=rater.name)
            for rater in source.raters
        }
        self.series: dict[str, Series] = {}
        self.speakers: dict[tuple[str, str], Speaker] = {}
        self.episodes: dict[tuple[str, str], Episode] = {}
        for series in source.series:
            row, _created = Series.objects.get_or_create(corpus=corpus, name=series.name)
            self.series[series.name] = row
            self.speakers |= {(series.name, speaker.name): speaker for speaker in row.speakers.all()}
            self._add_speakers(
                Speaker(series=row, name=each.name, gender=each.gender, age_group=each.age_group, notes=each.notes)
                for each in series.speakers
            )
            for episode in series.episodes:
                self.episodes[series.name, episode.title] = Episode.objects.create(
                    series=row,
                    title=episode.title,
                    licence=episode.licence,
                    has_laugh_track=episode.has_laugh_track,
                    source=_stored(row, episode.media, media),
                )

    def _add_speakers(self, speakers: Iterable[Speaker]) -> None:
        new = {(speaker.series.name, speaker.name): speaker for speaker in speakers}
        new = {key: speaker for key, speaker in new.items() if key not in self.speakers}
        Speaker.objects.bulk_create(new.values(), batch_size=ROWS)
        self.speakers |= new

    def write(self, dialogues: list[SourceDialogue]) -> None:
        """Write dialogues with their utterances and answers."""
        met = {(dialogue.series, each.speaker) for dialogue in dialogues for each in dialogue.utterances}
        self._add_speakers(Speaker(series=self.series[series], name=name) for series, name in sorted(met) if name)
        rows = [self._dialogue(dialogue, order) for order, dialogue in enumerate(dialogues, start=self.order + 1)]
        self.order += len(rows)
        Dialogue.objects.bulk_create(rows, batch_size=ROWS)
        written = [
            (self._utterance(row, dialogue, each, order), each)
            for row, dialogue in zip(rows, dialogues, strict=True)
            for order, each in enumerate(dialogue.utterances, start=1)
        ]
        Utterance.objects.bulk_create([utterance for utterance, _each in written], batch_size=ROWS)
        for slug, rater in self.raters.items():
            assert self.corpus.codebook is not None  # noqa: S101 -- checked by `import_source`
            import_annotations(
                rater=rater,
                codebook=self.corpus.codebook,
                labels=(
                    Imported(utterance, each.answers[slug].answers, each.answers[slug].raw)
                    for utterance, each in written
                    if slug in each.answers
                ),
            )

    def _dialogue(self, dialogue: SourceDialogue, order: int) -> Dialogue:
        return Dialogue(
            corpus=self.corpus,
            series=self.series[dialogue.series],
            episode=self.episodes[dialogue.series, dialogue.episode] if dialogue.episode else None,
            code=dialogue.code,
            order=order,
            state=Dialogue.State.READY,
            ready_at=self.now,
            topic=dialogue.topic,
            source_split=dialogue.split,
            source_file=dialogue.file,
        )

    def _utterance(self, row: Dialogue, dialogue: SourceDialogue, each: SourceUtterance, order: int) -> Utterance:
        return Utterance(
            dialogue=row,
            code=each.code,
            order=order,
            speaker_id=self.speakers[dialogue.series, each.speaker].pk if each.speaker else None,
            text=each.text,
            start_ms=each.start_ms,
            end_ms=each.end_ms,
            source_row=each.row,
        )


def _stored(series: Series, path: Path | None, media: _Media | None) -> MediaFile | None:
    """Put the media of an episode into the store; None if it has none."""
    if path is None or media is None:
        return None
    staged = media.staged[path]
    if same := Episode.objects.filter(series=series, source__sha256=staged.sha256).first():
        raise Refused("episode.same_file", title=same.title)
    return media.store.put(
        staged.path,
        kind=MediaFile.Kind.SOURCE,
        content_type="application/octet-stream",
        suffix=".bin",
        sha256=staged.sha256,
    )
