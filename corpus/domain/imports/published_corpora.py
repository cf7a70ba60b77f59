"""Import of a source: its dialogues become ready, and its answers belong to source raters."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from common.errors import Refused
from common.files.disk_space import require_space
from common.jobs.run import Superseded
from common.models import User
from corpus.domain.imports.hidden_imports import begin_import, corpus_for_import, discard_import, publish_import
from corpus.domain.imports.source_rows import SourceRows
from corpus.domain.media.stored_files import Shelf, digest, twin
from corpus.importers.source import Source, SourceDialogue
from corpus.models import Corpus, Dialogue, Episode, Import, MediaFile, Rater, Series, Speaker

CHUNK = 500  # utterances of the first batch, at least; a dialogue is not divided
MOST = 2000  # utterances of a later batch
SHORT_SECONDS = 0.05  # of a transaction; annotators, who wait for its end, may wait for ten times as long


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A copy of a media file in the scratch folder, with its sha256."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The circumstances of an import.

    Attributes:
        importer: name of the importer.
        name: of the file or folder, for people.
        appends: whether the corpus may have dialogues already.
        job: public id of the job that imports.
        created_by: the person who acts.
        mapping: of a table, as YAML.
        prepared: the row of an uploaded table, which becomes this import.
    """

    importer: str = ""
    name: str = ""
    appends: bool = False
    job: uuid.UUID | None = None
    created_by: User | None = None
    mapping: str = ""
    prepared: Import | None = None


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


def import_source(
    *,
    slug: str,
    title: str,
    source: Source,
    managers: Sequence[User],
    progress: Callable[[int, int], None],
    store: Callable[[Corpus], Shelf] | None = None,
    media: Mapping[Path, StagedFile] | None = None,
    options: ImportOptions | None = None,
    fence: Callable[[], AbstractContextManager[object]] = transaction.atomic,
    on_published: Callable[[Import], None] = lambda _imported: None,
) -> Corpus:
    """Import a source into a corpus, completely or not at all.

    A rater is created for each rater of the source; without any, the dialogues have no labels. Episodes keep their
    media as source files, which are not made playable here. The rows are written in hidden batches, each in a short
    transaction, and published in one; if anything fails, they are removed again.

    Args:
        slug: of the corpus, which is created if there is none.
        title: of the corpus if it is created.
        source: an importer's result; its dialogues are read once, in chunks.
        managers: of the corpus if it is created.
        progress: called with the number of utterances imported so far and in all (0 if unknown).
        store: returns the shelf of a corpus for media files, see `stored_files.shelves`; needed if the source has
            media. Opened around this call.
        media: the result of `stage_media`.
        options: see `ImportOptions`.
        fence: opens the transaction of a batch, if this attempt may still write.
        on_published: called in the transaction that publishes.

    Raises:
        Refused: `corpus.archived`, `import.not_empty`, `import.slug_reserved`, `import.no_codebook` (answers for the
            corpus's own codebook, but it has none), `import.busy`, `import.dialogue_exists`, `episode.same_file`; and
            the errors of reading the dialogues.
        UnfitAnswersError: some answers do not fit the codebook.
    """
    given = options or ImportOptions()
    with fence():
        corpus, is_new = corpus_for_import(slug=slug, title=title)
        imported = begin_import(
            corpus=corpus,
            is_new=is_new,
            source=source,
            importer=given.importer,
            name=given.name,
            appends=given.appends,
            job=given.job,
            created_by=given.created_by,
            mapping=given.mapping,
            prepared=given.prepared,
        )
        rows = _first_rows(imported, source, _Media(store(corpus), media or {}) if store else None)
    try:
        progress(0, source.utterance_total)
        pace = _Pace()
        for chunk in _chunks(source.read_dialogues(), pace):
            batch = rows.prepared(chunk)
            with pace.measured(), fence():
                rows.write(batch)
            progress(source.counts.utterances, source.utterance_total)
        publish_import(
            imported=imported, source=source, managers=list(managers), fence=fence, on_published=on_published
        )
    except Superseded:
        raise  # the attempt that has the job now removes what this one wrote
    except BaseException:
        if Import.objects.filter(pk=imported.pk, state=Import.State.PUBLISHING).exists():
            raise  # some of it may be in hand by now: the next attempt completes it
        discard_import(imported=imported, to=Import.State.PREPARED if given.prepared else "")
        raise
    return corpus


class _Pace:
    """The size of the next batch: larger as long as transactions are short, since each writes most pages of indexes.

    Attributes:
        utterances: of the next batch, at least.
    """

    def __init__(self) -> None:
        self.utterances = CHUNK

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure a transaction by the clock, its wait for those of others included."""
        began = time.monotonic()
        yield
        is_short = time.monotonic() - began < SHORT_SECONDS
        self.utterances = min(2 * self.utterances, MOST) if is_short else max(self.utterances // 2, CHUNK)


def _chunks(dialogues: Iterable[SourceDialogue], pace: _Pace) -> Iterator[list[SourceDialogue]]:
    """Yield runs of dialogues with as many utterances as `pace` says, or a few more; the last one has fewer."""
    chunk: list[SourceDialogue] = []
    count = 0
    for dialogue in dialogues:
        chunk.append(dialogue)
        count += len(dialogue.utterances)
        if count >= pace.utterances:
            yield chunk
            chunk, count = [], 0
    if chunk:
        yield chunk


@dataclass(frozen=True, slots=True)
class _Media:
    store: Shelf
    staged: Mapping[Path, StagedFile]


def _first_rows(imported: Import, source: Source, media: _Media | None) -> SourceRows:
    """Write the raters, series, speakers and episodes of a source; they are few and come before the dialogues."""
    corpus, made = imported.corpus, imported.created
    raters, series_rows, episodes = {}, {}, {}
    speakers: dict[tuple[str, str], int] = {}
    for rater in source.raters:
        raters[rater.slug], is_new = Rater.objects.get_or_create(
            corpus=corpus, slug=rater.slug, defaults={"kind": Rater.Kind.SOURCE, "name": rater.name[:200]}
        )
        made["raters"] += [raters[rater.slug].pk] if is_new else []
    for series in source.series:
        row, is_new = Series.objects.get_or_create(corpus=corpus, name=series.name[:200])
        made["series"] += [row.pk] if is_new else []
        series_rows[series.name] = row
        known = {name: key for key, name in row.speakers.values_list("pk", "name")}
        described = {each.name: each for each in series.speakers if each.name not in known}
        new = [
            Speaker(series=row, name=name, gender=each.gender, age_group=each.age_group, notes=each.notes)
            for name, each in described.items()
        ]
        known |= {each.name: each.pk for each in Speaker.objects.bulk_create(new, batch_size=1000)}
        speakers |= {(series.name, name): key for name, key in known.items()}
        for episode in series.episodes:
            stored = episodes[series.name, episode.title] = Episode.objects.create(
                series=row,
                title=episode.title,
                licence=episode.licence,
                has_laugh_track=episode.has_laugh_track,
                source=_stored(row, episode.media, media),
            )
            made["episodes"].append(stored.pk)
    imported.save(update_fields=["created"])
    return SourceRows(
        imported=imported,
        codebook=corpus.codebook if source.raters else None,
        raters=raters,
        series=series_rows,
        speakers=speakers,
        episodes=episodes,
        is_empty=made["is_empty"],
        order=Dialogue.objects.filter(corpus=corpus).aggregate(last=Max("order"))["last"] or 0,
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
